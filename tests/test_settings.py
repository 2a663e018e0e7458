"""The settings of a site, and what surrounds every page."""

import json
import logging
import runpy
import stat
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.core.exceptions import ImproperlyConfigured, PermissionDenied, RequestDataTooBig
from django.http import UnreadablePostError
from django.test import Client
from django.urls import reverse

from partnership import checks, errors, health
from partnership.keys import secret_key
from partnership.logs import HidePath, logging_settings

KEY = "k7Qz9w" * 15
PUBLIC_SITE = {
    "TRACKER_PRODUCTION": "1",
    "SECRET_KEY": KEY,
    "ALLOWED_HOSTS": "plan.example.org",
    "TRUSTED_PROXIES": "1",
}


@pytest.fixture
def read_settings(monkeypatch, tmp_path):
    """Read settings.py afresh with nothing but the given environment."""

    def read(**env):
        for name in [*PUBLIC_SITE, "DATABASE_URL", "TRACKER_DEBUG", "TRACKER_POOL"]:
            monkeypatch.delenv(name, raising=False)
        monkeypatch.setenv("TRACKER_DATA", str(tmp_path))
        for name, value in env.items():
            monkeypatch.setenv(name, value)
        return runpy.run_path("partnership/settings.py")

    return read


# Production -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("TRACKER_DEBUG", "1", "TRACKER_DEBUG must be off"),
        ("SECRET_KEY", "short", "SECRET_KEY must be random"),
        ("SECRET_KEY", "a" * 80, "SECRET_KEY must be random"),
        ("SECRET_KEY", "django-insecure-" + KEY, "SECRET_KEY must be random"),
        ("ALLOWED_HOSTS", "*", "ALLOWED_HOSTS must name"),
        ("ALLOWED_HOSTS", "plan.example.org,*", "ALLOWED_HOSTS must name"),
        ("ALLOWED_HOSTS", "", "ALLOWED_HOSTS must name"),
        ("TRUSTED_PROXIES", "-1", "TRUSTED_PROXIES must say"),
    ],
)
def test_production_refuses_unsafe_settings(read_settings, name, value, sentence):
    with pytest.raises(ImproperlyConfigured, match=sentence):
        read_settings(**{**PUBLIC_SITE, name: value})


@pytest.mark.parametrize("name", ["SECRET_KEY", "ALLOWED_HOSTS", "TRUSTED_PROXIES"])
def test_production_refuses_to_guess(read_settings, name):
    with pytest.raises(ImproperlyConfigured):
        read_settings(**{key: value for key, value in PUBLIC_SITE.items() if key != name})


def test_production_hardens_cookies_and_transport(read_settings):
    settings = read_settings(**PUBLIC_SITE, PROXY_SSL_HEADER="X-Forwarded-Proto")
    assert settings["SESSION_COOKIE_NAME"].startswith("__Host-")
    assert settings["CSRF_COOKIE_NAME"].startswith("__Host-")
    assert settings["SESSION_COOKIE_SECURE"]
    assert settings["SECURE_SSL_REDIRECT"]
    assert settings["SECURE_HSTS_SECONDS"] >= 365 * 24 * 3600
    assert settings["SECURE_PROXY_SSL_HEADER"] == ("HTTP_X_FORWARDED_PROTO", "https")
    assert settings["ALLAUTH_TRUSTED_PROXY_COUNT"] == 1


def test_a_changed_setting_is_found_by_the_system_check(settings):
    settings.PRODUCTION = True
    settings.ALLOWED_HOSTS = ["*"]
    settings.SECRET_KEY = KEY
    settings.DEBUG = False
    assert [error.id for error in checks.check_production()] == ["partnership.E001"]


@pytest.mark.django_db
def test_the_system_check_leaves_other_sites_alone():
    assert checks.check_production() == []
    assert checks.check_demonstration_accounts(databases=["default"]) == []
    checks.refuse_unsafe_start()


@pytest.mark.django_db
def test_production_refuses_demonstration_accounts(settings, django_user_model):
    settings.PRODUCTION = True
    person = django_user_model.objects.create(email="demo@example.org", is_demonstration=True)
    found = checks.check_demonstration_accounts(databases=["default"])
    assert [error.id for error in found] == ["partnership.E002"]
    with pytest.raises(ImproperlyConfigured, match="demonstration accounts"):
        checks.refuse_unsafe_start()
    person.delete()
    checks.refuse_unsafe_start()


def test_a_server_does_not_start_with_demonstration_accounts(settings, monkeypatch):
    settings.PRODUCTION = True
    monkeypatch.setattr(checks, "has_demonstration_accounts", lambda: True)
    with pytest.raises(ImproperlyConfigured, match="demonstration accounts"):
        runpy.run_path("partnership/wsgi.py")


@pytest.mark.django_db
def test_an_empty_database_has_no_demonstration_accounts(monkeypatch):
    from django.db import connection

    monkeypatch.setattr(connection.introspection, "table_names", lambda cursor: [])
    assert not checks.has_demonstration_accounts()


# Key and database -------------------------------------------------------------------------------


def test_the_key_is_made_once_and_for_this_user_only(tmp_path):
    folder = tmp_path / "data"
    key = secret_key(folder, make=True)
    assert secret_key(folder, make=True) == key
    assert len(key) >= checks.SHORTEST_KEY
    assert stat.S_IMODE((folder / "secret_key").stat().st_mode) == 0o600
    assert [path.name for path in folder.iterdir()] == ["secret_key"]


def test_of_two_processes_making_a_key_one_wins(tmp_path, monkeypatch):
    first = secret_key(tmp_path, make=True)
    monkeypatch.setattr("pathlib.Path.exists", lambda path: False)
    assert secret_key(tmp_path, make=True) == first


def test_production_makes_no_key(tmp_path):
    with pytest.raises(ImproperlyConfigured, match="There is no secret key"):
        secret_key(tmp_path, make=False)


def test_a_key_that_cannot_be_read_is_a_sentence(tmp_path):
    (tmp_path / "secret_key").mkdir()
    with pytest.raises(ImproperlyConfigured, match="cannot be read or made"):
        secret_key(tmp_path, make=True)


def test_sqlite_lies_in_the_data_folder_and_writes_carefully(read_settings, tmp_path):
    database = read_settings()["DATABASES"]["default"]
    assert database["NAME"] == tmp_path / "tracker.sqlite3"
    assert database["OPTIONS"]["transaction_mode"] == "IMMEDIATE"
    for pragma in ("journal_mode = WAL", "synchronous = FULL", "foreign_keys = ON"):
        assert pragma in database["OPTIONS"]["init_command"]


def test_postgresql_has_a_pool_only_where_asked_for(read_settings):
    url = "postgres://tracker@//tmp/socket/tracker"
    alone = read_settings(DATABASE_URL=url)["DATABASES"]["default"]
    assert (alone["HOST"], alone["NAME"]) == ("/tmp/socket", "tracker")
    assert "OPTIONS" not in alone
    pooled = read_settings(DATABASE_URL=url, TRACKER_POOL="3")["DATABASES"]["default"]
    assert pooled["OPTIONS"]["pool"]["max_size"] == 3
    assert pooled["CONN_MAX_AGE"] == 0
    assert pooled["CONN_HEALTH_CHECKS"]


def test_another_kind_of_database_is_a_sentence(read_settings):
    with pytest.raises(ImproperlyConfigured, match="DATABASE_URL must read postgres://"):
        read_settings(DATABASE_URL="mysql://elsewhere/tracker")


def test_mail_leaves_only_where_a_server_is_named(read_settings):
    assert read_settings()["EMAIL_BACKEND"].endswith("console.EmailBackend")
    named = read_settings(EMAIL_URL="smtp+tls://user:word@mail.example.org:587")
    assert named["EMAIL_HOST"] == "mail.example.org"
    assert named["EMAIL_USE_TLS"]


# What surrounds every page ----------------------------------------------------------------------


def test_every_answer_carries_the_security_headers(client):
    headers = client.get("/healthz").headers
    assert "default-src 'none'" in headers["Content-Security-Policy"]
    assert "unsafe" not in headers["Content-Security-Policy"]
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "strict-origin-when-cross-origin"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert headers["Cross-Origin-Embedder-Policy"] == "require-corp"
    assert headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert "camera=()" in headers["Permissions-Policy"]
    assert len(headers["X-Request-ID"]) == 32


@pytest.mark.django_db
def test_the_site_is_ready_when_its_tables_are_those_of_the_release(client, monkeypatch):
    monkeypatch.setattr(health, "_migrated", set())
    assert client.get("/readyz").content == b"ready\n"
    monkeypatch.setattr(health, "_migrated", set())
    monkeypatch.setattr(health.MigrationExecutor, "migration_plan", lambda self, leaves: [1])
    assert client.get("/readyz").status_code == 503


def test_the_site_is_not_ready_without_its_database(client, monkeypatch):
    def refuse(*args, **kwargs):
        raise health.DatabaseError("gone")

    monkeypatch.setattr(health.connection, "cursor", refuse)
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.content == b"the database does not answer\n"
    assert client.get("/healthz").status_code == 200


@pytest.mark.django_db
def test_ten_megabytes_of_text_get_a_sentence(client):
    answer = client.post(reverse("account_login"), {"login": "a" * 10_000_000})
    assert answer.status_code == 413
    assert "too long" in answer.content.decode()


def test_a_sender_who_leaves_meanwhile_gets_no_second_error(rf, db, monkeypatch):
    def leave(size):
        raise UnreadablePostError("gone")

    request = rf.post("/en/")
    monkeypatch.setattr(request, "read", leave)
    assert errors.bad_request(request, RequestDataTooBig()).status_code == 413


@pytest.mark.django_db
def test_a_thousand_fields_too_many_get_a_sentence(client):
    answer = client.post(reverse("account_login"), {f"field{n}": "" for n in range(2_500)})
    assert answer.status_code == 400
    assert "too many fields" in answer.content.decode()


@pytest.mark.django_db
def test_a_form_without_its_token_gets_a_sentence():
    answer = Client(enforce_csrf_checks=True).post(reverse("account_login"), {})
    assert answer.status_code == 403
    assert "Nothing was saved" in answer.content.decode()


def test_a_foreign_host_gets_a_sentence(client, db):
    answer = client.get("/en/", headers={"host": "elsewhere.example"})
    assert answer.status_code == 400
    assert "could not be understood" in answer.content.decode()


def test_an_error_page_comes_even_without_its_layout(rf, monkeypatch):
    def fail(*args, **kwargs):
        raise ValueError("the layout is broken")

    monkeypatch.setattr(errors, "render", fail)
    answer = errors.page_not_found(rf.get("/en/"))
    assert answer.status_code == 404
    assert "no page at this address" in answer.content.decode()


def test_a_refusal_shows_the_sentence_written_for_the_reader(rf, db):
    refused = errors.permission_denied(rf.get("/en/"), PermissionDenied("Only a coordinator may."))
    assert refused.status_code == 403
    assert "Only a coordinator may." in refused.content.decode()


def test_a_failure_shows_no_trace(client, monkeypatch, settings):
    def fail(request):
        raise ValueError("planted-secret")

    monkeypatch.setattr(
        "partnership.middleware._is_signed_in", fail
    )  # inside the outer middleware, as a view would
    client.raise_request_exception = False
    answer = client.get("/healthz")
    assert answer.status_code == 500
    assert "planted-secret" not in answer.content.decode()
    assert "our side" in answer.content.decode()


# Sessions ---------------------------------------------------------------------------------------


@pytest.fixture
def person(db, django_user_model):
    return django_user_model.objects.create(email="person@example.org")


def test_signed_in_pages_are_never_stored(client, person):
    assert "no-store" not in client.get("/en/accounts/login/").headers.get("Vary", "")
    client.force_login(person)
    assert client.get("/en/nowhere/").headers["Cache-Control"] == "no-store, private"


def test_visitors_get_no_cookie(client, db):
    answer = client.get("/healthz")
    assert not answer.cookies
    assert "Cookie" not in answer.headers.get("Vary", "")


def test_signing_out_leaves_nothing_in_the_browser(client, person):
    client.force_login(person)
    answer = client.post(reverse("account_logout"))
    assert answer.headers["Clear-Site-Data"] == '"cache", "storage"'


def test_a_session_ends_after_eight_idle_hours(client, person):
    start = datetime.now(UTC)
    client.force_login(person)
    with time_machine.travel(start + timedelta(hours=7), tick=False):
        assert _is_signed_in(client)
    with time_machine.travel(start + timedelta(hours=14), tick=False):
        assert _is_signed_in(client)
    with time_machine.travel(start + timedelta(hours=23), tick=False):
        assert not _is_signed_in(client)


def test_a_session_ends_after_a_day_however_busy(client, person):
    start = datetime.now(UTC)
    client.force_login(person)
    for hours in (0, 6, 12, 18, 23):
        with time_machine.travel(start + timedelta(hours=hours), tick=False):
            assert _is_signed_in(client)
    with time_machine.travel(start + timedelta(hours=25), tick=False):
        answer = client.get("/healthz")
        assert "Clear-Site-Data" not in answer.headers  # what was typed here may be kept
        assert not _is_signed_in(client)


def _is_signed_in(client):
    return client.get("/healthz").headers["Cache-Control"] == "no-store, private"


# Logs -------------------------------------------------------------------------------------------


def render(record, *, as_json):
    formatter = logging_settings(as_json=as_json, level="INFO")["formatters"]["structlog"]
    factory = formatter.pop("()")
    return factory(**formatter).format(record)


def record_of(message, *args):
    return logging.LogRecord("django.request", logging.ERROR, "", 0, message, args, None)


def test_addresses_stay_out_of_the_log():
    record = record_of("%s: %s", "Internal Server Error", "/reset/key/planted-token/")
    HidePath().filter(record)
    assert record.getMessage() == "Internal Server Error"


def test_a_log_line_is_one_json_object_in_production():
    said = json.loads(render(record_of("Forbidden (%s)", "no\ntoken"), as_json=True))
    assert said["event"] == "Forbidden (no\ntoken)"
    assert said["level"] == "error"


def test_requests_are_logged_by_route(client, caplog):
    with caplog.at_level(logging.INFO, logger="partnership.middleware"):
        client.get("/healthz?token=planted-secret")
    assert "planted-secret" not in caplog.text
    assert caplog.records[-1].msg["route"] == "healthz"
    assert caplog.records[-1].msg["status"] == 200

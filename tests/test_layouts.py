"""Layouts and shared pages stand on their own: valid, whatever the context lacks."""

import datetime as dt

import html5lib
import pytest
from django.forms import Form
from django.template.loader import render_to_string
from django.test import RequestFactory
from django.utils import translation

SHELL = {
    "plan": {"title": "A plan", "slug": "a-plan", "notice": "A notice.", "is_sample": True},
    "day": dt.date(2026, 1, 31),
    "today": dt.date(2026, 11, 22),
    "is_as_of": True,
    "as_of_query": "?as_of=2026-01-31",
    "menu": [{"url": "/en/", "label": "Overview", "current": True}],
    "languages": [
        {"code": "en", "label": "English", "url": "/en/", "current": True},
        {"code": "fr", "label": "Français", "url": "/fr/", "current": False},
    ],
    "ledger_head": "ab" * 32,
    "notices": ["Another notice."],
    "canonical_url": "https://example.org/en/",
    "alternates": [{"code": "fr", "url": "https://example.org/fr/"}],
    "sign_in_url": "/en/accounts/login/",
}


def page(template: str, context: dict, address: str = "/en/") -> str:
    text = render_to_string(template, context, request=RequestFactory().get(address))
    parser = html5lib.HTMLParser()
    parser.parse(text)
    assert parser.errors == []
    return text


@pytest.mark.parametrize("template", ["layouts/page.html", "layouts/desk.html"])
@pytest.mark.parametrize("context", [SHELL, {}], ids=["full", "empty"])
def test_layouts_are_valid_with_and_without_context(template, context):
    text = page(template, context)
    assert '<a class="skip" href="#main">' in text
    assert '<main id="main"' in text


@pytest.mark.parametrize("code", ["400", "403", "404", "413"])
def test_error_pages_say_what_happened_and_lead_back(code):
    text = page(f"errors/{code}.html", {"message": "A sentence."})
    assert text.count("<h1") == 1
    assert "A sentence." in text
    assert 'href="/"' in text


def test_the_page_for_our_own_faults_needs_nothing():
    text = render_to_string("errors/500.html")
    assert text.count("<h1") == 1


def test_the_page_is_in_the_language_it_says():
    with translation.override("es"):
        assert '<html lang="es">' in page("layouts/page.html", SHELL)


def test_an_earlier_day_is_said_and_the_rest_of_the_address_is_kept():
    text = page("layouts/page.html", SHELL, "/en/?pillar=I&page=3&as_of=2026-01-31")
    assert "31 January 2026" in text
    assert '<input type="hidden" name="pillar" value="I">' in text
    assert 'type="hidden" name="page"' not in text
    assert "An earlier day." in text


def test_sample_plans_are_marked():
    assert "invented" in page("layouts/page.html", SHELL)
    assert "invented" not in page("layouts/page.html", {})


def test_the_code_for_an_app_stands_in_the_page():
    drawing = "<?xml version='1.0' encoding='UTF-8'?>\n<svg viewBox=\"0 0 1 1\"></svg>"
    form = Form()
    form.secret = "SECRET"
    text = page("mfa/totp/activate_form.html", {"form": form, "totp_svg": drawing})
    assert "<svg viewBox" in text
    assert "data:" not in text

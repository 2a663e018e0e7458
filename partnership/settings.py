"""Settings, in one file. What differs between sites is read from the environment:

TRACKER_DATA             folder of the database, uploads, collected files, key (default: data/)
DATABASE_URL             PostgreSQL instead of SQLite in that folder
SECRET_KEY               else read from TRACKER_DATA/secret_key, made there outside production
TRACKER_SIGNING_KEY      Ed25519 key for checkpoints, 64 hexadecimal digits; else read from
                         TRACKER_DATA/signing_key, made there outside production
TRACKER_PRODUCTION       1 on a public site: refuses to start unless everything below is right
TRACKER_DEBUG            1 to see tracebacks in the browser; never in production
ALLOWED_HOSTS            names this site answers to, comma-separated
TRUSTED_PROXIES          number of proxies in front of the site (0 if none); required in production
PROXY_SSL_HEADER         header in which the proxy says https, such as X-Forwarded-Proto
TRACKER_POOL             PostgreSQL connections kept by each process (0: none)
TRACKER_HASHED_STATIC    1 to serve collected files under names that may be cached for ever
TRACKER_LOG_LEVEL        INFO logs each request and act (production), WARNING only faults
EMAIL_URL, DEFAULT_FROM_EMAIL
                         how mail leaves; it is printed when EMAIL_URL is missing
"""

import warnings
from pathlib import Path

import environ
from django.core.exceptions import ImproperlyConfigured

from partnership.checks import production_faults
from partnership.keys import read_signing_key, secret_key, signing_key
from partnership.logs import logging_settings

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()

PRODUCTION = env.bool("TRACKER_PRODUCTION", default=False)
DEBUG = env.bool("TRACKER_DEBUG", default=False)

DATA_DIR = Path(env.str("TRACKER_DATA", default=str(BASE_DIR / "data"))).absolute()
SECRET_KEY = env.str("SECRET_KEY", default="") or secret_key(DATA_DIR, make=not PRODUCTION)

# Signs checkpoints of the ledger. Without one a site serves none.
SIGNING_KEY: bytes | None = (
    read_signing_key(env.str("TRACKER_SIGNING_KEY"))
    if env.str("TRACKER_SIGNING_KEY", default="")
    else signing_key(DATA_DIR, make=not PRODUCTION)
)

ALLOWED_HOSTS = env.list(
    "ALLOWED_HOSTS", default=[] if PRODUCTION else ["localhost", "127.0.0.1", "[::1]"]
)
TRUSTED_PROXIES: int | None = env.int("TRUSTED_PROXIES", default=None if PRODUCTION else 0)

if PRODUCTION:
    faults = production_faults(
        debug=DEBUG, key=SECRET_KEY, hosts=ALLOWED_HOSTS, proxies=TRUSTED_PROXIES
    )
    if faults:
        raise ImproperlyConfigured(" ".join(faults))

# Applications -----------------------------------------------------------------------------------

INSTALLED_APPS = [
    "tracker",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "csp",
    "django_filters",
    "django_htmx",
    "import_export",
    "simple_history",
    "template_partials",
    "tracker.admin.apps.TrackerAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",  # a page of allauth.mfa says with it how long ago a key was used
]

# Collected files are served from here; without them Django's own runserver does it.
HASHED_STATIC = env.bool("TRACKER_HASHED_STATIC", default=PRODUCTION)

MIDDLEWARE = [
    "partnership.middleware.RequestIdMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "partnership.middleware.SecurityHeadersMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    *(["whitenoise.middleware.WhiteNoiseMiddleware"] if HASHED_STATIC else []),
    "partnership.middleware.RequestLogMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "partnership.middleware.SignedInMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "simple_history.middleware.HistoryRequestMiddleware",
]

ROOT_URLCONF = env.str("TRACKER_URLCONF", default="partnership.urls")  # bin/bench adds a bare view
WSGI_APPLICATION = "partnership.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "tracker.public.chrome.site",
            ],
        },
    }
]

# Addresses typed without a scheme are https, in admin forms too. Django 6 does so by itself and
# warns of this setting until then.
warnings.filterwarnings("ignore", message="The FORMS_URLFIELD_ASSUME_HTTPS")
FORMS_URLFIELD_ASSUME_HTTPS = True
FIXTURE_DIRS = [BASE_DIR / "fixtures"]

# Data -------------------------------------------------------------------------------------------

DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

SQLITE_PRAGMAS = "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON;"

POOL = env.int("TRACKER_POOL", default=4 if PRODUCTION else 0)

DATABASE_URL = env.str("DATABASE_URL", default="")
if DATABASE_URL:
    if not DATABASE_URL.startswith(("postgres://", "postgresql://")):
        raise ImproperlyConfigured(
            "DATABASE_URL must read postgres://user:password@host/name; leave it out for SQLite."
        )
    DATABASES = {"default": env.db("DATABASE_URL")}
    # A pool asks that Django itself keeps no connection.
    DATABASES["default"].update(CONN_MAX_AGE=0, CONN_HEALTH_CHECKS=True)
    if POOL:
        DATABASES["default"].setdefault("OPTIONS", {})["pool"] = {
            "min_size": 1,
            "max_size": POOL,
            "timeout": 10,
        }
else:
    DATABASES = {
        "default": {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": DATA_DIR / "tracker.sqlite3",
            # Opening the file and setting it up costs more than most pages' queries.
            "CONN_MAX_AGE": None,
            "OPTIONS": {
                # Writers wait for each other from the start of a transaction, instead of
                # failing in its middle; an acknowledged act survives a loss of power.
                "transaction_mode": "IMMEDIATE",
                "timeout": 20,
                "init_command": SQLITE_PRAGMAS,
            },
        }
    }

CACHES = {
    # Only the sign-in rate limits use the default cache: all processes must count together.
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "rate_limits",
        "OPTIONS": {"MAX_ENTRIES": 100_000},
    },
    # Public pages. The key holds the plan's revision, so nothing is purged and each process
    # may keep its own.
    "pages": {
        "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
        "LOCATION": "pages",
        "TIMEOUT": 24 * 3600,
        "OPTIONS": {"MAX_ENTRIES": 1_000},
    },
}

# Files ------------------------------------------------------------------------------------------

MEDIA_ROOT = DATA_DIR / "uploads"  # never served by address: a view checks who may read
FILE_UPLOAD_PERMISSIONS = 0o600
FILE_UPLOAD_DIRECTORY_PERMISSIONS = 0o700
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2_000
DATA_UPLOAD_MAX_NUMBER_FILES = 20

STATIC_URL = "/static/"
STATIC_ROOT = DATA_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
WHITENOISE_ALLOW_ALL_ORIGINS = False  # nothing here is for other sites to embed

STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": (
            "whitenoise.storage.CompressedManifestStaticFilesStorage"
            if HASHED_STATIC
            else "django.contrib.staticfiles.storage.StaticFilesStorage"
        )
    },
}

# Languages and time -----------------------------------------------------------------------------

LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("fr", "Français"), ("es", "Español")]
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"

# Accounts ---------------------------------------------------------------------------------------

AUTH_USER_MODEL = "tracker.User"
AUTHENTICATION_BACKENDS = [
    "django.contrib.auth.backends.ModelBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "/"

# Length and a list of common passwords; no rules of composition, which only make people
# write passwords down.
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
]

ACCOUNT_ADAPTER = "tracker.accounts.AccountAdapter"  # nobody signs up: accounts are given
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
# The administrator who gives an account vouches for its address; the invitation proves it.
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = False
ACCOUNT_REAUTHENTICATION_TIMEOUT = 15 * 60
ACCOUNT_DEFAULT_HTTP_PROTOCOL = "https" if PRODUCTION else "http"
ALLAUTH_TRUSTED_PROXY_COUNT = TRUSTED_PROXIES
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not PRODUCTION
SOCIALACCOUNT_ONLY = False
SOCIALACCOUNT_EMAIL_AUTHENTICATION = False  # an outside identity is never matched by address

# Sessions and cookies ---------------------------------------------------------------------------

SESSION_COOKIE_AGE = 8 * 3600  # idle; SignedInMiddleware keeps it rolling
SESSION_ABSOLUTE_AGE = 24 * 3600
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Lax"
LANGUAGE_COOKIE_HTTPONLY = True
LANGUAGE_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = PRODUCTION
if PRODUCTION:
    # A browser takes these names only over https, for this very host and the whole site.
    SESSION_COOKIE_NAME = "__Host-session"
    CSRF_COOKIE_NAME = "__Host-csrf"
    LANGUAGE_COOKIE_NAME = "__Host-language"
# Messages stay on the server, so that no second cookie is needed.
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"

# Headers ----------------------------------------------------------------------------------------

X_FRAME_OPTIONS = "DENY"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "strict-origin-when-cross-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SECURE_SSL_REDIRECT = PRODUCTION
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]  # asked by the machine itself
SECURE_HSTS_SECONDS = 2 * 365 * 24 * 3600 if PRODUCTION else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = PRODUCTION
SECURE_HSTS_PRELOAD = PRODUCTION
PROXY_SSL_HEADER = env.str("PROXY_SSL_HEADER", default="")
if PROXY_SSL_HEADER:
    SECURE_PROXY_SSL_HEADER = ("HTTP_" + PROXY_SSL_HEADER.upper().replace("-", "_"), "https")

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'none'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'"],
        "font-src": ["'self'"],
        "connect-src": ["'self'"],
        "manifest-src": ["'self'"],
        "form-action": ["'self'"],
        "base-uri": ["'none'"],
        "frame-ancestors": ["'none'"],
    }
}

CSRF_FAILURE_VIEW = "partnership.errors.csrf_failure"

# Mail and logs ----------------------------------------------------------------------------------

if env.str("EMAIL_URL", default=""):
    vars().update(env.email_url("EMAIL_URL"))
else:
    EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default="tracker@localhost")
SERVER_EMAIL = DEFAULT_FROM_EMAIL

LOG_LEVEL = env.str("TRACKER_LOG_LEVEL", default="INFO" if PRODUCTION else "WARNING")
LOGGING = logging_settings(as_json=PRODUCTION, level=LOG_LEVEL)

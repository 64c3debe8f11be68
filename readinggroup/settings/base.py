"""What every installation shares. The environment is read here and nowhere else."""

import json
import os
import secrets
from pathlib import Path

import dj_database_url
from csp.constants import NONE, SELF

from core import limits
from readinggroup.public import PUBLIC_VIEWS as ALWAYS_PUBLIC
from readinggroup.settings.log_ins import other_log_ins

ROOT = Path(__file__).resolve().parents[2]


def _flag(name: str, default: bool) -> bool:
    return os.environ.get(name, str(default)).lower() in {"1", "true", "yes", "on"}


def _names(name: str) -> list[str]:
    return [part.strip() for part in os.environ.get(name, "").split(",") if part.strip()]


# --- environment ------------------------------------------------------------------------------------------
DATABASE_URL = os.environ.get("DATABASE_URL", "")
REDIS_URL = os.environ.get("REDIS_URL", "")
SECRET_KEY = os.environ.get("SECRET_KEY", "")
SECRET_KEY_FALLBACKS = _names("SECRET_KEY_FALLBACKS")
ALLOWED_HOSTS = _names("ALLOWED_HOSTS")
SITE_URL = os.environ.get("SITE_URL", "http://localhost:8000").rstrip("/")
CSRF_TRUSTED_ORIGINS = [SITE_URL]
EMAIL_HOST = os.environ.get("EMAIL_HOST", "")
EMAIL_USE_SSL = _flag("EMAIL_USE_SSL", False)
EMAIL_PORT = int(os.environ.get("EMAIL_PORT", "465" if EMAIL_USE_SSL else "587"))
EMAIL_HOST_USER = os.environ.get("EMAIL_HOST_USER", "")
EMAIL_HOST_PASSWORD = os.environ.get("EMAIL_HOST_PASSWORD", "")
EMAIL_USE_TLS = _flag("EMAIL_USE_TLS", True) and not EMAIL_USE_SSL
EMAIL_TIMEOUT = int(os.environ.get("EMAIL_TIMEOUT", str(limits.MAIL_SECONDS)))
EMAIL_BACKEND = os.environ.get("EMAIL_BACKEND", "")  # empty: as the kind of installation has it
HAS_MAIL_SERVER = bool(EMAIL_HOST or EMAIL_BACKEND)
ANYMAIL = json.loads(os.environ.get("ANYMAIL") or "{}")  # read by django-anymail, where an operator has installed it
DEFAULT_FROM_EMAIL = os.environ.get("DEFAULT_FROM_EMAIL", "Reading Group <reading-group@localhost>")
LOG_LEVEL = os.environ.get("LOG_LEVEL", "INFO")
STARTED = secrets.token_hex(8)  # names this start of the program: pages made by an earlier one are out of date
FOLLOW_CHANGES = _flag("FOLLOW_CHANGES", False)  # of the source: set by `make dev`
STATE_DIR = Path(os.environ.get("STATE_DIR", ROOT / "var"))
ALLAUTH_TRUSTED_PROXY_COUNT = int(os.environ.get("TRUSTED_PROXIES", "0"))
LEASE_SECONDS = int(os.environ.get("LEASE_SECONDS", str(limits.LEASE_SECONDS)))
SWEEP_SECONDS = int(os.environ.get("SWEEP_SECONDS", str(limits.SWEEP_SECONDS)))
SIGNUP_OPEN = _flag("SIGNUP_OPEN", True)
# Whom this server asks for a second step at log-in: organisers, admins, both or nobody.
SECOND_FACTOR_REQUIRED = frozenset(_names("SECOND_FACTOR_REQUIRED"))
OTHER_LOG_INS = other_log_ins(os.environ)
ARXIV_REQUESTS = _flag("ARXIV_REQUESTS", True)
ARXIV_CONTACT = os.environ.get("ARXIV_CONTACT", "")
WEBHOOK_TEST_ORIGIN = os.environ.get("WEBHOOK_TEST_ORIGIN", "")  # tests only: what stands in for every chat room
ARXIV_TEST_ORIGIN = os.environ.get("ARXIV_TEST_ORIGIN", "")  # tests only: the server that stands in for arXiv

# --- messages ---------------------------------------------------------------------------------------------
# Not where mail would only be written into the log: what a group says is none of the log's business.
MAILS_NOTICES = True
# What the apps that messages come from know of whether they are still wanted; notifications knows none of them.
OUTBOX_CHECKS = [
    "groups.queries.reasons_against",
    "discussion.queries.reasons_against",
    "meetings.queries.reasons_against",
]

# --- applications -----------------------------------------------------------------------------------------
INSTALLED_APPS = [
    "readinggroup",
    "core",
    "accounts",
    "notifications",
    "papers",
    "groups",
    "discussion",
    "meetings",
    "api",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.postgres",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django_htmx",
    "csp",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "allauth.socialaccount",
    *[log_in.application for log_in in OTHER_LOG_INS],
]
MIDDLEWARE = [
    "core.middleware.RequestId",
    "core.middleware.SecurityHeaders",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "core.middleware.RequestSize",
    "readinggroup.sessions.Sessions",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "readinggroup.sessions.Authentication",
    "django_htmx.middleware.HtmxMiddleware",
    "core.middleware.LoginRequired",
    "readinggroup.second_factor.AskAdmins",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "core.middleware.Answers",
]
ROOT_URLCONF = "readinggroup.urls"
WSGI_APPLICATION = "readinggroup.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

TEMPLATES = [
    {
        "NAME": "jinja2",
        "BACKEND": "django.template.backends.jinja2.Jinja2",
        "DIRS": [ROOT / "templates"],
        "APP_DIRS": False,
        "OPTIONS": {
            "environment": "readinggroup.pages.environment",
            "context_processors": ["core.jinja.forms"],
        },
    },
    {
        "NAME": "django",
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [ROOT / "templates_django"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    },
]

# --- data -------------------------------------------------------------------------------------------------
DATABASES = {
    "default": dj_database_url.parse(DATABASE_URL or "postgresql:///reading_group", conn_health_checks=True)
    | {"CONN_MAX_AGE": 60}
}
# In PostgreSQL, so that log-in limits hold and nothing fails while the broker is away.
CACHES = {"default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "cache"}}
SESSION_ENGINE = "django.contrib.sessions.backends.db"
SESSION_COOKIE_AGE = limits.SESSION_IDLE_SECONDS
SESSION_COOKIE_HTTPONLY = True
CSRF_COOKIE_HTTPONLY = True
USE_TZ = True
TIME_ZONE = "UTC"
LANGUAGE_CODE = "en-gb"
USE_I18N = False
DATA_UPLOAD_MAX_MEMORY_SIZE = limits.REQUEST_BYTES
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024

# --- static files -----------------------------------------------------------------------------------------
STATIC_URL = "/static/"
STATICFILES_DIRS = [ROOT / "static"]
STATIC_ROOT = ROOT / "staticfiles"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "core.styles.JoiningStorage"},
}

# --- people -----------------------------------------------------------------------------------------------
AUTH_USER_MODEL = "accounts.User"
SILENCED_SYSTEM_CHECKS = ["auth.W004"]  # the address is unique in lower case, which the check does not see
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": limits.PASSWORD_MIN_CHARS},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
PASSWORD_RESET_TIMEOUT = limits.RESET_LINK_SECONDS
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
ACCOUNT_ADAPTER = "accounts.adapter.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_SIGNUP_FORM_CLASS = "accounts.forms.SignupForm"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "optional"
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_CHANGE_EMAIL = True  # one address; a new one takes its place once it is confirmed
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_REAUTHENTICATION_TIMEOUT = limits.REAUTHENTICATION_SECONDS
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_LOGIN_ON_PASSWORD_RESET = False
ACCOUNT_LOGOUT_REDIRECT_URL = "home"

MFA_ADAPTER = "accounts.adapter.SecondFactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
# Whoever signs up under another's address must not lock them out; without a mail server nobody can confirm an address.
MFA_ALLOW_UNVERIFIED_EMAIL = not HAS_MAIL_SERVER
MFA_TOTP_ISSUER = "Reading Group"
MFA_TOTP_TOLERANCE = 1  # a clock that is half a minute off still counts
SOCIALACCOUNT_ADAPTER = "accounts.adapter.OtherLogInAdapter"
SOCIALACCOUNT_AUTO_SIGNUP = True
SOCIALACCOUNT_STORE_TOKENS = False
SOCIALACCOUNT_PROVIDERS = {log_in.provider: log_in.options for log_in in OTHER_LOG_INS}
SOCIALACCOUNT_ONLY = False
PUBLIC_VIEWS = ALWAYS_PUBLIC | {view for log_in in OTHER_LOG_INS for view in log_in.public_views}

# --- browser ----------------------------------------------------------------------------------------------
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF, *[log_in.origin for log_in in OTHER_LOG_INS]],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
        "object-src": [NONE],
    }
}
CSRF_FAILURE_VIEW = "core.middleware.csrf_failure"
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"

# --- worker -----------------------------------------------------------------------------------------------
CELERY = {
    "broker_url": REDIS_URL or "redis://localhost:6379/0",
    "broker_transport_options": {
        "socket_timeout": limits.BROKER_SECONDS,
        "socket_connect_timeout": limits.BROKER_SECONDS,
        "visibility_timeout": 3 * limits.TASK_SECONDS,
    },
    "broker_connection_retry_on_startup": True,
    "broker_connection_max_retries": None,
    "task_publish_retry": False,
    "task_acks_late": True,
    "task_reject_on_worker_lost": True,
    "task_ignore_result": True,
    "task_time_limit": limits.TASK_SECONDS,
    "task_soft_time_limit": limits.TASK_SECONDS - 30,
    "worker_prefetch_multiplier": 1,
    "worker_hijack_root_logger": False,
    "worker_soft_shutdown_timeout": 5,
    "task_serializer": "json",
    "accept_content": ["json"],
    "timezone": "UTC",
}

# --- logs -------------------------------------------------------------------------------------------------
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {
            "()": "readinggroup.logs.Lines",
            "format": "{asctime} {levelname} {name} {message}",
            "style": "{",
        },
    },
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": LOG_LEVEL},
    "loggers": {"django.db.backends": {"level": "INFO"}, "django.server": {"propagate": True, "handlers": []}},
}

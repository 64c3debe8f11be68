"""A server behind TLS. Refuses to start with a missing or short secret."""

from django.core.exceptions import ImproperlyConfigured

from core import limits
from readinggroup.settings.base import *

for _name, _value in {"SECRET_KEY": SECRET_KEY, "DATABASE_URL": DATABASE_URL, "ALLOWED_HOSTS": ALLOWED_HOSTS}.items():
    if not _value:
        raise ImproperlyConfigured(f"Set {_name} in the environment; docs/how-to/operate.md lists all of them.")
if len(SECRET_KEY) < limits.SECRET_KEY_CHARS:
    raise ImproperlyConfigured(f"SECRET_KEY needs at least {limits.SECRET_KEY_CHARS} characters.")

DEMO_ALLOWED = False
MAILS_NOTICES = HAS_MAIL_SERVER
EMAIL_BACKEND = EMAIL_BACKEND or (
    "django.core.mail.backends.smtp.EmailBackend" if EMAIL_HOST else "django.core.mail.backends.console.EmailBackend"
)
SECURE_SSL_REDIRECT = True
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
SECURE_HSTS_SECONDS = 365 * 24 * 3600
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SECURE_HSTS_PRELOAD = True
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SESSION_COOKIE_SECURE = True
CSRF_COOKIE_SECURE = True
SESSION_COOKIE_NAME = "__Host-session"
CSRF_COOKIE_NAME = "__Host-csrf"

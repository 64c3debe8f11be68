"""One machine, for trying it out and for development: started by `make run`."""

from readinggroup.settings.base import *

ALLOWED_HOSTS = ALLOWED_HOSTS or ["localhost", "127.0.0.1", "[::1]"]
# `manage.py local` keeps a random key in the state folder; this one serves one-off commands only.
SECRET_KEY = SECRET_KEY or "local-commands-only-never-a-server"
DEMO_ALLOWED = True
EMAIL_BACKEND = EMAIL_BACKEND or "django.core.mail.backends.filebased.EmailBackend"
EMAIL_FILE_PATH = STATE_DIR / "mail"
STATIC_ROOT = STATE_DIR / "static"
WHITENOISE_AUTOREFRESH = False
if FOLLOW_CHANGES:  # as they are in the source, not as they were collected
    STORAGES = STORAGES | {"staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
    WHITENOISE_USE_FINDERS = True
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = True  # passkeys on http://localhost

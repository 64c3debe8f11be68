"""The test suite: real PostgreSQL, cheap password hashes, no delay anywhere."""

from readinggroup.settings.base import *

SECRET_KEY = "test-key-" + "x" * 50
ALLOWED_HOSTS = ["localhost", "127.0.0.1", "testserver"]
DEMO_ALLOWED = True
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = EMAIL_BACKEND or "django.core.mail.backends.locmem.EmailBackend"
STORAGES = STORAGES | {"staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = True
ACCOUNT_RATE_LIMITS = False
ARXIV_REQUESTS = False
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = True

"""How allauth behaves here: whom it lets in, what it saves, where it sends people and its mails."""

import base64
import hashlib
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings
from django.forms import BaseForm
from django.http import HttpRequest
from django.utils.http import url_has_allowed_host_and_scheme

from core import limits


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Let people sign up unless the operator has closed it (`SIGNUP_OPEN`)."""
        return bool(settings.SIGNUP_OPEN)

    def save_user(self, request: HttpRequest, user: Any, form: BaseForm, commit: bool = True) -> Any:
        """Save the name and the time zone with the new person."""
        user.name = form.cleaned_data.get("name", "")
        user.zone = form.cleaned_data.get("zone") or "UTC"
        return super().save_user(request, user, form, commit)

    def is_safe_url(self, url: str) -> bool:
        """Allow only addresses of this site after a log-in, and only those written without a host."""
        return bool(url) and url.startswith("/") and url_has_allowed_host_and_scheme(url, allowed_hosts=None)

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Send a mail whose links begin with the configured address, whatever Host header the request carried."""
        links = {name: _on_our_site(value) for name, value in context.items() if name.endswith("_url")}
        site = SimpleNamespace(name="Reading Group", domain=urlsplit(settings.SITE_URL).netloc)
        super().send_mail(template_prefix, email, context | links | {"current_site": site})


def _on_our_site(address: str) -> str:
    site, parts = urlsplit(settings.SITE_URL), urlsplit(address)
    return urlunsplit((site.scheme, site.netloc, parts.path, parts.query, parts.fragment))


class OtherLogInAdapter(DefaultSocialAccountAdapter):  # type: ignore[misc]
    def is_open_for_signup(self, request: HttpRequest, sociallogin: Any) -> bool:
        """Let new people in by another service as by a password: unless the operator has closed it."""
        return bool(settings.SIGNUP_OPEN)

    def populate_user(self, request: HttpRequest, sociallogin: Any, data: dict[str, Any]) -> Any:
        """Take the name that the other service has."""
        user = super().populate_user(request, sociallogin, data)
        parts = (data.get("first_name"), data.get("last_name"))
        user.name = (data.get("name") or " ".join(filter(None, parts)))[: limits.NAME_CHARS]
        return user


class SecondFactorAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    """Secrets of the second step lie in the database under lock; the key is made of `SECRET_KEY`."""

    def encrypt(self, text: str) -> str:
        return _locks().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        return _locks().decrypt(encrypted_text.encode()).decode()


def _locks() -> MultiFernet:
    """Return locks for the present secret and, to open only, for earlier ones."""
    secrets = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    keys = (hashlib.sha256(f"second factor|{secret}".encode()).digest() for secret in secrets)
    return MultiFernet([Fernet(base64.urlsafe_b64encode(key)) for key in keys])

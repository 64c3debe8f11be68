"""Log-in by other services: which of them the environment switches on."""

from collections.abc import Mapping
from typing import Any, NamedTuple
from urllib.parse import urlsplit


class LogIn(NamedTuple):
    provider: str  # as allauth names it
    name: str  # on the button
    origin: str  # where the browser is sent, which the page's policy has to allow
    options: dict[str, Any]
    arguments: tuple[str, ...] = ()  # of the address of its log-in

    @property
    def application(self) -> str:
        return f"allauth.socialaccount.providers.{self.provider}"

    @property
    def view(self) -> str:
        return f"{self.provider}_login"

    @property
    def public_views(self) -> set[str]:
        return {self.view, f"{self.provider}_callback"}


_KNOWN: dict[str, tuple[str, str, dict[str, Any]]] = {
    "orcid": ("ORCID", "https://orcid.org", {"BASE_DOMAIN": "orcid.org", "MEMBER_API": False}),
    "github": ("GitHub", "https://github.com", {"SCOPE": ["user:email"]}),
    "google": (
        "Google",
        "https://accounts.google.com",
        {"SCOPE": ["profile", "email"], "OAUTH_PKCE_ENABLED": True, "EMAIL_AUTHENTICATION": False},
    ),
}
VARIABLES = frozenset(
    {
        *(f"{name}_CLIENT_{part}" for name in ("OIDC", "ORCID", "GITHUB", "GOOGLE") for part in ("ID", "SECRET")),
        "OIDC_SERVER_URL",
        "OIDC_ORIGIN",
        "OIDC_NAME",
    }
)
OWN_PROVIDER = "own"  # of OpenID Connect, as it stands in addresses


def other_log_ins(environment: Mapping[str, str]) -> list[LogIn]:
    """Return the services whose client id and secret are set, the university's own (OpenID Connect) first."""
    found = []
    server = environment.get("OIDC_SERVER_URL", "")
    if server and _app(environment, "OIDC"):
        app = _app(environment, "OIDC") | {
            "provider_id": OWN_PROVIDER,
            "name": environment.get("OIDC_NAME") or "your institution",
            "settings": {"server_url": server},
        }
        parts = urlsplit(server)
        origin = environment.get("OIDC_ORIGIN") or f"{parts.scheme}://{parts.netloc}"
        options = {"APPS": [app], "OAUTH_PKCE_ENABLED": True}
        found.append(LogIn("openid_connect", app["name"], origin, options, (OWN_PROVIDER,)))
    for provider, (name, origin, options) in _KNOWN.items():
        if app := _app(environment, provider.upper()):
            found.append(LogIn(provider, name, origin, options | {"APPS": [app]}))
    return found


def _app(environment: Mapping[str, str], prefix: str) -> dict[str, Any]:
    client, secret = environment.get(f"{prefix}_CLIENT_ID", ""), environment.get(f"{prefix}_CLIENT_SECRET", "")
    return {"client_id": client, "secret": secret} if client and secret else {}

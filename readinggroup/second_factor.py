"""Admins set up a second step at log-in before they do anything else, where the operator asks for it."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import MiddlewareNotUsed
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from accounts.queries import lacks_second_factor

# What they may do without: set it up, look after the account, log out.
WITHOUT = ("account_", "mfa_", "accounts:", "socialaccount_", "own_data", "healthz", "readyz")


class AskAdmins:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        if "admins" not in settings.SECOND_FACTOR_REQUIRED:
            raise MiddlewareNotUsed
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> HttpResponse | None:
        name = request.resolver_match.view_name if request.resolver_match else ""
        if not request.user.is_staff or name.startswith(WITHOUT) or not lacks_second_factor(request.user, "admins"):
            return None
        messages.warning(request, "Admins of this server need a second step at log-in. Set one up to go on.")
        return redirect("mfa_index")

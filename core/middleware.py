"""What every request and answer has in common."""

import logging
import secrets
import sys
from collections.abc import Callable
from typing import Any, ClassVar
from urllib.parse import urlencode

from csp.constants import HEADER
from csp.utils import build_policy
from django.conf import settings
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render, resolve_url
from django.template import loader
from django.utils.cache import patch_cache_control, patch_vary_headers
from django_htmx.http import HttpResponseClientRedirect

from core import limits
from core.errors import ReadingGroupError

logger = logging.getLogger(__name__)
GetResponse = Callable[[HttpRequest], HttpResponse]


class RequestId:
    """Give each request an id; it is in the answer's header, in the log and on error pages."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.request_id = secrets.token_hex(6)  # type: ignore[attr-defined]
        response = self.get_response(request)
        response["X-Request-Id"] = request.request_id  # type: ignore[attr-defined]
        if response.status_code >= 500:
            logger.error("request %s answered %s", request.request_id, response.status_code)  # type: ignore[attr-defined]
        return response


class SecurityHeaders:
    """Set the headers that Django leaves to us, on every answer; keep private pages out of caches.

    The policy of content is the same for all answers, and written once; the middleware of django-csp writes it anew.
    """

    headers: ClassVar = {
        "Cross-Origin-Resource-Policy": "same-origin",
        "Cross-Origin-Embedder-Policy": "require-corp",
        "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    }

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response
        self.all = self.headers | {HEADER: build_policy()}

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        for name, value in self.all.items():
            response.setdefault(name, value)
        if "Cache-Control" not in response:
            patch_cache_control(response, private=True, no_store=True)
        if request.method == "POST" and getattr(request.resolver_match, "view_name", "") == "account_logout":
            # For whoever sits at this browser next.
            response["Clear-Site-Data"] = '"cache"'
        return response


class RequestSize:
    """Refuse a body beyond the limit before anything reads it, so that it costs neither memory nor disk."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        length = request.headers.get("Content-Length") or "0"
        if not length.isdecimal() or len(length) > 12 or int(length) > limits.REQUEST_BYTES:
            sentence = (
                f"The largest listing may have {limits.UPLOAD_BYTES // 1024**2} MB; this was more. Nothing was stored."
            )
            return error_answer(request, status=413, sentence=sentence)
        return self.get_response(request)


class LoginRequired(LoginRequiredMiddleware):
    """Ask for a log-in everywhere but at the addresses that `readinggroup/public.py` names."""

    def process_view(
        self, request: HttpRequest, view_func: Callable[..., Any], view_args: Any, view_kwargs: Any
    ) -> HttpResponseBase | None:
        match = request.resolver_match
        if request.user.is_authenticated or (match and match.view_name in settings.PUBLIC_VIEWS):
            return None
        if not getattr(request, "htmx", False):
            return self.handle_no_permission(request, view_func)
        # A fragment's place is no place for a log-in page: the browser goes there as a whole.
        back = urlencode({"next": request.htmx.current_url_abs_path or "/"})  # type: ignore[attr-defined]
        return HttpResponseClientRedirect(f"{resolve_url(settings.LOGIN_URL)}?{back}")


class Answers:
    """Map expected failures to pages, the same way for every view (see core.errors)."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        patch_vary_headers(response, ["HX-Request"])
        return response

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if isinstance(exception, ReadingGroupError):
            return error_answer(request, status=exception.status, sentence=exception.sentence)
        if isinstance(exception, OperationalError | InterfaceError):
            logger.exception("database out of reach")
            return server_error(request)
        return None


def error_answer(request: HttpRequest, *, status: int, sentence: str) -> HttpResponse:
    """Answer a failure: plain text for htmx (shown beside the control), a page for everyone else."""
    if status == 404:
        return render(request, "404.html", {"sentence": ""}, status=404)
    if getattr(request, "htmx", False):
        return HttpResponse(sentence, status=status, content_type="text/plain; charset=utf-8")
    name = "403.html" if status == 403 else "error.html"
    return render(request, name, {"sentence": sentence, "status": status}, status=status)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Answer a form whose token no longer fits (settings.CSRF_FAILURE_VIEW)."""
    if getattr(request, "htmx", False):
        sentence = "Not saved. This page was open too long: reload it and send again."
        return error_answer(request, status=403, sentence=sentence)
    return render(request, "403_csrf.html", status=403)


def server_error(request: HttpRequest) -> HttpResponse:
    """Answer what no one expected, without a database: 503 when that is what failed, else 500 (handler500)."""
    database_away = isinstance(sys.exc_info()[1], OperationalError | InterfaceError)
    context = {"database_away": database_away, "reference": getattr(request, "request_id", "")}
    response = HttpResponse(loader.render_to_string("500.html", context), status=503 if database_away else 500)
    if database_away:
        response["Retry-After"] = "30"
    return response

"""What need not be made again while nothing has changed: pages that a browser keeps, and what their readers share."""

import hashlib
from collections.abc import Callable
from functools import lru_cache, wraps
from typing import Any, ParamSpec, TypeVar

from django.conf import settings
from django.contrib.messages import get_messages
from django.http import HttpRequest, HttpResponse
from django.utils.cache import get_conditional_response, patch_cache_control

from core.changes import UNKNOWN, Version
from core.clock import now

View = Callable[..., HttpResponse]
P = ParamSpec("P")
T = TypeVar("T")


def kept(version_of: Callable[..., Version]) -> Callable[[View], View]:
    """Let a page of a group be kept and asked for again: answered by 304 as long as nothing has changed.

    A script that shows the page asks with `?seen=` and the version that it shows, and is answered by 204 when that is
    still the newest. `version_of` is a gate, and lets in only whom the page lets in. What is changed while a page is
    being made may be on it already; its version is the one of before, so that it is made once more.
    A message is shown once, on a page that is not kept; a script that looks leaves it to that page, and waits.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def answered(request: HttpRequest, slug: str, **named: Any) -> HttpResponse:
            version = version_of(request.user, slug)
            looks, has_messages = "seen" in request.GET, len(get_messages(request)) > 0
            if looks and (request.GET["seen"] == version.shared or has_messages):
                return HttpResponse(status=204)
            request.page_version = version.shared  # type: ignore[attr-defined]
            request.page_changes = version  # type: ignore[attr-defined]
            if looks or has_messages:
                return view(request, slug=slug, **named)
            etag = _etag(request, version)
            response = get_conditional_response(request, etag=etag)
            response = response if response is not None else view(request, slug=slug, **named)
            if response.status_code in (200, 304):
                response["ETag"] = etag
                patch_cache_control(response, private=True, no_cache=True)
            return response

        return answered

    return decorate


def version_of(request: HttpRequest) -> Version:
    """Return the version of a kept page; of other pages it is not known."""
    return getattr(request, "page_changes", UNKNOWN)


def remembered(most: int) -> Callable[[Callable[P, T]], Callable[P, T]]:
    """Let what a function gathered be used again by this process, for the `most` latest arguments.

    The first argument is the version of what is gathered, asked for before it is; without one it is gathered anew. A
    number of changes never comes back, so that what is remembered under one is never older than that.
    """

    def decorate(gather: Callable[P, T]) -> Callable[P, T]:
        known = lru_cache(maxsize=most)(gather)

        @wraps(gather)
        def remembering(*args: P.args, **named: P.kwargs) -> T:
            return known(*args, **named) if args[0] else gather(*args, **named)  # type: ignore[arg-type]

        return remembering

    return decorate


def _etag(request: HttpRequest, version: Version) -> str:
    """Return what names all that the page depends on: the changes, the person, their forms' secret, program and time.

    It is a weak one: two renderings mask the forms' secret differently. Pages say how long it is until something, and
    none says it more exactly than by the minute.
    """
    secret = request.META.get("CSRF_COOKIE", "")
    parts = (*version, str(request.user.pk), secret, settings.STARTED, f"{now():%Y-%m-%d %H:%M}")
    return f'W/"{hashlib.sha256("|".join(parts).encode()).hexdigest()[:32]}"'

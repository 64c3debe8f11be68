"""What one is told by mail, and the page behind every mail's "stop"."""

from collections.abc import Callable
from typing import Any

from allauth.core.internal import ratelimit
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST

from core import limits
from core.answers import Request, way_back
from core.errors import Invalid, NotFound, TooMany
from notifications import actions, queries
from notifications.forms import MuteForm, NoticeForm

# What the person's groups are called is known further up; readinggroup/urls.py hands it down.
ScopesOf = Callable[..., list[tuple[str, str]]]


@require_http_methods(["GET", "HEAD", "POST"])
def notices(request: Request, scopes_of: ScopesOf) -> HttpResponse:
    """Show what one is told, and when; save it."""
    page = queries.notice_page(by=request.user)
    form = NoticeForm(request.POST or None, initial=page.as_initial(), kinds=page.kinds)
    if request.method == "POST" and form.is_valid():
        actions.save_notice_settings(by=request.user, **form.cleaned_data)
        messages.success(request, "Saved.")
        return redirect("notifications:notices")
    context: dict[str, Any] = {"page": page, "form": form, "scopes": scopes_of(by=request.user)}
    return render(request, "notifications/notices.html", context, status=422 if form.errors else 200)


@require_POST
def mute(request: Request, scopes_of: ScopesOf) -> HttpResponse:
    """Stop all mail from a group, or let it come again."""
    form = MuteForm(request.POST)
    if not form.is_valid():
        raise Invalid("This names no group. Reload the page and try again.")
    muted = form.cleaned_data["state"] == "on"
    actions.set_muted(by=request.user, scope=form.cleaned_data["scope"], muted=muted)
    messages.success(request, "No more mail comes from there." if muted else "Mail comes from there again.")
    return redirect("notifications:notices")


@require_POST
def again(request: Request, scopes_of: ScopesOf) -> HttpResponse:
    """Mail to the person's address again, though it was refused."""
    actions.try_address_again(by=request.user)
    messages.success(request, "Mail goes to your address again, with what was kept for you.")
    return redirect(way_back(request, "notifications:notices"))


@csrf_exempt  # RFC 8058: a mail program posts it, without a page of ours, cookies or a log-in; the link is the right
@require_http_methods(["GET", "HEAD", "POST"])
def stop(request: HttpRequest, token: str, scopes_of: ScopesOf) -> HttpResponse:
    """Ask whether all mail from a group shall stop; a POST does it. Looking at it changes nothing."""
    try:
        if request.method == "POST":
            actions.set_muted_by_link(by=request.user, token=token, muted=request.POST.get("state") != "off")
        page = queries.stop_page(token, by=request.user)
    except NotFound:
        _refuse_guessers(request)
        response = render(request, "notifications/stop_gone.html", status=404)
    else:
        names = dict(scopes_of(by=page.user))
        context = {"page": page, "name": names.get(page.scope, ""), "changed": request.method == "POST"}
        response = render(request, "notifications/stop.html", context)
    response["Referrer-Policy"] = "strict-origin"  # never the path, which is the right itself, to anyone
    return response


def _refuse_guessers(request: HttpRequest) -> None:
    """Count a wrong link; whoever sends many of them is told to wait."""
    rate = {"stop": limits.STOP_GUESSES}
    if not ratelimit.consume(request, app="notifications", action="stop", config=rate, limit_get=True):
        raise TooMany("Too many wrong links came from your network. Try again in a minute.")

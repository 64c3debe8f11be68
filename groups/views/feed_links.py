"""The addresses under which one's own calendar and feed reader find one's groups."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from core.answers import Request
from core.errors import Invalid
from groups import actions, queries
from groups.forms import FeedLinkForm


@require_safe
def feed_links(request: Request) -> HttpResponse:
    """List one's groups, and which of them have an address."""
    return _page(request)


@require_POST
def feed_link(request: Request, slug: str) -> HttpResponse:
    """Make or renew the address of a group's feeds, which is shown this once, or end it."""
    form = FeedLinkForm(request.POST)
    if not form.is_valid():
        raise Invalid("A link is made, renewed or ended.")
    if form.cleaned_data["state"] == "off":
        ended = actions.end_feed_link(by=request.user, slug=slug)
        messages.success(request, f"The link for {ended.group.name} no longer works.")
        return redirect("groups:feed_links")
    made = actions.renew_feed_link(by=request.user, slug=slug, key=form.cleaned_data["key"])
    return _page(request, made=made, **{f"{name}_address": _address(name, made.token) for name in ("calendar", "news")})


def _address(name: str, token: str) -> str:
    return settings.SITE_URL + reverse(f"{name}_feed", args=[token])


def _page(request: Request, **more: Any) -> HttpResponse:
    page = queries.feed_links_page(by=request.user)
    context = {"page": page, "made": None, "key": FeedLinkForm()["key"].initial, **more}
    return render(request, "groups/feed_links.html", context)

"""One way to answer: the part for htmx, the page or a redirect for everyone else."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import Resolver404, resolve, reverse
from django.utils.html import format_html
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.safestring import SafeString

if TYPE_CHECKING:
    from django_htmx.middleware import HtmxDetails

    from accounts.models import User


class Request(HttpRequest):
    """What a view behind the log-in is given: a person, and whether htmx asks. For annotations only."""

    user: "User"
    htmx: "HtmxDetails"


@dataclass(frozen=True, slots=True, kw_only=True)
class Undo:
    """What was done, and the form that takes it back: shown until it is dismissed or something else is done."""

    done: str
    about: str = ""  # what it was done to; markup only as a SafeString
    to: str  # the address that the form posts to
    sends: Mapping[str, object]
    fills: str = ""  # id of the part that the answer replaces; empty when the answer is a page
    heir: str = ""  # id of what the focus goes to when it was on the button; else `fills`


UNDO = "undo"  # marks a message that holds one
SAID = "said"  # marks a message that is only announced


def answer(
    request: HttpRequest,
    *,
    part: str,
    context: dict[str, Any],
    to: str,
    status: int = 200,
    said: str = "",
    undo: Undo | None = None,
) -> HttpResponse:
    """Answer a change: htmx gets `part` rendered, others are sent on to the address `to`.

    `said` is one short sentence for the page's live region (swapped out of band); without htmx the caller's
    page shows the new state itself. `undo` is the way back; what is itself an undo has none.
    """
    undo = None if "undone" in request.POST else undo
    if not request.htmx:  # type: ignore[attr-defined]
        offer(request, undo)
        return redirect(to)
    html = render_to_string(part, context, request)
    return HttpResponse(html + announcement(said) + _undo_region(request, undo), status=status)


def offer(request: HttpRequest, undo: Undo | None) -> None:
    """Let the next page have the way back, unless what was done was one itself."""
    if undo and "undone" not in request.POST:
        say_next(request, undo.done)
        messages.info(request, SafeString(_undo_form(request, undo)), extra_tags=UNDO)


def say_next(request: HttpRequest, sentence: str) -> None:
    """Let the part that htmx is led on to announce a sentence; a whole page shows the new state itself."""
    if request.htmx:  # type: ignore[attr-defined]
        messages.info(request, sentence, extra_tags=SAID)


def part_after_change(request: HttpRequest, *, part: str, context: dict[str, Any]) -> HttpResponse:
    """Answer htmx, which a change has led on to a page, with its part, and with what the change left to be said."""
    left = {item.extra_tags: item.message for item in messages.get_messages(request)}
    html = render_to_string(part, context, request)
    region = format_html('<div id="undo" hx-swap-oob="innerHTML">{}</div>', left.get(UNDO, ""))
    return HttpResponse(html + announcement(str(left.get(SAID, ""))) + region)


def page_or_part(
    request: HttpRequest, *, page: str, part: str, context: dict[str, Any], status: int = 200
) -> HttpResponse:
    """Render `part` for htmx (unless it restores history) and `page` for everyone else."""
    wants_part = request.htmx and not request.htmx.history_restore_request  # type: ignore[attr-defined]
    return render(request, part if wants_part else page, context, status=status)


def way_back(request: HttpRequest, name: str = "", *args: Any) -> str:
    """Return the page of ours that the form names as `next`, else the address `name`; never another site's."""
    wanted = request.POST.get("next", "")
    if wanted.startswith("/") and url_has_allowed_host_and_scheme(wanted, allowed_hosts=None):
        return wanted
    return reverse(name, args=args) if name else ""


@dataclass(frozen=True, slots=True)
class Place:
    """A page of ours that an address names as the one that it was reached from."""

    sent: str  # as the address has it: without what the pages of one group have in common
    address: str
    view: str  # its name
    arguments: dict[str, Any]
    query: QueryDict


def came_from(request: HttpRequest, *, below: str, views: Collection[str]) -> Place | None:
    """Return the page below the address `below` that the request names as `from`, if it is one of these views."""
    sent = request.GET.get("from", "")
    path, _, query = f"{below}{sent}".partition("?")
    try:
        found = resolve(path)
    except Resolver404:
        return None
    if not sent or found.view_name not in views:
        return None
    return Place(sent, f"{path}?{query}" if query else path, found.view_name, found.kwargs, QueryDict(query))


def announcement(sentence: str) -> str:
    """Return the out-of-band element that fills the page's one polite live region, or nothing."""
    if not sentence:
        return ""
    region = '<div id="status" role="status" class="visually-hidden" hx-swap-oob="innerHTML">{}</div>'
    return format_html(region, sentence)


def _undo_form(request: HttpRequest, undo: Undo) -> str:
    sends = [(name, one) for name, sent in undo.sends.items() for one in (sent if isinstance(sent, list) else [sent])]
    return render_to_string("_undo.html", {"undo": undo, "sends": sends}, request)


def _undo_region(request: HttpRequest, undo: Undo | None) -> str:
    """Return the out-of-band element that fills the page's one place for it, or empties it."""
    form = SafeString(_undo_form(request, undo) if undo else "")
    return format_html('<div id="undo" hx-swap-oob="innerHTML">{}</div>', form)

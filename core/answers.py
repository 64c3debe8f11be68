"""One way to answer: the part for htmx, the page or a redirect for everyone else."""

from typing import TYPE_CHECKING, Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.html import format_html
from django.utils.http import url_has_allowed_host_and_scheme

if TYPE_CHECKING:
    from django_htmx.middleware import HtmxDetails

    from accounts.models import User


class Request(HttpRequest):
    """What a view behind the log-in is given: a person, and whether htmx asks. For annotations only."""

    user: "User"
    htmx: "HtmxDetails"


def answer(
    request: HttpRequest,
    *,
    part: str,
    context: dict[str, Any],
    to: str,
    status: int = 200,
    said: str = "",
) -> HttpResponse:
    """Answer a change: htmx gets `part` rendered, others are sent on to the address `to`.

    `said` is one short sentence for the page's live region (swapped out of band); without htmx the caller's
    page shows the new state itself.
    """
    if not request.htmx:  # type: ignore[attr-defined]
        return redirect(to)
    html = render_to_string(part, context, request)
    return HttpResponse(html + announcement(said), status=status)


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


def announcement(sentence: str) -> str:
    """Return the out-of-band element that fills the page's one polite live region, or nothing."""
    if not sentence:
        return ""
    region = '<div id="status" role="status" class="visually-hidden" hx-swap-oob="innerHTML">{}</div>'
    return format_html(region, sentence)

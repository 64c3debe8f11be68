"""From a paper on to the next one of the list it was opened from, or back to its row there."""

from datetime import date

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_safe

from core.answers import Place, Request, came_from
from core.errors import NotFound
from discussion.forms import SearchForm
from meetings import queries
from meetings.forms import wanted_of

STEPS = {"previous": -1, "next": 1, "list": 0}
ENDS = {-1: "This is the first paper of the list.", 1: "This was the last paper of the list."}


@require_safe
def beside(request: Request, slug: str, paper: str, way: str) -> HttpResponse:
    """Lead on to the paper before or behind this one in the list that `from` names, at its ends back to the list."""
    group, step = reverse("meetings:week", args=[slug]), STEPS[way]
    place = came_from(request, below=group, views=queries.LISTS)
    # Where there is no list, the gate is asked all the same: by the paper's own page.
    listed = _listed(place) if place else None
    found = queries.beside(by=request.user, slug=slug, address=paper, listed=listed, step=step)
    if place is None:
        return redirect("discussion:paper", slug=slug, paper=paper)
    address = _changed(place, {name: str(value) for name, value in found.changes.items()})
    if found.paper:
        sent = urlencode({"from": address.removeprefix(group)})
        return redirect(f"{reverse('discussion:paper', args=[slug, found.paper.address])}?{sent}")
    if step:
        messages.info(request, ENDS[step] if found.row else "The list no longer has the paper that was open.")
    return redirect(f"{address}#paper-{found.row}" if found.row else address)


def _listed(place: Place) -> queries.Listed:
    if place.view == "meetings:week":
        return wanted_of(place.query)
    if place.view == "discussion:day":
        return queries.Day(_date(place.arguments["day"]), place.query.get("category", ""))
    if place.view == "discussion:search":
        form = SearchForm(place.query)
        typed = form.cleaned_data if form.is_valid() else {}
        return queries.Search(typed.get("q", ""), form.filters, typed.get("after"))
    return None


def _date(day: str) -> date:
    try:
        return date.fromisoformat(day)
    except ValueError as error:
        raise NotFound from error


def _changed(place: Place, changes: dict[str, str]) -> str:
    """Return the list's address with some of its query set, and what is 0 left out."""
    query = place.query.copy()
    for name, value in changes.items():
        query[name] = value
        if value == "0":
            del query[name]
    path = place.address.partition("?")[0]
    return f"{path}?{query.urlencode()}" if query else path

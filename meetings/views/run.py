"""A meeting while it runs: whoever has the page open follows it."""

from datetime import timedelta
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from core import limits
from core.answers import Request, answer
from core.clock import now
from core.errors import Invalid
from core.keeping import kept
from groups import queries as group_queries
from meetings import actions, queries
from meetings.forms import HandForm, HereForm, NoteForm, OutcomeForm

SAID = {
    "discussed": "Discussed.",
    "carried": "Carried over. Its votes go back to the pool.",
    "dropped": "Dropped. Its votes stay open.",
    "planned": "On again.",
}


@require_safe
@kept(group_queries.version_of_pages)
def run(request: Request, slug: str, day: str) -> HttpResponse:
    """Show a running meeting; a page that follows it asks with the version that it shows, and gets the part or 204."""
    context = _context(request, slug, day)
    if request.htmx and not request.htmx.history_restore_request:
        return render(request, "meetings/_run.html", context)
    return render(request, "meetings/run.html", context | {"note_form": NoteForm()})


@require_POST
def start(request: Request, slug: str, day: str) -> HttpResponse:
    """Begin the meeting."""
    actions.start_meeting(by=request.user, slug=slug, meeting=day)
    return redirect("meetings:run", slug=slug, day=day)


@require_POST
def outcome(request: Request, slug: str, day: str, pk: int) -> HttpResponse:
    """Say what became of a line; the next one is on."""
    form = OutcomeForm(request.POST)
    if not form.is_valid():
        raise Invalid("A line is discussed, carried over or dropped.")
    state = form.cleaned_data["state"]
    actions.finish_item(by=request.user, slug=slug, meeting=day, pk=pk, state=state)
    return _answer(request, slug, day, said=SAID[state])


@require_POST
def hand(request: Request, slug: str, day: str) -> HttpResponse:
    """Raise or lower a hand on the line that is on."""
    form = HandForm(request.POST)
    if not form.is_valid():
        raise Invalid("A hand is raised or lowered, on a line of the meeting.")
    sent = form.cleaned_data
    raised = sent["state"] == "on"
    actions.set_hand(by=request.user, slug=slug, meeting=day, pk=sent["pk"], raised=raised, member=sent["member"])
    return _answer(request, slug, day, said="Hand raised." if raised else "Hand lowered.")


@require_POST
def here(request: Request, slug: str, day: str) -> HttpResponse:
    """Say that one is there."""
    form = HereForm(request.POST)
    if not form.is_valid():
        raise Invalid("Say whether you are here.")
    is_here = form.cleaned_data["state"] == "on"
    actions.set_here(by=request.user, slug=slug, meeting=day, here=is_here)
    return _answer(request, slug, day, said="You are counted." if is_here else "You are not counted any more.")


@require_POST
def note(request: Request, slug: str, day: str) -> HttpResponse:
    """Write down something on a line."""
    form = NoteForm(request.POST)
    to = reverse("meetings:run", args=[slug, day])
    if not form.is_valid():
        raise Invalid(f"A note has 1 to {limits.RUN_NOTE_CHARS} characters.", field="text")
    actions.add_note(by=request.user, slug=slug, meeting=day, **form.cleaned_data)
    context = _context(request, slug, day) | {"note_form": NoteForm()} if request.htmx else {}
    return answer(request, part="meetings/_note_answer.html", context=context, to=to, said="Written down.")


def _answer(request: Request, slug: str, day: str, *, said: str) -> HttpResponse:
    context = _context(request, slug, day) if request.htmx else {}
    to = reverse("meetings:run", args=[slug, day])
    return answer(request, part="meetings/_run.html", context=context, to=to, said=said)


def _context(request: Request, slug: str, day: str) -> dict[str, Any]:
    shown = getattr(request, "page_version", "")  # asked for before what it stands for
    version = shown or group_queries.version_of_pages(request.user, slug).shared
    page = queries.run_page(by=request.user, slug=slug, meeting_slug=day)
    return {
        "page": page,
        "meeting": page.meeting,
        "group": page.membership.group,
        "membership": page.membership,
        "version": version,
        "is_projector": "projector" in request.GET,
        "can_begin": page.meeting.starts_at <= now() + timedelta(minutes=limits.START_MINUTES),
    }

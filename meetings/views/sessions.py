"""What is otherwise than the schedule says: sessions more, moved or cancelled, and breaks."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST
from django_htmx.http import HttpResponseClientRedirect

from core.answers import Request
from core.errors import Invalid
from core.wording import short_day
from groups import actions
from groups.forms import BreakForm, SessionForm, SessionStateForm
from meetings import actions as meeting_actions
from meetings import queries
from meetings.forms import TimesForm
from meetings.views.agenda import agenda_answer, both_shown, meeting_context, seen_by


def meetings_context(request: Request, slug: str, **more: Any) -> dict[str, Any]:
    """Gather what the list of meetings shows."""
    page = queries.meetings_page(by=request.user, slug=slug, before=request.GET.get("before", ""))
    group = page.membership.group
    usual = {"start_time": group.start_time, "minutes": group.meeting_minutes, "place": group.place}
    return {
        "page": page,
        "group": group,
        "membership": page.membership,
        "session_form": SessionForm(initial=usual, auto_id="session_%s"),
        "break_form": BreakForm(auto_id="break_%s"),
        "times_form": TimesForm(initial={"minutes": group.meeting_minutes, "place": group.place}, auto_id="times_%s"),
        **more,
    }


@require_POST
def add(request: Request, slug: str) -> HttpResponse:
    """Add a session outside the schedule."""
    form = SessionForm(request.POST, auto_id="session_%s")
    if form.is_valid():
        try:
            meeting = actions.add_session(by=request.user, slug=slug, **form.cleaned_data)
        except Invalid as error:
            form.add_error(error.field, error.sentence)
        else:
            messages.success(request, f"Added a session on {short_day(meeting.day)}.")
            return redirect("meetings:meeting", slug=slug, day=meeting.slug)
    return _again(request, slug, session_form=form)


@require_POST
def breaks(request: Request, slug: str) -> HttpResponse:
    """Add a break."""
    form = BreakForm(request.POST, auto_id="break_%s")
    if form.is_valid():
        try:
            changed = actions.add_break(by=request.user, slug=slug, **form.cleaned_data)
        except Invalid as error:
            form.add_error(error.field, error.sentence)
        else:
            messages.success(request, " ".join(filter(None, ["Break added.", changed.sentence])))
            return redirect(f"{reverse('meetings:meetings', args=[slug])}#breaks")
    return _again(request, slug, break_form=form)


@require_POST
def end_break(request: Request, slug: str, pk: int) -> HttpResponse:
    """Take a break off."""
    changed = actions.remove_break(by=request.user, slug=slug, pk=pk)
    messages.success(request, " ".join(filter(None, ["Break taken off.", changed.sentence])))
    return redirect(f"{reverse('meetings:meetings', args=[slug])}#breaks")


@require_POST
@both_shown
def move(request: Request, slug: str, day: str) -> HttpResponse:
    """Move a meeting to another hour, day, length or place."""
    form = SessionForm(request.POST, auto_id="move_%s")
    if form.is_valid():
        try:
            line: dict[str, Any] = {"slug": slug, "meeting": day, "seen": seen_by(request)}
            meeting = meeting_actions.move_meeting(by=request.user, **line, **form.cleaned_data)
        except Invalid as error:
            form.add_error(error.field, error.sentence)
        else:
            messages.success(request, "Saved. Calendars take it for the same event.")
            to = reverse("meetings:meeting", args=[slug, meeting.slug])
            return HttpResponseClientRedirect(to) if request.htmx else redirect(to)
    context = meeting_context(request, slug, day, move_form=form)
    return render(request, "meetings/meeting.html", context, status=422)


@require_POST
def state(request: Request, slug: str, day: str) -> HttpResponse:
    """Cancel a meeting, or let it take place after all."""
    form = SessionStateForm(request.POST)
    if not form.is_valid():
        raise Invalid("A meeting is cancelled or planned.")
    cancelled = form.cleaned_data["state"] == "cancelled"
    meeting_actions.set_cancelled(by=request.user, slug=slug, meeting=day, cancelled=cancelled)
    said = "Cancelled. Its votes and agenda are kept." if cancelled else "It takes place."
    return agenda_answer(request, slug, day, said=said)


def _again(request: Request, slug: str, **form: forms.Form) -> HttpResponse:
    return render(request, "meetings/meetings.html", meetings_context(request, slug, **form), status=422)

"""A time for a session outside the schedule, asked for and chosen."""

from typing import Any
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from core.answers import Request, Undo, answer
from core.errors import Invalid
from discussion.forms import StateForm
from meetings import actions, queries
from meetings.forms import AnswersForm, ChoiceForm, TimesForm
from meetings.views.sessions import meetings_context

PART, PAGE = "meetings/_poll.html", "meetings/poll.html"


@require_safe
def poll(request: Request, slug: str, pk: int) -> HttpResponse:
    """Show the times, whom they suit, and the form to answer."""
    return render(request, PAGE, _context(request, slug, pk))


@require_POST
def offer_times(request: Request, slug: str) -> HttpResponse:
    """Offer members some times."""
    form = TimesForm(request.POST, auto_id="times_%s")
    if form.is_valid():
        try:
            made = actions.offer_times(by=request.user, slug=slug, **form.cleaned_data)
        except Invalid as error:
            form.add_error(error.field, error.sentence)
        else:
            messages.success(request, "Members find these times on their page of the week.")
            return redirect("meetings:poll", slug=slug, pk=made.pk)
    return render(request, "meetings/meetings.html", meetings_context(request, slug, times_form=form), status=422)


@require_POST
def change_times(request: Request, slug: str, pk: int) -> HttpResponse:
    """Offer other times, or say something else of the session."""
    form = TimesForm(request.POST, auto_id="times_%s")
    if form.is_valid():
        sent = {name: value for name, value in form.cleaned_data.items() if name != "key"}
        try:
            actions.change_times(by=request.user, slug=slug, pk=pk, **sent)
        except Invalid as error:
            form.add_error(error.field, error.sentence)
        else:
            messages.success(request, "Saved. Answers to the times that stay are kept.")
            return redirect("meetings:poll", slug=slug, pk=pk)
    return render(request, PAGE, _context(request, slug, pk, times_form=form), status=422)


@require_POST
def answer_times(request: Request, slug: str, pk: int) -> HttpResponse:
    """Keep which times suit the member."""
    form = AnswersForm(request.POST)
    if not form.is_valid():
        raise Invalid("A time suits, suits if need be, or does not. Reload the page and try again.")
    before = actions.answer_times(by=request.user, slug=slug, pk=pk, answers=form.cleaned_data["answers"])
    to = reverse("meetings:answer_times", args=[slug, pk])
    sends = {f"slot-{slot}": suits for slot, suits in before.items()}
    undo = Undo(done="Your answer is kept.", to=to, sends=sends, fills="poll")
    return _answer(request, slug, pk, said="Your answer is kept.", undo=undo)


@require_POST
def choose_time(request: Request, slug: str, pk: int) -> HttpResponse:
    """Choose a time: the session is planned."""
    form = ChoiceForm(request.POST)
    if not form.is_valid():
        raise Invalid("Choose one of the times.")
    actions.choose_time(by=request.user, slug=slug, pk=pk, slot=form.cleaned_data["slot"])
    said = "The session is planned."
    undo = Undo(done=said, to=reverse("meetings:poll_state", args=[slug, pk]), sends={"state": "on"}, fills="poll")
    return _answer(request, slug, pk, said=said, undo=undo)


@require_POST
def poll_state(request: Request, slug: str, pk: int) -> HttpResponse:
    """Close a poll, or open it again, which takes a choice back."""
    form = StateForm(request.POST)
    if not form.is_valid():
        raise Invalid("A poll is open or closed.")
    is_open = form.cleaned_data["state"] == "on"
    taken_back = actions.set_poll_open(by=request.user, slug=slug, pk=pk, is_open=is_open)
    said = "Members can answer again." if is_open else "Closed without a session."
    if taken_back:
        to, sends = reverse("meetings:choose_time", args=[slug, pk]), {"slot": str(taken_back.pk)}
        said = "The session is cancelled, and members can answer again."
    else:
        to, sends = reverse("meetings:poll_state", args=[slug, pk]), {"state": "off" if is_open else "on"}
    return _answer(request, slug, pk, said=said, undo=Undo(done=said, to=to, sends=sends, fills="poll"))


def _answer(request: Request, slug: str, pk: int, *, said: str, undo: Undo) -> HttpResponse:
    context = _context(request, slug, pk) if request.htmx else {}
    to = reverse("meetings:poll", args=[slug, pk])
    return answer(request, part=PART, context=context, to=to, said=said, undo=undo)


def _context(request: Request, slug: str, pk: int, **more: Any) -> dict[str, Any]:
    page = queries.poll_page(by=request.user, slug=slug, pk=pk)
    group, poll = page.membership.group, page.poll
    zone = ZoneInfo(group.zone)
    times = [line.slot.starts_at.astimezone(zone) for line in page.lines]
    said = {"about": poll.about, "minutes": poll.minutes, "place": poll.place, "key": poll.key}
    form = TimesForm(initial=said | TimesForm.times_as_sent(times), auto_id="times_%s")
    return {"page": page, "poll": poll, "group": group, "membership": page.membership, "times_form": form, **more}

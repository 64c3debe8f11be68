"""The agenda builder: each change answers with the agenda part, or goes back to the meeting's page."""

from collections.abc import Callable
from functools import wraps
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_POST

from core import limits
from core.answers import Request, Undo, answer
from core.errors import Conflict, Invalid
from groups.forms import SessionForm
from meetings import actions, queries
from meetings.exports.registry import BY_PURPOSE
from meetings.forms import (
    AfterForm,
    ComingForm,
    CueForm,
    ItemForm,
    KindForm,
    PaperForm,
    PartForm,
    PlaceForm,
    PresenterForm,
    SeenForm,
    TopicForm,
)


def both_shown(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Answer a change that others were faster with by both versions, and a button to keep one's own."""

    @wraps(view)
    def answered(request: Request, slug: str, day: str, **named: Any) -> HttpResponse:
        try:
            return view(request, slug=slug, day=day, **named)
        except actions.Stale as stale:
            again = [(name, value) for name, sent in request.POST.lists() for value in sent if name not in NOT_AGAIN]
            return agenda_answer(request, slug, day, status=409, versions=stale.versions, again=again)

    return answered


NOT_AGAIN = ("csrfmiddlewaretoken", "seen")


def seen_by(request: Request) -> int | None:
    """Return the revision of the agenda that stands on the page which sent this; None when it names none."""
    form = SeenForm(request.POST)
    return form.cleaned_data["seen"] if form.is_valid() else None


@require_POST
def suggest(request: Request, slug: str, day: str) -> HttpResponse:
    """Fill the free minutes from the votes."""
    added = actions.suggest_agenda(by=request.user, slug=slug, meeting=day)
    said = f"{added} {'paper' if added == 1 else 'papers'} added from the votes." if added else "No further paper fits."
    return agenda_answer(request, slug, day, said=said)


@require_POST
def items(request: Request, slug: str, day: str) -> HttpResponse:
    """Add a paper (`paper`) or a topic (`title`)."""
    form = PaperForm(request.POST) if request.POST.get("paper") else TopicForm(request.POST)
    if not form.is_valid():
        return agenda_answer(request, slug, day, topic_form=form, status=422)
    add = actions.add_paper if isinstance(form, PaperForm) else actions.add_topic
    add(by=request.user, slug=slug, meeting=day, **form.cleaned_data)
    return agenda_answer(request, slug, day, said="Added to the agenda.")


@require_POST
@both_shown
def kind(request: Request, slug: str, day: str, paper: str) -> HttpResponse:
    """Say how long a paper of the pool is talked about."""
    form = KindForm(request.POST)
    if not form.is_valid():
        raise Invalid("A paper is short, normal or deep.")
    actions.set_kind(by=request.user, slug=slug, meeting=day, paper=paper, **form.cleaned_data)
    return agenda_answer(request, slug, day, said=f"{form.cleaned_data['kind'].capitalize()} from now on.")


@require_POST
@both_shown
def item(request: Request, slug: str, day: str, pk: int) -> HttpResponse:
    """Change a line: `move` up or down, `drop`, `restore`, or set its minutes and note."""
    said = _change(request, slug, day, pk)
    return agenda_answer(request, slug, day, said=said, undo=_way_back_from(request, pk, said))


def _way_back_from(request: Request, pk: int, said: str) -> Undo | None:
    """Return what undoes taking a line off."""
    if "drop" not in request.POST:
        return None
    return Undo(done=said, to=request.path, sends={"restore": "1"}, fills="agenda", heir=f"item-{pk}")


def _change(request: Request, slug: str, day: str, pk: int) -> str:
    """Do what the pressed button says; return what to announce."""
    line: dict[str, Any] = {"slug": slug, "meeting": day, "pk": pk, "seen": seen_by(request)}
    if "drop" in request.POST:
        actions.drop_item(by=request.user, **line)
        return "Taken off the agenda."
    if "restore" in request.POST:
        actions.restore_item(by=request.user, **line)
        return "Put back on the agenda."
    if "move" in request.POST:
        return _move(request, line)
    form = ItemForm(request.POST)
    if not form.is_valid():
        raise Invalid(f"Minutes are a whole number from 1 to {limits.ITEM_MINUTES_MAX}; a note is one short line.")
    actions.change_item(by=request.user, **line, **form.cleaned_data)
    return "Saved."


def _move(request: Request, line: dict[str, Any]) -> str:
    form = PlaceForm(request.POST)
    if not form.is_valid():
        raise Invalid("A line moves up or down, or before another one.")
    direction, before = form.cleaned_data["move"], form.cleaned_data["before"]
    actions.move_item(by=request.user, **line, direction=direction, before=before)
    return "Moved." if direction == "to" else f"Moved {direction}."


@require_POST
@both_shown
def cue(request: Request, slug: str, day: str, pk: int) -> HttpResponse:
    """Keep what the presenter wants read before, and their question."""
    form = CueForm(request.POST)
    if not form.is_valid():
        raise Invalid(f"What to read and the question have at most {limits.CUE_CHARS} characters each.")
    actions.set_cue(by=request.user, slug=slug, meeting=day, pk=pk, seen=seen_by(request), **form.cleaned_data)
    return agenda_answer(request, slug, day, said="Saved. It stands on the agenda.")


@require_POST
def coming(request: Request, slug: str, day: str) -> HttpResponse:
    """Say whether one can make it."""
    form = ComingForm(request.POST)
    if not form.is_valid():
        raise Invalid("Say whether you can make it or not.")
    state = form.cleaned_data["state"]
    actions.set_coming(by=request.user, slug=slug, meeting=day, state=state)
    said = "Noted. What you were to present goes to someone else." if state == "away" else "Good. You are counted in."
    return agenda_answer(request, slug, day, said=said)


@require_POST
@both_shown
def presenter(request: Request, slug: str, day: str, pk: int) -> HttpResponse:
    """Ask a member to present a line, or free it."""
    form = PresenterForm(request.POST)
    if not form.is_valid():
        raise Invalid("Choose a member of the group.")
    line: dict[str, Any] = {"slug": slug, "meeting": day, "pk": pk, "seen": seen_by(request)}
    actions.set_presenter(by=request.user, **line, **form.cleaned_data)
    said = "Presenter set." if form.cleaned_data["member"] else "Presenter open again."
    return agenda_answer(request, slug, day, said=said)


@require_POST
def after(request: Request, slug: str, day: str, pk: int) -> HttpResponse:
    """Keep the summary of what was presented, and where the slides are."""
    form = AfterForm(request.POST, auto_id=f"%s-{pk}")
    if not form.is_valid():
        return agenda_answer(request, slug, day, status=422, after_form=form, after_line=pk)
    try:
        actions.keep_what_stays(by=request.user, slug=slug, meeting=day, pk=pk, **form.cleaned_data)
    except (Conflict, Invalid) as refused:
        form.add_error(None, refused.sentence)
        return agenda_answer(request, slug, day, status=refused.status, after_form=form, after_line=pk)
    return agenda_answer(request, slug, day, said="Saved. It stands in the archive.")


@require_POST
def part(request: Request, slug: str, day: str, pk: int) -> HttpResponse:
    """Give a member a part in a line, or take it from them."""
    form = PartForm(request.POST)
    if not form.is_valid():
        raise Invalid("Choose a part, and a member of the group.")
    sent = form.cleaned_data
    on = sent["state"] == "on"
    line: dict[str, Any] = {"slug": slug, "meeting": day, "pk": pk}
    may_undo = actions.set_part(by=request.user, **line, role=sent["role"], member=sent["member"], on=on)
    said = "It is on the agenda." if on else "Taken off."
    to = reverse("meetings:part", args=[slug, day, pk])
    undo = Undo(done=said, to=to, sends=sent | {"state": "on"}, fills="agenda") if may_undo and not on else None
    return agenda_answer(request, slug, day, said=said, undo=undo)


def meeting_context(request: Request, slug: str, day: str, **more: Any) -> dict[str, Any]:
    """Gather what the meeting's page and its agenda part show."""
    page = queries.meeting_page(by=request.user, slug=slug, meeting_slug=day)
    group = {"group": page.membership.group, "membership": page.membership}
    return {
        "page": page,
        "meeting": page.meeting,
        "exports": BY_PURPOSE,
        "new_key": uuid4,
        "topic_form": TopicForm(),
        "move_form": SessionForm(initial=_as_planned(page.meeting), auto_id="move_%s"),
        **group,
        **more,
    }


def _as_planned(meeting: Any) -> dict[str, Any]:
    starts_at = meeting.starts_at.astimezone(ZoneInfo(meeting.group.zone))
    return {"day": meeting.day, "start_time": starts_at.time(), "minutes": meeting.minutes, "place": meeting.place}


def agenda_answer(
    request: Request,
    slug: str,
    day: str,
    *,
    said: str = "",
    undo: Undo | None = None,
    status: int = 200,
    **more: Any,
) -> HttpResponse:
    """Answer a change with the agenda part (htmx), the page (a form to correct) or the way back to the page."""
    if status != 200 and not request.htmx:
        return render(request, "meetings/meeting.html", meeting_context(request, slug, day, **more), status=status)
    to = reverse("meetings:meeting", args=[slug, day])
    context = meeting_context(request, slug, day, **more) if request.htmx else {}
    if said and not undo and not request.htmx:
        messages.success(request, said)
    return answer(
        request, part="meetings/_agenda.html", context=context, to=f"{to}#agenda", status=status, said=said, undo=undo
    )

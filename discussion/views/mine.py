"""What a member does for themselves alone: save a paper, put it aside, order the queue."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from core import limits
from core.answers import Request, Undo, answer, offer, say_next, way_back
from core.errors import Invalid
from core.wording import plural
from discussion import actions, queries
from discussion.forms import KeptForm, MoveForm, NoteForm
from discussion.views.states import state_of
from discussion.views.undoing import undo_of


@require_POST
def save(request: Request, slug: str, paper: str) -> HttpResponse:
    """Set whether the paper is in the member's queue; answers with the row's own controls."""
    on = state_of(request)
    actions.set_saved(by=request.user, slug=slug, address=paper, on=on)
    return _controls(request, slug, paper, "save", "Saved to your queue." if on else "Dropped from your queue.")


@require_POST
def hide(request: Request, slug: str, paper: str) -> HttpResponse:
    """Set whether the paper is hidden from the member; answers with the row's own controls."""
    on = state_of(request)
    actions.set_hidden(by=request.user, slug=slug, address=paper, on=on)
    return _controls(request, slug, paper, "hide", "Hidden for you alone." if on else "No longer hidden.")


@require_POST
def noticed(request: Request, slug: str, paper: str) -> HttpResponse:
    """Tell a member no more that a paper of theirs is up; by htmx the note goes."""
    actions.notice_own_paper(by=request.user, slug=slug, address=paper)
    week = reverse("meetings:week", args=[slug])
    return answer(request, part="discussion/_nothing.html", context={}, to=way_back(request) or week, said="Noted.")


@require_POST
def move(request: Request, slug: str, paper: str) -> HttpResponse:
    """Move a saved paper one place up or down, to the top, or to where it was dragged."""
    form = MoveForm(request.POST)
    if not form.is_valid():
        raise Invalid("A paper moves up, down, to the top or to a place in the queue. Reload the page and try again.")
    to, place = form.cleaned_data["to"], form.cleaned_data["place"]
    moved = actions.move_saved(by=request.user, slug=slug, address=paper, to=to, place=place)
    say_next(request, f"Moved to place {place}." if place else f"Moved {'to the top' if to == 'top' else to}.")
    return redirect(f"{way_back(request, 'discussion:paper', slug, paper)}#paper-{moved.pk}")


@require_POST
def note(request: Request, slug: str, paper: str) -> HttpResponse:
    """Set the member's private note on a saved paper."""
    form = NoteForm(request.POST)
    if not form.is_valid():
        raise Invalid(str(form.errors["note"][0]))
    noted = actions.set_note(by=request.user, slug=slug, address=paper, note=form.cleaned_data["note"])
    say_next(request, "Note saved.")
    return redirect(f"{way_back(request, 'discussion:paper', slug, paper)}#paper-{noted.pk}")


@require_POST
def kept(request: Request, slug: str) -> HttpResponse:
    """Drop the chosen items of the queue, or bring back what was dropped."""
    queue = reverse("meetings:queue", args=[slug])
    form = KeptForm(request.POST)
    if not form.is_valid():
        raise Invalid("Papers are dropped or brought back. Reload the page and try again.")
    on = form.cleaned_data["state"] == "on"
    changed = actions.set_kept(by=request.user, slug=slug, items=form.cleaned_data["items"], on=on)
    if not changed or on:
        back = f"{plural(len(changed), 'paper', 'papers')} back in your queue."
        tell = say_next if request.htmx else messages.info
        tell(request, back if changed else "Nothing was changed. Tick the papers first.")
    else:
        done = f"{plural(len(changed), 'paper', 'papers')} dropped. Notes are kept for {limits.DROPPED_DAYS} days."
        offer(
            request,
            Undo(done=done, to=request.path, sends={"items": changed, "state": "on"}, fills="queue", heir="to-read"),
        )
    return redirect(queue)


def _controls(request: Request, slug: str, paper: str, what: str, said: str) -> HttpResponse:
    membership, row = queries.row_of(by=request.user, slug=slug, address=paper)
    pk = row.paper.pk
    state = {"state": "off" if request.POST["state"] == "on" else "on"}
    undo = undo_of(request, row.paper, said, sends=state, fills=f"mine-{pk}", heir=f"{what}-{pk}")
    to = f"{way_back(request, 'discussion:paper', slug, row.address)}#paper-{row.paper.pk}"
    context = {"group": membership.group, "row": row}
    return answer(request, part="discussion/_mine_answer.html", context=context, to=to, said=said, undo=undo)

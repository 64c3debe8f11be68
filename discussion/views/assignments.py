"""Taking a paper, asking for it, and the answers."""

from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import HttpResponse
from django.views.decorators.http import require_POST

from core.answers import Request, Undo, answer, way_back
from core.errors import Invalid
from discussion import actions, queries
from discussion.forms import AssignmentForm
from discussion.views.papers import paper_context
from discussion.views.undoing import undo_of

if TYPE_CHECKING:
    from discussion.models import Assignment

SAID = {
    "taken": "You have taken this paper.",
    "asked": "Asked. The answer will show here.",
    "accepted": "Accepted. You present this paper.",
    "declined": "Declined. That costs nothing.",
    "returned": "Given back. Someone else can take it.",
}


@require_POST
def assignment(request: Request, slug: str, paper: str) -> HttpResponse:
    """Set the assignment to `state`; answers with the panel, or with the row's side when `part=side`."""
    form = AssignmentForm(request.POST)
    if not form.is_valid():
        raise Invalid(_what_is_wrong(form))
    changed = _change(request, slug, paper, **form.cleaned_data)
    said = SAID[form.cleaned_data["state"]]
    back = way_back(request, "discussion:paper", slug, paper)
    undo = _way_back_from(request, changed, said) if changed else None
    if request.POST.get("part") == "side":
        membership, row = queries.row_of(by=request.user, slug=slug, address=paper)
        context = {"group": membership.group, "membership": membership, "row": row}
        return answer(request, part="discussion/_side_answer.html", context=context, to=back, said=said, undo=undo)
    if not request.htmx and (undo is None or "undone" in request.POST):
        messages.success(request, said)
    context = paper_context(request, slug, paper) if request.htmx else {}
    return answer(request, part="discussion/_presenting.html", context=context, to=back, said=said, undo=undo)


def _what_is_wrong(form: AssignmentForm) -> str:
    if "state" in form.errors:
        return "Choose what to do with this paper: take it, ask a member, accept, decline or give it back."
    return "This member or meeting is not in the group. Reload the page and choose again."


def _change(
    request: Request, slug: str, paper: str, *, state: str, member: int | None, meeting: str
) -> "Assignment | None":
    """Do what `state` asks for; return what it changed."""
    where = {"slug": slug, "address": paper, "meeting": meeting}
    if state == "taken":
        return actions.take_paper(by=request.user, **where)
    if state == "asked":
        if member is None:
            raise Invalid("Choose whom to ask.", field="member")
        return actions.ask_member(by=request.user, **where, member=member)
    if state == "returned":
        return actions.give_back(by=request.user, **where)
    return actions.answer_assignment(by=request.user, **where, accept=state == "accepted")


# What takes back what was done oneself. An answer is none of it: who asked has been told.
UNDONE_BY = {"taken": "returned", "asked": "returned", "returned": "taken"}


def _way_back_from(request: Request, changed: "Assignment", said: str) -> Undo | None:
    """Return what takes it back; whom someone else freed is asked once more."""
    state = UNDONE_BY.get(request.POST["state"], "")
    if not state:
        return None
    paper, mine = changed.group_paper.paper, changed.member_id == request.user.pk
    sends: dict[str, object] = {"state": state, "meeting": changed.meeting.slug if changed.meeting else ""}
    if state == "taken" and not mine:
        sends |= {"state": "asked", "member": changed.member_id}
    if request.POST.get("part") == "side":
        return undo_of(
            request, paper, said, sends=sends | {"part": "side"}, fills=f"side-{paper.pk}", heir=f"take-{paper.pk}"
        )
    return undo_of(request, paper, said, sends=sends, fills="presenting", heir="presenting-heading")

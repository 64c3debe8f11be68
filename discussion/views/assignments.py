"""Taking a paper, asking for it, and the answers."""

from django.contrib import messages
from django.http import HttpResponse
from django.views.decorators.http import require_POST

from core.answers import Request, answer, way_back
from core.errors import Invalid
from discussion import actions, queries
from discussion.forms import AssignmentForm
from discussion.views.papers import paper_context

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
    _change(request, slug, paper, **form.cleaned_data)
    said = SAID[form.cleaned_data["state"]]
    back = way_back(request, "discussion:paper", slug, paper)
    if request.POST.get("part") == "side":
        membership, row = queries.row_of(by=request.user, slug=slug, address=paper)
        context = {"group": membership.group, "membership": membership, "row": row, "back": way_back(request)}
        return answer(request, part="discussion/_side_answer.html", context=context, to=back, said=said)
    if not request.htmx:
        messages.success(request, said)
    context = paper_context(request, slug, paper) if request.htmx else {}
    return answer(request, part="discussion/_presenting.html", context=context, to=back, said=said)


def _what_is_wrong(form: AssignmentForm) -> str:
    if "state" in form.errors:
        return "Choose what to do with this paper: take it, ask a member, accept, decline or give it back."
    return "This member or meeting is not in the group. Reload the page and choose again."


def _change(request: Request, slug: str, paper: str, *, state: str, member: int | None, meeting: str) -> None:
    """Do what `state` asks for."""
    where = {"slug": slug, "address": paper, "meeting": meeting}
    if state == "taken":
        actions.take_paper(by=request.user, **where)
    elif state == "asked":
        if member is None:
            raise Invalid("Choose whom to ask.", field="member")
        actions.ask_member(by=request.user, **where, member=member)
    elif state == "returned":
        actions.give_back(by=request.user, **where)
    else:
        actions.answer_assignment(by=request.user, **where, accept=state == "accepted")

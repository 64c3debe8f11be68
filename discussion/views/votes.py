"""The vote of one paper."""

from django.http import HttpResponse
from django.views.decorators.http import require_POST, require_safe

from core.answers import Request, answer, page_or_part, way_back
from core.wording import plural
from discussion import actions, queries
from discussion.views.states import state_of
from discussion.views.undoing import undo_of


@require_POST
def vote(request: Request, slug: str, paper: str) -> HttpResponse:
    """Set the member's vote to `state`; answers with the vote as it stands now."""
    on = state_of(request, "A vote is on or off. Reload the page and try again.")
    membership, row, left = actions.set_vote(by=request.user, slug=slug, address=paper, on=on)
    voted = row.paper
    done = "Vote saved." if on else "Vote taken back."
    state = {"state": "off" if on else "on"}
    undo = undo_of(request, voted, done, sends=state, fills=f"vote-{voted.pk}", heir=f"vote-button-{voted.pk}")
    to = f"{way_back(request, 'discussion:paper', slug, voted.address)}#paper-{voted.pk}"
    if not request.htmx:
        return answer(request, part="", context={}, to=to, undo=undo)
    context = {
        "group": membership.group,
        "membership": membership,
        "row": row,
        "votes_left": left,
    }
    counted = "" if row.uncounted else f" {plural(row.votes, 'vote', 'votes')}."
    said = f"{done}{counted}"
    return answer(request, part="discussion/_vote_answer.html", context=context, to=to, said=said, undo=undo)


@require_safe
def voters(request: Request, slug: str, paper: str) -> HttpResponse:
    """Show who voted, as far as the group shows it; htmx gets the names alone."""
    membership, row = queries.row_of(by=request.user, slug=slug, address=paper)
    context = {"group": membership.group, "membership": membership, "row": row}
    return page_or_part(request, page="discussion/voters.html", part="discussion/_voters.html", context=context)

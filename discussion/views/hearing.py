"""What a member hears of discussions: the inbox, papers that they follow or mute; and their thanks to others."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from core.answers import Request, Undo, answer, offer, way_back
from core.errors import Invalid
from core.keeping import kept
from core.wording import plural
from discussion import actions, queries
from discussion.forms import AllReadForm, FollowForm, ReactionForm
from discussion.views.undoing import undo_of
from groups import queries as group_queries

_FOLLOWING = {
    "follow": "You follow this paper.",
    "normal": "You hear of mentions and replies.",
    "mute": "You hear nothing of this paper.",
}
_DONE = {
    ("thanks", True): "Thanks given.",
    ("thanks", False): "Thanks taken back.",
    ("same", True): "Counted as your question, too.",
    ("same", False): "No longer counted as your question.",
}


@require_safe
@kept(group_queries.version_of_pages)
def inbox(request: Request, slug: str) -> HttpResponse:
    """Show what is unread, the oldest first."""
    page = queries.inbox_page(by=request.user, slug=slug)
    context = {"page": page, "group": page.membership.group, "membership": page.membership}
    return render(request, "discussion/inbox.html", context)


@require_POST
def all_read(request: Request, slug: str) -> HttpResponse:
    """Set that the member has read what the inbox shows, or take it back."""
    form = AllReadForm(request.POST)
    if not form.is_valid():
        raise Invalid("This names no comment. Reload the page and try again.")
    comment, to = form.cleaned_data["comment"], reverse("discussion:inbox", args=[slug])
    if form.cleaned_data["state"] == "off":
        actions.set_unread(by=request.user, slug=slug, comment=comment, before=form.cleaned_data["read"])
        return redirect(to)
    before = actions.set_all_read(by=request.user, slug=slug, comment=comment)
    read = [f"{group_paper} {at.isoformat() if at else ''}" for group_paper, at in before.items()]
    done = f"{plural(len(before), 'paper', 'papers')} marked as read."
    offer(request, Undo(done=done, to=request.path, sends={"state": "off", "comment": comment, "read": read}))
    return redirect(to)


@require_safe
def next_unread(request: Request, slug: str) -> HttpResponse:
    """Lead on to the first unread comment of the paper that waits longest, but the one that `after` names."""
    found = queries.next_unread(by=request.user, slug=slug, after=request.GET.get("after", ""))
    if found is None:
        return redirect("discussion:inbox", slug=slug)
    address, comment = found
    return redirect(f"{reverse('discussion:paper', args=[slug, address])}#c{comment}")


@require_POST
def follow(request: Request, slug: str, paper: str) -> HttpResponse:
    """Set what the member wants to hear of a paper's discussion."""
    form = FollowForm(request.POST)
    if not form.is_valid():
        raise Invalid("A paper is followed, muted, or neither. Reload the page and try again.")
    state, before = form.cleaned_data["state"], FollowForm({"state": request.POST.get("before")})
    found = actions.set_following(by=request.user, slug=slug, address=paper, state=state)
    undo = None
    if before.is_valid() and before.cleaned_data["state"] != state:
        sends = {"state": before.cleaned_data["state"], "before": state}
        undo = undo_of(request, found, _FOLLOWING[state], sends=sends, fills="follow", heir=f"follow-{state}")
    membership, row = queries.own_row_of(by=request.user, slug=slug, address=paper)
    context = {"group": membership.group, "row": row, "paper": row.paper, "to_here": way_back(request)}
    to = f"{way_back(request, 'discussion:paper', slug, paper)}#discussion"
    return answer(request, part="discussion/_follow.html", context=context, to=to, said=_FOLLOWING[state], undo=undo)


@require_POST
def reaction(request: Request, slug: str, paper: str) -> HttpResponse:
    """Set a reaction to a comment; answers with the reactions to it as they stand now."""
    form = ReactionForm(request.POST)
    if not form.is_valid():
        raise Invalid("This names no reaction. Reload the page and try again.")
    kind, comment, on = form.cleaned_data["kind"], form.cleaned_data["comment"], form.cleaned_data["state"] == "on"
    actions.set_reaction(by=request.user, slug=slug, address=paper, comment=comment, kind=kind, on=on)
    membership, about, one = queries.reacted(by=request.user, slug=slug, address=paper, comment=comment)
    sends = {"state": "off" if on else "on", "comment": comment, "kind": kind}
    undo = Undo(
        done=_DONE[kind, on], to=request.path, sends=sends, fills=f"reactions-{comment}", heir=f"{kind}-{comment}"
    )
    context = {"group": membership.group, "paper": about, "one": one, "to_here": way_back(request)}
    to = f"{way_back(request, 'discussion:paper', slug, paper)}#c{comment}"
    return answer(request, part="discussion/_reactions.html", context=context, to=to, said=_DONE[kind, on], undo=undo)

"""Why a line is on an agenda, and why a paper is not, in sentences for whoever reads them."""

from collections.abc import Mapping
from types import MappingProxyType

from core.authors import People
from core.wording import in_words, plural
from discussion.queries import OpenCandidate
from meetings.models import AgendaItem
from meetings.queries.pool import Proposal
from meetings.selection import SHARED_TIME, LeftOut

EXPLAINED = "Everyone who votes earns the same time each week; what you do not spend is kept, up to one paper."
CHOSEN_BY_ORGANISER = "Chosen by the organiser."


def why(
    item: AgendaItem,
    *,
    viewer: int | None = None,
    counted: bool = True,
    names: Mapping[int, str] = MappingProxyType({}),
) -> str:
    """Say why a line is there, to a member by their id or to anyone; a topic needs no reason.

    `counted` is off while the reader may not know how many voted. `names` maps member id to name, to find an author
    among those who voted.
    """
    if item.group_paper is None:
        return ""
    if item.pinned:
        return CHOSEN_BY_ORGANISER
    if not item.payments:
        return "Chosen by the votes."
    who = _who(item.supporters, viewer, counted=counted)
    seconds = sum(item.payments.values())
    had = plural(round(seconds / 60), "minute", "minutes")
    said = f"had {had} to spend on it" if seconds else "wanted to discuss it"
    together = " together" if seconds and (len(item.supporters) > 1 or not counted) else ""
    sentences = [f"On the agenda because {who}{together} {said}."]
    if item.supporters == {viewer}:
        sentences.append("The floor is yours if you want it.")
    if counted and _own(item, names):
        sentences.append("Own paper of one who voted for it.")
    return " ".join(sentences)


def _who(supporters: frozenset[int], viewer: int | None, *, counted: bool) -> str:
    if not counted:
        return "the members who voted for it"
    count = len(supporters)
    if viewer not in supporters:
        return "one member" if count == 1 else f"{in_words(count)} members"
    if count == 1:
        return "you"
    return f"you and {in_words(count - 1)} {'other' if count == 2 else 'others'}"


def _own(item: AgendaItem, names: Mapping[int, str]) -> bool:
    people = People([names[member] for member in item.supporters if member in names])
    return bool(people and item.group_paper and people.among(item.group_paper.paper.authors))


def why_not(one: OpenCandidate, left: LeftOut, choice: Proposal) -> str:
    """Say by how much a paper missed the agenda, and when its turn comes."""
    if choice.rule != SHARED_TIME:
        return f"Needs {plural(left.lacks_minutes, 'more minute', 'more minutes')} in the meeting."
    if not left.lacks_minutes:
        return "Its supporters have the minutes for it; this meeting has no room left."
    lacks = f"Needs {plural(left.lacks_minutes, 'more minute', 'more minutes')}"
    meetings = choice.meetings_until(one, left)
    if meetings is None:
        return f"{lacks}."
    if meetings == 1:
        return f"{lacks}; its supporters will have them next week."
    return f"{lacks}; its supporters will have them in about {in_words(meetings)} meetings."

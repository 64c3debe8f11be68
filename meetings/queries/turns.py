"""Whose turn it is to present: the past of a group as `rotation` reads it, and whom it would ask now."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from core.authors import People
from core.wording import in_words, plural
from discussion.models import Assignment, Vote
from groups.models import Group, Meeting, Membership
from groups.queries import members_of
from meetings.models import AgendaItem, Attendance
from meetings.rotation import Asked, Held, Person, Turns, Wanted, propose, turns_of

MEETINGS_COUNTED = 52  # the latest; who presented years ago owes nothing to anyone


@dataclass(frozen=True, slots=True)
class Request:
    """Whom to ask for a line, and the sentence that tells them why."""

    item: AgendaItem
    member: Membership
    reason: str


def requests_for(meeting: Meeting, items: Sequence[AgendaItem]) -> list[Request]:
    """Return whom to ask for the lines that need a presenter and have none asked or found. Eight statements."""
    papers = {item.group_paper_id: item for item in items if item.group_paper_id}
    at_this = Assignment.objects.filter(meeting=meeting)
    standing = dict(at_this.standing().values_list("group_paper", "member"))
    open_items = {key: item for key, item in papers.items() if key not in standing}
    if not open_items:
        return []
    group = meeting.group
    members = {one.user_id: one for one in members_of(group) if one.may_vote}
    turns = turns_of(history_of(group), members)
    away = Attendance.objects.filter(meeting=meeting, state=Attendance.State.AWAY).values_list("member", flat=True)
    people = _people(members, turns, set(away), list(standing.values()))
    asked = propose(_wanted(meeting, open_items, members), people, own_papers=group.own_papers)
    return [Request(open_items[one.key], members[one.member], said_to(one, turns)) for one in asked]


def history_of(group: Group) -> list[Held]:
    """Return the latest closed meetings, the earliest first. Five statements."""
    closed = Meeting.objects.filter(group=group, state=Meeting.State.CLOSED).order_by("-starts_at", "-pk")
    meetings = list(closed[:MEETINGS_COUNTED])[::-1]
    presented: defaultdict[tuple[int, int], set[int]] = defaultdict(set)
    done = Assignment.objects.filter(meeting__in=meetings, state=Assignment.State.DONE)
    for meeting, paper, member in done.values_list("meeting", "group_paper", "member"):
        presented[meeting, paper].add(member)
    discussed: defaultdict[int, list[int]] = defaultdict(list)
    items = AgendaItem.objects.filter(
        meeting__in=meetings, state=AgendaItem.State.DISCUSSED, group_paper__isnull=False
    ).order_by("position")
    for meeting, paper in items.values_list("meeting", "group_paper"):
        discussed[meeting].append(paper)
    away = set(
        Attendance.objects.filter(meeting__in=meetings, state=Attendance.State.AWAY).values_list("meeting", "member")
    )
    memberships = list(Membership.objects.filter(group=group))
    return [
        Held(
            present=frozenset(
                one.user_id for one in memberships if _took_part(one, meeting) and (meeting.pk, one.user_id) not in away
            ),
            presenters=tuple(frozenset(presented[meeting.pk, paper]) for paper in discussed[meeting.pk]),
        )
        for meeting in meetings
    ]


def _took_part(one: Membership, meeting: Meeting) -> bool:
    """Tell whether someone who takes papers was in the group when it met."""
    there = one.joined_at <= meeting.starts_at and (one.left_at is None or one.left_at > meeting.starts_at)
    return there and one.may_vote and one.presents


def _people(
    members: Mapping[int, Membership], turns: Mapping[int, Turns], away: set[int], busy: Sequence[int]
) -> list[Person]:
    return [
        Person(
            member=key,
            turns=turns[key],
            away=key in away,
            opted_out=not one.presents,
            on_the_day=busy.count(key),
        )
        for key, one in members.items()
    ]


def _wanted(meeting: Meeting, items: Mapping[int, AgendaItem], members: Mapping[int, Membership]) -> list[Wanted]:
    votes: defaultdict[int, set[int]] = defaultdict(set)
    cast = Vote.objects.open().filter(group=meeting.group, group_paper__in=items)
    for paper, member in cast.values_list("group_paper", "member"):
        votes[paper].add(member)
    said_no: defaultdict[int, set[int]] = defaultdict(set)
    answers = Assignment.objects.filter(meeting=meeting, group_paper__in=items)
    for paper, member in answers.values_list("group_paper", "member"):
        said_no[paper].add(member)  # declined, gave it back, or did not answer: nobody is asked twice
    people = {key: People([one.user.name]) for key, one in members.items()}
    return [
        Wanted(
            key=key,
            voters=frozenset(votes[key]) | item.supporters,
            declined=frozenset(said_no[key]),
            authors=frozenset(
                member
                for member, one in people.items()
                if item.group_paper and one and one.among(item.group_paper.paper.authors)
            ),
        )
        for key, item in items.items()
    ]


def said_to(asked: Asked, turns: Mapping[int, Turns]) -> str:
    """Say to the member why they are asked."""
    mine = turns[asked.member]
    because = {
        "volunteer": "you offered to",
        "floor": "you alone voted for it: the floor is yours",
        "author": "it is your own paper",
        "voter": "you voted for it",
        "turn": "it is your turn",
    }[asked.why]
    if not mine.meetings:
        return f"You are asked because {because}."
    return (
        f"You are asked because {because} and have presented {_times(float(mine.presented))} in "
        f"{plural(mine.meetings, 'meeting', 'meetings')}; the group’s rate is {_rate(float(mine.fair))}."
    )


def _times(slots: float) -> str:
    known = {0.0: "nothing", 1.0: "once", 2.0: "twice"}
    if slots in known:
        return known[slots]
    return f"{in_words(int(slots))} times" if slots == int(slots) else f"{slots:.1f} times"


def _rate(fair: float) -> str:
    return f"{fair:.0f}" if abs(fair - round(fair)) < 0.05 else f"{fair:.1f}"

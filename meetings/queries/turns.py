"""Whose turn it is to present: the past of a group as `rotation` reads it, and whom it would ask now."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from fractions import Fraction

from core import limits
from core.authors import People
from core.clock import now
from core.wording import in_words, plural
from discussion.models import Assignment, Vote
from groups.models import Group, Meeting, Membership
from groups.queries import members_of
from meetings.models import AgendaItem, Attendance, Part
from meetings.rotation import Asked, Held, Person, Turns, Wanted, propose, share_roles, turns_of
from notifications.queries import heard_by

MEETINGS_COUNTED = 52  # the latest; who presented years ago owes nothing to anyone


@dataclass(frozen=True, slots=True)
class Request:
    """Whom to ask for a line, and the sentence that tells them why."""

    item: AgendaItem
    member: Membership
    reason: str


def requests_for(meeting: Meeting, items: Sequence[AgendaItem]) -> list[Request]:
    """Return whom to ask for the lines that need a presenter and have none asked or found. Ten statements."""
    papers = {item.group_paper_id: item for item in items if item.group_paper_id}
    at_this = Assignment.objects.filter(meeting=meeting)
    standing = dict(at_this.standing().values_list("group_paper", "member"))
    open_items = {key: item for key, item in papers.items() if key not in standing}
    if not open_items:
        return []
    group = meeting.group
    members = {one.user_id: one for one in members_of(group) if one.may_vote}
    turns = turns_of(history_of(group), members)
    away = set(Attendance.objects.absent().filter(meeting=meeting).values_list("member", flat=True))
    able = {key: one for key, one in members.items() if one.presents and key not in away}
    absent = away | _out_of_reach(meeting, able)
    people = _people(members, turns, absent, list(standing.values()))
    asked = propose(_wanted(meeting, open_items, members), people, own_papers=group.own_papers)
    return [Request(open_items[one.key], members[one.member], said_to(one, turns)) for one in asked]


def _out_of_reach(meeting: Meeting, members: Mapping[int, Membership]) -> set[int]:
    """Return who would hear of a question only after the meeting, at a humane hour; nobody when that is everyone."""
    moment = now() + timedelta(minutes=limits.BUNDLE_MINUTES)
    heard = heard_by([one.user for one in members.values()], moment)
    late = {member for member, at in heard.items() if at >= meeting.starts_at}
    return late if late != set(members) else set()


@dataclass(frozen=True, slots=True)
class Past:
    """The latest closed meetings of a group, the earliest first: who was there, and what was discussed."""

    meetings: list[Meeting]
    present: list[frozenset[int]]  # of each meeting: who of those that present was there
    discussed: list[list[AgendaItem]]  # of each meeting: its papers


def history_of(group: Group, past: Past | None = None) -> list[Held]:
    """Return who presented at the latest closed meetings, the earliest first. Six statements."""
    past = past or past_of(group)
    presented: defaultdict[tuple[int, int | None], set[int]] = defaultdict(set)
    done = Assignment.objects.filter(meeting__in=past.meetings, state=Assignment.State.DONE)
    for meeting, paper, member in done.values_list("meeting", "group_paper", "member"):
        presented[meeting or 0, paper].add(member)
    together = _holders(past, [Part.Role.CO_PRESENTER])
    return [
        Held(
            present=present,
            presenters=tuple(
                frozenset(presented[one.meeting_id, one.group_paper_id] | together[one.pk, Part.Role.CO_PRESENTER])
                for one in discussed
            ),
        )
        for present, discussed in zip(past.present, past.discussed, strict=True)
    ]


def past_of(group: Group) -> Past:
    """Return the latest closed meetings. Four statements."""
    closed = Meeting.objects.filter(group=group, state=Meeting.State.CLOSED).order_by("-starts_at", "-pk")
    meetings = list(closed[:MEETINGS_COUNTED])[::-1]
    discussed: defaultdict[int, list[AgendaItem]] = defaultdict(list)
    items = AgendaItem.objects.filter(
        meeting__in=meetings, state=AgendaItem.State.DISCUSSED, group_paper__isnull=False
    ).order_by("position")
    for item in items.only("meeting", "group_paper"):
        discussed[item.meeting_id].append(item)
    away = set(Attendance.objects.absent().filter(meeting__in=meetings).values_list("meeting", "member"))
    memberships = list(Membership.objects.filter(group=group))
    return Past(
        meetings=meetings,
        present=[
            frozenset(
                one.user_id for one in memberships if _took_part(one, meeting) and (meeting.pk, one.user_id) not in away
            )
            for meeting in meetings
        ],
        discussed=[discussed[meeting.pk] for meeting in meetings],
    )


def roles_for(
    meeting: Meeting, items: Sequence[AgendaItem], *, but_not: tuple[int, int] | None = None
) -> tuple[list[Part], list[Part]]:
    """Return the parts that no longer hold, and unsaved ones for the roles that are open, where the group wants them.

    `but_not` is a line and a member who does not get one there.
    """
    lines = [item for item in items if item.group_paper_id]
    members = {one.user_id: one for one in members_of(meeting.group) if one.may_vote and one.presents}
    away = set(Attendance.objects.absent().filter(meeting=meeting).values_list("member", flat=True))
    parts = list(Part.objects.filter(item__in=items))
    presenting = _presenting(meeting, items)
    gone = [one for one in parts if _no_longer(one, members, away, presenting)]
    if not meeting.group.discussion_roles:
        return gone, []
    kept = [one for one in parts if one not in gone]
    busy = [*(member for there in presenting.values() for member in there), *(one.member_id for one in kept)]
    wanted = _without_roles(lines, presenting, kept, expected=requests_for(meeting, lines), but_not=but_not)
    shared = share_roles(
        wanted,
        _people_by_role(past_of(meeting.group), members, away, busy),
        filled={(one.item_id, one.role) for one in kept},
    )
    return gone, [Part(group=meeting.group, item_id=one.key, member_id=one.member, role=one.role) for one in shared]


def _without_roles(
    lines: Sequence[AgendaItem],
    presenting: Mapping[int, set[int]],
    kept: Sequence[Part],
    *,
    expected: Sequence[Request],
    but_not: tuple[int, int] | None,
) -> list[Wanted]:
    """Return the lines with who can have no role there: they present, will be asked to, have one, or gave it up."""
    out: defaultdict[int, set[int]] = defaultdict(set)
    for one in kept:
        out[one.item_id].add(one.member_id)
    for request in expected:
        out[request.item.pk].add(request.member.user_id)
    if but_not:
        out[but_not[0]].add(but_not[1])
    return [Wanted(item.pk, declined=frozenset(presenting[item.pk] | out[item.pk])) for item in lines]


def _presenting(meeting: Meeting, items: Sequence[AgendaItem]) -> dict[int, set[int]]:
    """Map the id of each line to who presents its paper, or is asked to."""
    standing = Assignment.objects.filter(meeting=meeting).standing().values_list("group_paper", "member")
    by_paper = dict(standing)
    return {item.pk: {by_paper[paper]} if (paper := item.group_paper_id) in by_paper else set() for item in items}


def _no_longer(
    part: Part, members: Mapping[int, Membership], away: set[int], presenting: Mapping[int, set[int]]
) -> bool:
    return part.member_id not in members or part.member_id in away or part.member_id in presenting[part.item_id]


def _people_by_role(
    past: Past, members: Mapping[int, Membership], away: set[int], busy: Sequence[int]
) -> dict[str, list[Person]]:
    """Return for each role, in order, who can have it, with their turns in it."""
    holders = _holders(past, Part.BY_TURN)
    found = {}
    for role in Part.BY_TURN:
        history = [
            Held(present, tuple(frozenset(holders[one.pk, role]) for one in discussed))
            for present, discussed in zip(past.present, past.discussed, strict=True)
        ]
        found[str(role)] = _people(members, turns_of(history, members), away, busy)
    return found


def _holders(past: Past, roles: Sequence[str]) -> defaultdict[tuple[int, str], set[int]]:
    """Map a line and a role to who had it. One statement."""
    held: defaultdict[tuple[int, str], set[int]] = defaultdict(set)
    parts = Part.objects.filter(item__meeting__in=past.meetings, role__in=roles)
    for item, role, member in parts.values_list("item", "role", "member"):
        held[item, role].add(member)
    return held


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
        f"{plural(mine.meetings, 'meeting', 'meetings')}; the group’s rate is {in_turns(mine.fair)}."
    )


def _times(slots: float) -> str:
    known = {0.0: "nothing", 1.0: "once", 2.0: "twice"}
    if slots in known:
        return known[slots]
    return f"{in_words(int(slots))} times" if slots == int(slots) else f"{slots:.1f} times"


def in_turns(slots: Fraction) -> str:
    """Return a number of turns with one decimal at most."""
    return f"{float(slots):.1f}".removesuffix(".0")

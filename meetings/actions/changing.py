"""Two organisers at once: each change of an agenda is numbered, and says which number its page has seen.

What touches other things goes in beside what was changed meanwhile; what touches the same is refused once, with both
versions, and goes in when it is sent again by someone who has seen them.
"""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from core.clock import now
from core.errors import Conflict
from groups.models import Meeting
from meetings.actions.telling import renew_agenda
from meetings.models import AgendaChange, AgendaItem
from meetings.queries.changes import OFF, ON, TwoVersions, changes_since, two_versions

if TYPE_CHECKING:
    from accounts.models import User

What = AgendaChange.What


class Stale(Conflict):
    """Others changed the same since the page that was worked from; `versions` are theirs and one's own."""

    def __init__(self, versions: TwoVersions) -> None:
        super().__init__(versions.heading)
        self.versions = versions


def note_changes(meeting: Meeting, by: "User | None", changes: Sequence[AgendaChange] = ()) -> None:
    """Record that the agenda changed; calendars see a published one as an update of the same event."""
    meeting.revision += 1
    meeting.changed_at = now()
    if meeting.state == Meeting.State.PUBLISHED:
        meeting.sequence += 1
    meeting.save(update_fields=["revision", "changed_at", "sequence"])
    keep_changes(meeting, by, changes)
    renew_agenda(meeting)


def keep_changes(meeting: Meeting, by: "User | None", changes: Sequence[AgendaChange]) -> None:
    """Write down who changed what, under the revision that the meeting has by now."""
    for change in changes:
        change.group_id, change.meeting, change.revision, change.by = meeting.group_id, meeting, meeting.revision, by
    AgendaChange.objects.bulk_create(changes)


def change_of(
    item: AgendaItem | None, what: What, before: object = "", after: object = "", *, passed: Sequence[int] = ()
) -> AgendaChange:
    """Return a change, of a line or else of the meeting, that is not recorded yet."""
    return AgendaChange(item=item, what=what, before=str(before), after=str(after), passed=list(passed))


def by_others(meeting: Meeting, *, by: "User", seen: int | None) -> list[AgendaChange]:
    """List what others changed since the revision that one has seen; nothing for who names none."""
    return [one for one in changes_since(meeting, seen) if one.by_id != by.pk]


def refuse_stale(
    meeting: Meeting, theirs: Sequence[AgendaChange], mine: Sequence[AgendaChange] = (), *, wish: str = ""
) -> None:
    """Raise Stale when others changed the same; `wish` says what one wants that is no change of a line."""
    if theirs:
        raise Stale(two_versions(meeting, theirs, mine, wish=wish))


def set_columns(meeting: Meeting, item: AgendaItem, *, by: "User", seen: int | None, **sent: str | int) -> None:
    """Set columns of a line of a locked meeting. What was sent as it stood on the person's page, they did not change.

    A line that was taken off is put back by it. Raises Stale when others changed the same columns, or took it off.
    """
    theirs = [one for one in by_others(meeting, by=by, seen=seen) if one.item_id == item.pk]
    wish = wished({name: getattr(item, name) for name in sent}, sent, theirs)
    if not wish:
        return
    mine = [change_of(item, What(name), getattr(item, name), value) for name, value in wish.items()]
    refuse_stale(meeting, [one for one in theirs if one.what in wish or _took_off(one, item)], mine)
    for name, value in wish.items():
        setattr(item, name, value)
    item.save(update_fields=list(wish))
    note_changes(meeting, by, [*mine, *put_back(item)])


def wished(stands: Mapping[str, Any], sent: Mapping[str, Any], theirs: Sequence[AgendaChange]) -> dict[str, Any]:
    """Return what of all that was sent is neither as it stands, nor as it stood before others changed it."""
    as_seen = {one.what: one.before for one in reversed(theirs)}
    return {name: value for name, value in sent.items() if value != stands[name] and str(value) != as_seen.get(name)}


def put_back(item: AgendaItem) -> list[AgendaChange]:
    """Put a line back that was taken off, as whoever changes it wants it there; return the change that this is."""
    if item.state != AgendaItem.State.DROPPED:
        return []
    item.state = AgendaItem.State.PLANNED
    item.save(update_fields=["state"])
    return [change_of(item, What.STATE, OFF, ON)]


def that_took_off(changes: Sequence[AgendaChange], item: AgendaItem) -> list[AgendaChange]:
    """Return those of the changes by which a line that is off was taken off."""
    return [one for one in changes if one.item_id == item.pk and _took_off(one, item)]


def _took_off(change: AgendaChange, item: AgendaItem) -> bool:
    return change.what == What.STATE and item.state == AgendaItem.State.DROPPED

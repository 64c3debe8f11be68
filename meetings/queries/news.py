"""What the outbox asks of this app: whether someone who is reminded still presents, on that day."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from discussion.models import Assignment
from groups.models import Meeting
from meetings.models import AgendaItem

if TYPE_CHECKING:
    from notifications.models import Message

KIND = "reminder"
PRESENTS = {Assignment.State.ACCEPTED, Assignment.State.DONE}
OFF = "They do not present it on that day any more."


def day_version(meeting: Meeting) -> int:
    """Return the version of what is told of a meeting's day: another for another day."""
    return meeting.day.toordinal()


def reasons_against(messages: "Iterable[Message]") -> dict[int, str]:
    """Map reminders, by id, to why they are not sent. Two statements, and none without a reminder.

    One to answer has the version 0; discussion knows whether it was answered.
    """
    reminders = [one for one in messages if one.kind == KIND and one.version]
    if not reminders:
        return {}
    presents = _presenting(reminders) | _topics(reminders)
    return {one.pk: OFF for one in reminders if (one.object, one.recipient_id, one.version) not in presents}


def _presenting(reminders: "list[Message]") -> set[tuple[str, int, int]]:
    found = Assignment.objects.select_related("meeting").filter(
        pk__in=_ids(reminders, "assignment"), state__in=PRESENTS
    )
    return {
        (f"assignment:{one.pk}", one.member_id, day_version(one.meeting))
        for one in found.exclude(meeting__state=Meeting.State.CANCELLED)
        if one.meeting
    }


def _topics(reminders: "list[Message]") -> set[tuple[str, int | None, int]]:
    found = AgendaItem.objects.select_related("meeting").filter(pk__in=_ids(reminders, "item"))
    found = found.exclude(state=AgendaItem.State.DROPPED).exclude(meeting__state=Meeting.State.CANCELLED)
    return {(f"item:{one.pk}", one.topic_presenter_id, day_version(one.meeting)) for one in found}


def _ids(reminders: "list[Message]", word: str) -> list[int]:
    parts = (one.object.partition(":") for one in reminders)
    return [int(number) for name, _, number in parts if name == word]

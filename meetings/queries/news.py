"""What the outbox asks of this app: whether someone who is reminded still presents, and whether a swap still stands."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from discussion.models import Assignment
from discussion.queries import summaries_of
from groups.models import Meeting
from meetings.models import AgendaItem, Part, Swap

if TYPE_CHECKING:
    from notifications.models import Message

KIND = "reminder"
PRESENTS = {Assignment.State.ACCEPTED, Assignment.State.DONE}
WENT_ON = "It was answered or taken back meanwhile."
TOLD = "Both are there meanwhile."
OFF = "They do not present it on that day any more."


def day_version(meeting: Meeting) -> int:
    """Return the version of what is told of a meeting's day: another for another day."""
    return meeting.day.toordinal()


def reasons_against(messages: "Iterable[Message]") -> dict[int, str]:
    """Map messages, by id, to why they are not sent: who presents no longer, which swap went on, what is told.

    A reminder to answer has the version 0; discussion knows whether it was answered.
    """
    reminders = [one for one in messages if one.kind == KIND and one.version]
    after = [one for one in messages if one.object.startswith("summary:")]
    swaps = [one for one in messages if one.object.startswith("swap:")]
    reasons: dict[int, str] = {}
    if reminders:
        presents = _presenting(reminders) | _topics(reminders) | _together(reminders)
        reasons |= {one.pk: OFF for one in reminders if (one.object, one.recipient_id, one.version) not in presents}
    if swaps:
        versions = dict(Swap.objects.filter(pk__in=_ids(swaps, "swap")).values_list("pk", "version"))
        current = {(f"swap:{pk}", version) for pk, version in versions.items()}
        reasons |= {one.pk: WENT_ON for one in swaps if (one.object, one.version) not in current}
    if after:
        told = _told_already(after)
        reasons |= {one.pk: TOLD for one in after if one.object in told}
    return reasons


def _told_already(messages: "list[Message]") -> set[str]:
    """Return which lines have both a summary and slides by now."""
    items = AgendaItem.objects.filter(pk__in=_ids(messages, "summary")).exclude(slides="")
    papers = dict(items.values_list("pk", "group_paper"))
    written = summaries_of(papers.values())
    return {f"summary:{item}" for item, paper in papers.items() if paper in written}


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


def _together(reminders: "list[Message]") -> set[tuple[str, int, int]]:
    found = Part.objects.select_related("item__meeting").filter(pk__in=_ids(reminders, "part"))
    found = found.exclude(item__state=AgendaItem.State.DROPPED).exclude(item__meeting__state=Meeting.State.CANCELLED)
    return {(f"part:{one.pk}", one.member_id, day_version(one.item.meeting)) for one in found}


def _ids(reminders: "list[Message]", word: str) -> list[int]:
    parts = (one.object.partition(":") for one in reminders)
    return [int(number) for name, _, number in parts if name == word]

"""What was changed of an agenda since the page that someone works from, and the words in which it is told."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from accounts.models import User
from core.clock import now
from core.wording import wall_clock
from discussion.models import GroupPaper
from groups.models import Meeting
from meetings.models import AgendaChange

What = AgendaChange.What
OFF, ON = "off", "on"  # of a line, as `before` and `after` say it


@dataclass(frozen=True, slots=True)
class TwoVersions:
    """What others made of an agenda, and what someone would make of it, who has not seen that."""

    who: str  # who changed it
    made_at: datetime  # the last time
    theirs: list[str]  # a sentence each
    mine: list[str]
    revision: int  # of the agenda: whoever names it has seen theirs
    was: str | None  # the id of whom others made presenter (0 for nobody) or the length that they chose, else None

    @property
    def heading(self) -> str:
        return f"{self.who} changed this agenda while you were looking."


def changes_since(meeting: Meeting, seen: int | None) -> list[AgendaChange]:
    """List what was changed since a revision, in order; nothing for who names none."""
    if seen is None or seen >= meeting.revision:
        return []
    later = AgendaChange.objects.filter(meeting=meeting, revision__gt=seen).select_related(
        "by", "item__group_paper__paper"
    )
    return list(later.defer("item__group_paper__paper__search").order_by("pk"))


def latest_kind(group_paper: GroupPaper) -> AgendaChange | None:
    """Return the last change of how long a paper is talked about, from whichever meeting's page."""
    changes = AgendaChange.objects.filter(group_paper=group_paper, what=What.KIND).select_related("by")
    return changes.order_by("-pk").first()


def two_versions(
    meeting: Meeting, theirs: Sequence[AgendaChange], mine: Sequence[AgendaChange], *, wish: str = ""
) -> TwoVersions:
    """Put into words what others changed, the last of it at least once, and what someone would change instead."""
    names = _names([*theirs, *mine])
    people = list(dict.fromkeys(one.by.name if one.by else "The clock" for one in theirs))
    return TwoVersions(
        who=" and ".join(people) or "Someone",
        made_at=max((one.made_at for one in theirs), default=now()),
        theirs=[_sentence(one, names, meeting) for one in theirs],
        mine=[_sentence(one, names, meeting) for one in mine] or [wish],
        revision=meeting.revision,
        was=next((one.after or "0" for one in reversed(theirs) if one.what in (What.PRESENTER, What.KIND)), None),
    )


def _names(changes: Sequence[AgendaChange]) -> Mapping[str, str]:
    """Map the ids of presenters, as changes hold them, to names."""
    told = [one for one in changes if one.what == What.PRESENTER]
    ids = {pk for one in told for pk in (one.before, one.after) if pk}
    return {str(pk): name for pk, name in User.objects.filter(pk__in=ids).values_list("pk", "name")} if ids else {}


def _sentence(change: AgendaChange, names: Mapping[str, str], meeting: Meeting) -> str:
    if change.what == What.TIME:
        before, after = (
            wall_clock(datetime.fromisoformat(at), meeting.group.zone) for at in (change.before, change.after)
        )
        return f"The meeting: {after} (was {before})."
    return f"{_title(change)}: {_words(change, names)}."


def _title(change: AgendaChange) -> str:
    if change.item is None:
        return str(change.group_paper.paper) if change.group_paper else "The meeting"
    return change.item.title or str(change.item.group_paper and change.item.group_paper.paper)


def _words(change: AgendaChange, names: Mapping[str, str]) -> str:
    before, after = change.before, change.after
    match change.what:
        case What.ADDED:
            return "new on the agenda"
        case What.STATE:
            return "taken off" if after == OFF else "put back"
        case What.KIND:
            return f"{after} (was {before})"
        case What.MINUTES | What.LENGTH:
            return f"{after} minutes (was {before})"
        case What.PLACE:
            return f"number {after} (was {before})"
        case What.PRESENTER:
            return f"{names.get(after, 'nobody')} presents it (was {names.get(before, 'open')})"
    return f"the {change.get_what_display()} is “{after}”" if after else f"no {change.get_what_display()}"

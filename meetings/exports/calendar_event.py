"""The agenda as a calendar file (RFC 5545) with one event.

Times are in UTC: one event at one moment needs no VTIMEZONE, and the description names the group's wall
clock. The UID stays and SEQUENCE grows, so that a calendar that has the event updates it. DTSTAMP is the last
change rather than the moment of the download, so that the same agenda is the same bytes.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from icalendar import Calendar, Event, vDuration, vText, vUri

from meetings.exports.sheet import AgendaSheet, SheetItem, one_line, web_address

_AUTHORS = 6  # names an item; the rest is "and n more"
_LOOK_EVERY = timedelta(hours=1)
_SHOWN_FOR = timedelta(minutes=30)  # of a duty, which is a moment; calendars show what lasts
_STATUS = {"planned": "TENTATIVE", "cancelled": "CANCELLED"}


class _Text(vText):
    """A text escaped as RFC 5545, section 3.3.11 has it: the library takes the TeX command \\N for a line break."""

    def to_ical(self) -> bytes:
        escaped = self.replace("\\", r"\\").replace(";", r"\;").replace(",", r"\,").replace("\n", r"\n")
        return escaped.encode()


@dataclass(frozen=True, slots=True, kw_only=True)
class Duty:
    """What a member has to have ready by a moment; it has its own place in their calendar."""

    uid: str
    sequence: int
    changed_at: datetime  # aware
    due_at: datetime  # aware
    title: str
    description: str
    page: str


def render(sheet: AgendaSheet) -> bytes:
    """Draw the agenda as an iCalendar object in UTF-8."""
    calendar = _calendar()
    calendar.add_component(_event(sheet))
    return bytes(calendar.to_ical(sorted=False))


def render_all(name: str, sheets: Iterable[AgendaSheet], duties: Iterable[Duty]) -> bytes:
    """Draw a calendar that programs subscribe to: an event a meeting and a duty. One that is gone is off."""
    calendar = _calendar()
    # RFC 7986; older programs know the X- names.
    calendar.add("name", _Text(one_line(name)))
    calendar.add("x-wr-calname", _Text(one_line(name)))
    calendar.add("refresh-interval", vDuration(_LOOK_EVERY), parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", vDuration(_LOOK_EVERY))
    for sheet in sheets:
        calendar.add_component(_event(sheet))
    for duty in duties:
        calendar.add_component(_duty(duty))
    return bytes(calendar.to_ical(sorted=False))


def _calendar() -> Calendar:
    calendar = Calendar()
    calendar.add("prodid", "-//Reading Group//Agenda 1//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    return calendar


def _duty(duty: Duty) -> Event:
    event = Event()
    event.add("uid", _Text(one_line(duty.uid)))
    event.add("sequence", duty.sequence)
    event.add("dtstamp", duty.changed_at.astimezone(UTC))
    event.add("dtstart", duty.due_at.astimezone(UTC))
    event.add("dtend", duty.due_at.astimezone(UTC) + _SHOWN_FOR)
    event.add("transp", "TRANSPARENT")  # the time is not taken
    event.add("summary", _Text(one_line(duty.title)))
    event.add("description", _Text(one_line(duty.description)))
    event.add("url", vUri(web_address(duty.page) or ""))
    return event


def _event(sheet: AgendaSheet) -> Event:
    event = Event()
    event.add("uid", _Text(sheet.uid))
    event.add("sequence", sheet.sequence)
    event.add("dtstamp", sheet.changed_at.astimezone(UTC))
    event.add("last-modified", sheet.changed_at.astimezone(UTC))
    event.add("dtstart", sheet.starts_at.astimezone(UTC))
    event.add("dtend", sheet.ends_at.astimezone(UTC))
    event.add("status", _STATUS.get(sheet.state, "CONFIRMED"))
    event.add("summary", _Text(f"{sheet.title} ({sheet.group})"))
    event.add("description", _Text(_description(sheet)))
    event.add("url", vUri(sheet.page))
    if where := sheet.place or sheet.link:
        event.add("location", _Text(where))
    return event


def _description(sheet: AgendaSheet) -> str:
    facts = [sheet.when, sheet.state_shown, sheet.place, sheet.link or "", sheet.balance if sheet.items else ""]
    head = "\n".join(fact for fact in facts if fact)
    return "\n\n".join([head, *(_item(sheet, item) for item in sheet.items), sheet.page])


def _item(sheet: AgendaSheet, item: SheetItem) -> str:
    lines = [
        f"{item.number}. {item.title}",
        ", ".join(part for part in (sheet.clock(item), f"{item.minutes} min", item.presenter_shown) if part),
        item.authors_shown(_AUTHORS),
        " ".join(part for part in (item.identifier, item.paper_link or "") if part),
        item.page_link or "",
        f"Slides: {item.slides}" if item.slides else "",
        f"Summary: {item.summary}" if item.summary else "",
        item.because,
        *(f"{label}: {text}" for label, text in item.remarks),
    ]
    return "\n".join(line for line in lines if line)

"""What is to be told, as a plain value: composed where it happens, the same for every way out."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, fields
from datetime import datetime
from difflib import SequenceMatcher
from typing import Any, Self

from core.wording import plural

# An agenda in brief: a line each of title, clock, presenter; the first, without a title, says when and where it is,
# and whether it is off.
Outline = list[list[str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """One event. `kind`, `object` and `version` name it: told again, it is no second one."""

    kind: str  # a value of notifications.models.Kind
    object: str  # "comment:55"
    about: str  # what a mail is headed by: a paper's title, "Agenda for Thu 26 Nov 2026, 15:00 Berlin"
    said: str  # the whole sentence, to the person: "Ada Lovelace replied to you."
    address: str  # the path of the page of ours that it leads to
    news: str = ""  # the same sentence for a room: "Ada Lovelace commented."
    version: int = 0
    scope: str = ""  # whose it is
    sender: str = ""  # the name of the group, as people know it
    thread: str = ""  # "paper:12": what mails are kept together by
    text: str = ""  # what was written, as plain text
    answers: Sequence[Sequence[str]] = ()  # to a question: the words of each, and the path of its page; for mail alone
    useful_until: datetime | None = None
    agenda: Mapping[str, Any] = field(default_factory=dict)  # see `AGENDA` below

    def payload(self) -> dict[str, Any]:
        """Return what a message keeps of it beside the columns of its own."""
        return {name: value for name, value in asdict(self).items() if name in _KEPT and value}

    @classmethod
    def of(cls, payload: Mapping[str, Any], **columns: Any) -> Self:
        """Return it again from a message's payload and columns."""
        return cls(**{name: payload.get(name, "") for name in ("about", "said", "address")} | dict(payload) | columns)


_COLUMNS = {"kind", "object", "version", "scope", "thread", "useful_until"}
_KEPT = {one.name for one in fields(Notice)} - _COLUMNS

# AGENDA: `is_off` (cancelled), `items` (a dict each: number, clock, title, facts, presenter, address), `facts` (lines
# under the heading), `text` (the whole as plain text), `calendar` (as iCalendar), `outline` (an Outline), `presents`
# (maps the id of a member, as text, to the numbers of their items), `asked` (the same, of what they are asked to).


def changes(before: Outline, after: Outline) -> list[str]:
    """Say in sentences what became of an agenda; nothing when it reads as before."""
    old, new = [line[0] for line in before[1:]], [line[0] for line in after[1:]]
    was, now = {line[0]: line for line in before}, {line[0]: line for line in after}
    is_elsewhere = now[""][1] != was[""][1]
    said = [now[""][2]] if now[""][2] and now[""][2] != was[""][2] else []
    said += [f"When and where: {now[''][1]} (was {was[''][1]})."] if is_elsewhere else []
    said += [f"New: {title}, at {now[title][1]}." for title in new if title not in was]
    said += [f"Taken off: {title}." for title in old if title not in now]
    kept_order = _in_order([one for one in old if one in now], [one for one in new if one in was])
    for title in new:
        if title in was:
            is_moved = title not in kept_order or (was[title][1] != now[title][1] and not is_elsewhere)
            said += _line_changes(title, was[title], now[title], is_moved=is_moved)
    return said


def _in_order(old: list[str], new: list[str]) -> set[str]:
    matches = SequenceMatcher(None, old, new, autojunk=False).get_matching_blocks()
    return {new[match.b + step] for match in matches for step in range(match.size)}


def _line_changes(title: str, was: list[str], now: list[str], *, is_moved: bool) -> list[str]:
    said = []
    if is_moved:
        said.append(f"{title}: now at {now[1]} (was {was[1]}).")
    if was[2] != now[2]:
        said.append(f"{title}: {now[2] or 'nobody'} presents it now.")
    return said


def headline(notices: list[Notice]) -> str:
    """Return what a mail with these is about."""
    titles = list(dict.fromkeys(notice.about for notice in notices))
    if len(titles) == 1:
        return titles[0]
    return f"{plural(len(notices), 'notice', 'notices')}: {titles[0]}, and more"

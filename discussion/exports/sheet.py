"""A paper's discussion as one plain value: all that an export may know."""

from dataclasses import dataclass
from datetime import datetime

from core.wording import wall_clock


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """A comment: `text` is its Markdown as typed, `html` the same as our pages show it."""

    who: str
    at: datetime  # aware
    text: str
    html: str
    label: str = ""  # question, summary or nothing
    edited_at: datetime | None = None
    link: str  # absolute
    replies: tuple["Said", ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class TalkSheet:
    """What a group said about a paper; deleted comments are not in it, but for the place of one with replies."""

    group: str
    zone: str  # IANA
    title: str
    identifier: str  # "arXiv:2009.14798", or empty
    paper_link: str | None
    page: str  # the paper in the group, absolute
    summary: Said | None
    comments: tuple[Said, ...]

    def clock(self, moment: datetime) -> str:
        """Return the moment on the group's wall clock."""
        return wall_clock(moment, self.zone)

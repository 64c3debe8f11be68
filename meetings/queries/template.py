"""The page on which organisers give their agendas a form of their own."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from groups.access import organiser_membership_for
from groups.models import Membership
from groups.queries import coming_meetings
from meetings.exports.sheet import AgendaSheet, SheetItem, later
from meetings.queries.sheets import sheet_of, template_of

if TYPE_CHECKING:
    from accounts.models import User

_BEGINS = datetime(2030, 1, 10, 14, tzinfo=UTC)
SAMPLE = AgendaSheet(
    group="Sample group",
    title="Reading group",
    starts_at=_BEGINS,
    zone="UTC",
    minutes=60,
    state="published",
    page="https://example.org/g/sample/meetings/2030-01-10/",
    uid="sample",
    sequence=0,
    changed_at=_BEGINS,
    place="Room 1",
    link="https://example.org/room",
    items=(
        SheetItem(
            number=1,
            kind="paper",
            title="A sample paper on $\\alpha$",
            minutes=20,
            starts_at=_BEGINS,
            presenter="Ada Lovelace",
            co_presenters=("Mary Somerville",),
            roles=(("Sceptic", "Charles Babbage"),),
            authors=("Emmy Noether", "Sofja Kowalewskaja"),
            source="arxiv",
            paper_id="2009.14798",
            paper_link="https://arxiv.org/abs/2009.14798",
            page_link="https://example.org/g/sample/papers/2009.14798/",
            categories=("math.AG",),
            votes=3,
            reason="Chosen by the votes.",
            cue="Read section 3.",
            question="Does it hold for fields?",
            note="Bring the figures.",
            slides="https://example.org/slides.pdf",
        ),
        SheetItem(number=2, kind="topic", title="Plans", minutes=10, starts_at=later(_BEGINS, 20, "UTC")),
    ),
)


@dataclass(frozen=True, slots=True)
class TemplatePage:
    membership: Membership
    source: str  # empty: the group has the standard form
    sheet: AgendaSheet  # what a preview draws: the next agenda, or a sample while there is none
    is_sample: bool


def template_page(*, by: "User", slug: str) -> TemplatePage:
    """Gather the group's form and an agenda to try it on, for an organiser."""
    membership = organiser_membership_for(by, slug)
    meetings = coming_meetings(membership.group)
    sheet = None
    if meetings:
        meetings[0].group = membership.group
        sheet = sheet_of(meetings[0])
    is_sample = sheet is None or not sheet.items
    return TemplatePage(
        membership, template_of(membership.group), SAMPLE if is_sample or not sheet else sheet, is_sample
    )

"""The page of an import, whatever its state: progress, dry run or report, and the problems it met."""

from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from core import limits
from core.clock import now, today
from core.wording import plural, wall_time
from papers.access import import_for, require_importer
from papers.models import Import
from papers.parsers import registry
from papers.queries.dry_run import Review, review_of
from papers.queries.history import ListingRow, listing_rows
from papers.queries.problems import ProblemRow, count_problems, first_problems
from papers.queries.wording import type_words

if TYPE_CHECKING:
    from accounts.models import User

State = Import.State

STEPS = (
    (State.RECEIVED, "Received"),
    (State.READING, "Reading"),
    (State.REVIEW, "Checking"),
    (State.PUBLISHING, "Publishing"),
)
NEWS = {
    State.RECEIVED: "Received.",
    State.READING: "Reading has begun.",
    State.REVIEW: "Read. The dry run is ready for your review.",
    State.PUBLISHING: "Publishing has begun.",
    State.DONE: "Imported.",
    State.FAILED: "This listing could not be read.",
    State.CANCELLED: "Nothing was imported.",
    State.QUARANTINED: "This listing was set aside.",
    State.WITHDRAWN: "Withdrawn.",
}


@dataclass(frozen=True, slots=True)
class Step:
    """One named step of an import's way, and whether it is done, the present one, or ahead."""

    name: str
    is_done: bool
    is_now: bool


@dataclass(frozen=True, slots=True)
class ImportPage:
    """What one import has to show now."""

    batch: Import
    steps: list[Step]
    done_words: str  # "reading (812 of 1,300)"
    percent: int | None
    delayed: bool
    types: str  # "31 new and 15 cross-lists (inferred from the order of the ids)"
    review: Review | None = None
    listings: list[ListingRow] = field(default_factory=list)  # that it made or completed: the first of them
    listing_count: int = 0
    problems: list[ProblemRow] = field(default_factory=list)
    problem_count: int = 0  # of those that are not mended
    all_problems: int = 0

    @property
    def name(self) -> str:
        """Return what the import is called while no category is known."""
        if registry.lists_a_day(self.batch.format):
            return "A listing"
        return f"Papers from {self.batch.filename or 'a pasted text'}"

    @property
    def can_be_tried_again(self) -> bool:
        """Whether it failed or was set aside, and its content is still kept."""
        kept = self.batch.finished_at and now() - self.batch.finished_at < timedelta(days=limits.CONTENT_DAYS)
        return bool(kept) and self.batch.state in (State.FAILED, State.QUARANTINED)

    @property
    def version(self) -> str:
        """Return what changes whenever the page looks different: the state first, then the percentage."""
        percent = "" if self.percent is None else self.percent
        return f"{self.batch.state}-{percent}-{self.batch.done}-{'late' if self.delayed else 'on'}"

    @property
    def news(self) -> str:
        """Return the present state as a sentence to say aloud."""
        return NEWS[State(self.batch.state)]

    def news_since(self, seen: str) -> str:
        """Return what is worth saying aloud since the version seen: a new state, or a further quarter of the way."""
        state, _, rest = seen.partition("-")
        if state != self.batch.state:
            return self.news
        before = rest.partition("-")[0]
        quarter = (self.percent or 0) // 25
        further = before.isdigit() and before.isascii() and quarter > int(before[:3]) // 25
        return f"{25 * quarter} percent read." if further else ""


def formats_read(by: "User") -> list[str]:
    """Return the formats that an upload may have, in words."""
    require_importer(by)
    return [each.title for each in registry.FORMATS]


def import_page(by: "User", pk: int) -> ImportPage:
    """Return the page of an import in a fixed number of statements."""
    batch = import_for(by, pk)
    open_problems, all_problems = (0, 0) if batch.is_working else count_problems(batch)
    has_listings = batch.state in (State.DONE, State.WITHDRAWN)
    return ImportPage(
        batch=batch,
        steps=_steps(batch),
        done_words=_done_words(batch),
        percent=_percent(batch),
        delayed=batch.is_working and now() - batch.moved_at > timedelta(seconds=limits.DELAYED_SECONDS),
        types=type_words(batch.counts),
        review=review_of(batch) if batch.state == State.REVIEW else None,
        listings=listing_rows(batch, limits.LISTINGS_IN_REPORT) if has_listings else [],
        listing_count=batch.listings.count() if has_listings else 0,
        problems=[] if batch.is_working else first_problems(batch),
        problem_count=open_problems,
        all_problems=all_problems,
    )


def already_imported(batch: Import, zone: str) -> str:
    """Say who brought the content in, and when: "Already imported by Ben, today 09:12"."""
    by_itself = batch.created_by is None and batch.kind in (Import.Kind.FEED, Import.Kind.COMMAND)
    who = f"the {batch.bringer.lower()}" if by_itself else batch.bringer
    said = f"Already imported by {who}, {_moment(batch, zone)}"
    return said if batch.state == State.DONE else f"{said} ({batch.get_state_display().lower()})"


def _steps(batch: Import) -> list[Step]:
    states = [state for state, _ in STEPS]
    if batch.state not in states:
        return [Step(name, is_done=batch.state == State.DONE, is_now=False) for _, name in STEPS]
    here = states.index(State(batch.state))
    return [Step(name, is_done=index < here, is_now=index == here) for index, (_, name) in enumerate(STEPS)]


def _done_words(batch: Import) -> str:
    if batch.state == State.READING and batch.total:
        return f"Reading: {batch.done:,} of {batch.total:,} entries"
    if batch.state == State.READING:
        return f"Reading: {plural(batch.done, 'entry', 'entries')} so far"
    if batch.state == State.PUBLISHING:
        return f"Publishing {plural(batch.total, 'entry', 'entries')}, all at once"
    return "Received, waiting for a worker"


def _percent(batch: Import) -> int | None:
    """Return the way done in percent; publishing is one step, so its share is known only when it is over."""
    if batch.state == State.READING:
        return 100 * batch.done // batch.total if batch.total else None
    return {State.RECEIVED: 0, State.REVIEW: 100, State.DONE: 100}.get(State(batch.state))


def _moment(batch: Import, zone: str) -> str:
    day = batch.created_at.astimezone(ZoneInfo(zone)).date()
    word = {0: "today", 1: "yesterday"}.get((today(zone) - day).days, f"{day.day} {day:%b %Y},")
    return f"{word} {wall_time(batch.created_at, zone)}"

"""What arXiv answered comes in by the door of all imports; without problems nobody has to look at it first."""

from dataclasses import dataclass
from datetime import date

from core.errors import ReadingGroupError
from papers.actions.receiving import receive
from papers.actions.reviewing import request_publish
from papers.actions.working import carry_on
from papers.models import Import
from papers.parsers import registry
from papers.parsers.record import Unreadable
from papers.sources.fetch import Trouble

_ERROR = "arXiv answered with an error"


@dataclass(frozen=True, slots=True)
class Found:
    """What an answer holds; `error` is arXiv's own sentence in place of a listing."""

    format: str
    ids: frozenset[str]
    days: frozenset[date]
    stated: dict[str, int]
    error: str

    @property
    def day(self) -> date | None:
        """Return the day when it is one."""
        return next(iter(self.days)) if len(self.days) == 1 else None


def read_answer(content: bytes, format: str | None = None) -> Found:
    """Return what an answer holds without taking it in; raises Trouble when it is no listing."""
    try:
        reading = registry.read(content, format)
        records = list(reading.records)
    except Unreadable as error:
        raise Trouble(f"arXiv sent something that is no listing. {error}") from error
    days = {date.fromisoformat(record.announced_on) for record in records if record.announced_on}
    days |= {reading.date} if reading.date else set()
    errors = (problem.reason for problem in reading.problems if problem.reason.startswith(_ERROR))
    ids = frozenset(record.arxiv_id for record in records if record.arxiv_id)
    return Found(reading.format, ids, frozenset(days), reading.stated, next(errors, ""))


def take_in(category: str, content: bytes, *, filename: str) -> None:
    """Bring a listing in as far as it goes without a person; raises Trouble when it is refused."""
    try:
        received = receive(None, content=content, filename=filename, kind=Import.Kind.FEED, category=category)
    except ReadingGroupError as error:
        raise Trouble(error.sentence) from error
    carry_on(received.batch.pk)
    take_on(received.batch.pk)


def take_on(pk: int | None = None) -> None:
    """Publish what was fetched and read without a problem: the one import, or all that wait.

    Whoever read it may have been killed before this.
    """
    fetched = Import.objects.filter(kind=Import.Kind.FEED, state=Import.State.REVIEW)
    ready = fetched.exclude(problems__mended=False)
    for found in list((ready.filter(pk=pk) if pk else ready).values_list("pk", flat=True)):
        try:
            request_publish(None, found)
        except ReadingGroupError:
            continue  # something is left to answer: it waits for an admin
        carry_on(found)

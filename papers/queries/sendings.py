"""Several files sent at once: what became of each, and how far their imports are."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypedDict

from django.db.models import Count, Q

from core.wording import plural
from papers.access import require_importer
from papers.models import Import
from papers.parsers import registry
from papers.queries.wording import type_words

if TYPE_CHECKING:
    from accounts.models import User


class Sent(TypedDict):
    """What was noted of a file when it was sent: its import, if it has one, and the sentence, if there was one."""

    name: str
    pk: int | None
    said: str


@dataclass(frozen=True, slots=True)
class FileRow:
    """A file and what became of it; `state` is empty when it was refused."""

    name: str
    said: str
    batch: Import | None
    types: str
    problems: int

    @property
    def is_refused(self) -> bool:
        return self.batch is None


@dataclass(frozen=True, slots=True)
class SendingPage:
    """The files of one sending, in their order."""

    rows: list[FileRow]

    @property
    def working(self) -> int:
        return sum(bool(row.batch and row.batch.is_working) for row in self.rows)

    @property
    def refused(self) -> int:
        return sum(row.is_refused for row in self.rows)

    @property
    def version(self) -> str:
        """Return what changes whenever the page looks different."""
        return "-".join(f"{row.batch.state}.{row.batch.done}" for row in self.rows if row.batch)

    @property
    def news(self) -> str:
        """Return the present state as a sentence."""
        if self.working:
            return f"{plural(self.working, 'file is', 'files are')} still being read or published."
        return "All files are read."


def sending_page(by: "User", files: Sequence[Sent]) -> SendingPage:
    """Return what became of the files, in two statements for any number of them."""
    require_importer(by)
    found = Import.objects.filter(pk__in=[each["pk"] for each in files if each["pk"]])
    batches = {
        each.pk: each for each in found.annotate(problem_count=Count("problems", filter=Q(problems__mended=False)))
    }
    return SendingPage([_row(each, batches.get(each["pk"] or 0)) for each in files])


def _row(sent: Sent, batch: Import | None) -> FileRow:
    types = type_words(batch.counts | {"inferred": 0}) if batch and batch.counts else ""
    said = sent["said"].removesuffix(f" {registry.formats_sentence()}")  # which stands on the page of the upload
    return FileRow(sent["name"], said, batch, types, getattr(batch, "problem_count", 0))

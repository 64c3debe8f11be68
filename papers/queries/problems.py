"""What could not be read of an import, as people read it, with what to do about it."""

import re
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Count, F, Q, QuerySet

from core import limits
from core.errors import NotFound
from papers.access import import_for
from papers.models import Import, Problem
from papers.parsers import announcement_mail, bibtex, markdown_headings, monthly_text, ris, seed_markdown
from papers.parsers.record import NO_ABSTRACT, NO_ID, NO_TITLE, NOT_UTF8, REPEATED, UNCLOSED, decode

if TYPE_CHECKING:
    from accounts.models import User

# What to do, by how the reason begins.
ADVICE = {
    NO_ID: "Give the arXiv id, or a link to the paper.",
    "not a valid arXiv id": "Correct the id.",
    "not an arXiv address": "Give the arXiv id, or leave it out.",
    NO_TITLE: "Add the title, or leave it: arXiv is asked for it.",
    NO_ABSTRACT: "Add the abstract, or leave it: what arXiv’s feeds and API say later fills it in.",
    UNCLOSED: "Complete the entry.",
    REPEATED: "Nothing to do: it went into the first one.",
    NOT_UTF8: "Look whether accents are right; if not, save the file as UTF-8 and send it again.",
    "unreadable date": "Give the date above, where the dry run asks for it.",
    "number out of order": "Nothing to do, unless an entry is missing there.",
}
OTHERWISE = "Correct it, or leave it out."
# How an entry begins, in formats in which it may have several lines.
BEGINNINGS = {
    seed_markdown.NAME: re.compile(r"###(?!#)"),
    markdown_headings.NAME: re.compile(r"#{1,6} "),
    bibtex.NAME: re.compile(r"\s*@"),
    ris.NAME: re.compile(r"TY  -"),
    announcement_mail.NAME: re.compile(r"\\\\\s*$|-{20,}|%{5,}"),
    monthly_text.NAME: re.compile(r"-{20,}|Paper \(|Paper:"),
}
# Said of the file, or of nothing that could be given again.
NOT_OF_AN_ENTRY = (NOT_UTF8, REPEATED, "unreadable date", "arXiv answered", "number out of order")


@dataclass(frozen=True, slots=True)
class ProblemRow:
    """A problem as people read it: marks that cannot be seen are shown as their code points."""

    pk: int
    line: int | None
    position: int | None
    text: str
    reason: str
    advice: str
    mended: bool
    can_be_mended: bool


@dataclass(frozen=True, slots=True)
class ProblemPage:
    """One problem, with the lines that the file has there."""

    batch: Import
    problem: ProblemRow
    received: str


def count_problems(batch: Import) -> tuple[int, int]:
    """Return how many problems are open, and how many there are in all."""
    counted = batch.problems.aggregate(open=Count("pk", filter=Q(mended=False)), all=Count("pk"))
    return counted["open"], counted["all"]


def first_problems(batch: Import) -> list[ProblemRow]:
    """Return the problems that an import's page shows."""
    return [problem_row(each, batch) for each in _problems(batch)[: limits.PROBLEMS_SHOWN]]


def problems_of(by: "User", pk: int) -> list[ProblemRow]:
    """Return every problem of an import, in the order of its file."""
    batch = import_for(by, pk)
    return [problem_row(each, batch) for each in _problems(batch)]


def problem_page(by: "User", pk: int, problem: int) -> ProblemPage:
    """Return one problem with what was received there, as long as the file is kept."""
    batch = import_for(by, pk)
    found = batch.problems.filter(pk=problem).first()
    if found is None:
        raise NotFound
    return ProblemPage(batch, problem_row(found, batch), _received(batch, found))


def problem_row(problem: Problem, batch: Import) -> ProblemRow:
    """Return the problem with everything in it visible."""
    of_an_entry = not problem.reason.startswith(NOT_OF_AN_ENTRY)
    return ProblemRow(
        pk=problem.pk,
        line=problem.line,
        position=problem.position,
        text=_visible(problem.text),
        reason=_visible(problem.reason),
        advice=next((said for begins, said in ADVICE.items() if problem.reason.startswith(begins)), OTHERWISE),
        mended=problem.mended,
        can_be_mended=of_an_entry and not problem.mended and batch.state in (Import.State.REVIEW, Import.State.DONE),
    )


def _visible(text: str) -> str:
    """Show control, format and private marks as `⟨U+202E⟩`: they could turn the line around, or hide."""
    return "".join(f"⟨U+{ord(mark):04X}⟩" if unicodedata.category(mark)[0] == "C" else mark for mark in text)


def _problems(batch: Import) -> QuerySet[Problem]:
    return batch.problems.order_by(F("line").asc(nulls_first=True), "pk")


def _received(batch: Import, problem: Problem) -> str:
    """Return the entry's lines: from the problem's line up to where the next entry begins."""
    content = bytes(batch.content)
    if problem.line is None or not content or b"\0" in content:
        return problem.text
    lines = decode(content)[0].split("\n")[problem.line - batch.offset - 1 :]
    begins = BEGINNINGS.get(batch.format)
    last = 1
    while begins and last < min(len(lines), limits.MENDED_LINES) and not begins.match(lines[last]):
        last += 1
    return "\n".join(lines[:last]).rstrip()[: limits.MENDED_CHARS] or problem.text

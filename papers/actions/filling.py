"""What listings left open is asked of arXiv's API: titles, authors, categories and versions, a batch at a time."""

import logging
from collections.abc import Iterable
from datetime import timedelta

from django.conf import settings
from django.db import transaction

from core import limits
from core.clock import now
from papers.actions.asking import ask
from papers.actions.merging import merge_records
from papers.models import Paper, Rank, Source
from papers.parsers import api_atom
from papers.parsers.record import Record, Unreadable
from papers.sources.arxiv_api import papers_by_id
from papers.sources.fetch import Asked, Trouble

CLAIMED = timedelta(minutes=15)  # whoever asked for a paper and was killed leaves it to others after this
logger = logging.getLogger(__name__)


def fill_due() -> None:
    """Ask for the papers that lack something, a few batches at most, so that listings come in between."""
    for _ in range(limits.FILL_BATCHES):
        if not settings.ARXIV_REQUESTS or not _fill(_claimed()):
            return


def _claimed() -> list[Paper]:
    """Return due papers that nobody else asks for now.

    Those that failed before come in smaller batches, so that an id which spoils its batch is found out.
    """
    with transaction.atomic():
        due = Paper.objects.filter(source=Source.ARXIV, fill_due__lte=now()).order_by("fill_tries", "fill_due", "pk")
        failed = due.values_list("fill_tries", flat=True).first()
        if failed is None:
            return []
        size = max(1, limits.FILL_BATCH // 4**failed)
        free = due.filter(fill_tries=failed).select_for_update(skip_locked=True, no_key=True)
        papers = list(free.only("pk", "external_id", "fill_tries")[:size])
        _mark(papers, fill_due=now() + CLAIMED, fill_tries=failed + 1)
    for paper in papers:
        paper.fill_tries = failed + 1
    return papers


def _fill(papers: list[Paper]) -> bool:
    """Fill the claimed papers, and say whether there is any sense in asking for more now."""
    if not papers:
        return False
    try:
        records = _answered(papers)
    except Trouble as trouble:
        logger.warning("arXiv was not asked for %s papers: %s", len(papers), trouble.sentence)
        _postpone(papers, trouble.wait)
        return False
    _keep(papers, records)
    return True


def _answered(papers: list[Paper]) -> list[Record]:
    content = ask(Asked(papers_by_id([paper.external_id for paper in papers]))).content
    try:
        reading = api_atom.read(content)
        records = list(reading.records)
    except Unreadable as error:
        raise Trouble(f"arXiv sent something that is no answer of its API. {error}") from error
    asked = {paper.external_id for paper in papers}
    records = [record for record in records if record.arxiv_id in asked]
    if records or (len(papers) == 1 and not reading.problems and papers[0].fill_tries > 1):
        return records
    # The API now and then answers with nothing at all, and an error stands in place of all entries.
    raise Trouble(reading.problems[0].reason if reading.problems else "arXiv’s answer was empty.")


def _keep(papers: list[Paper], records: Iterable[Record]) -> None:
    """Merge what arXiv says; a paper of which it says nothing is one that it does not know."""
    records = list(records)
    known = {record.arxiv_id for record in records}
    unknown = [paper for paper in papers if paper.external_id not in known]
    with transaction.atomic():
        merge_records(records, Rank.API)
        _mark([paper for paper in papers if paper.external_id in known], fill_due=None, fill_tries=0)
        # Fewer than FILL_TRIES: arXiv has answered, and knows no such paper.
        _mark(unknown, fill_due=None, fill_tries=1)
    for paper in unknown:
        logger.warning("arXiv does not know %s", paper.external_id)


def _postpone(papers: list[Paper], wait: int | None) -> None:
    """Try again later, a limited number of times; then the papers stay as they are."""
    tries = papers[0].fill_tries
    later = None
    if tries < limits.FILL_TRIES:
        later = now() + max(timedelta(minutes=limits.FILL_PAUSES[tries - 1]), timedelta(seconds=wait or 0))
    with transaction.atomic():
        _mark(papers, fill_due=later)


def _mark(papers: Iterable[Paper], **changes: object) -> None:
    Paper.objects.filter(pk__in=[paper.pk for paper in papers]).update(**changes)

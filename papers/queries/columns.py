"""What the columns of a table in CSV are taken for: guessed, or as a person chose for tables with the same header."""

from papers.models import ColumnChoice, Import
from papers.parsers import csv_papers

_HEAD_BYTES = 4_096  # a header of more is none


def columns_of(batch: Import) -> csv_papers.Columns | None:
    """Return the columns of an import in CSV, None for any other format, or when its content is not kept any more."""
    if batch.format != csv_papers.NAME:
        return None
    guessed = csv_papers.columns_of(_head(batch))
    chosen = guessed and chosen_columns(guessed.key)
    return csv_papers.columns_of(_head(batch), chosen) if chosen else guessed


def chosen_columns(key: str) -> dict[str, int] | None:
    """Return what a person chose for tables with this header."""
    return ColumnChoice.objects.filter(key=key).values_list("columns", flat=True).first()


def _head(batch: Import) -> str:
    text = batch.head(_HEAD_BYTES).decode("utf-8-sig", errors="replace")
    return text.replace("\r\n", "\n").replace("\r", "\n")

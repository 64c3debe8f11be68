"""Other columns of a table than those that were guessed: chosen once, taken for every table with the same header."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from django.db import transaction

from core import wake
from core.clock import now
from core.errors import Conflict, Invalid
from papers.access import import_for
from papers.models import ColumnChoice, Import
from papers.parsers import csv_papers
from papers.queries import columns_of

if TYPE_CHECKING:
    from accounts.models import User


def choose_columns(by: "User", pk: int, columns: Mapping[str, int]) -> Import:
    """Read the table of a dry run again with these columns, and remember them; a repeat changes nothing more.

    `columns` maps the reader's FIELDS to columns counted from 0, -1 for none.
    """
    with transaction.atomic():
        batch = import_for(by, pk, lock=True)
        if batch.is_working:
            return batch
        present = columns_of(batch)
        if batch.state != Import.State.REVIEW or present is None:
            raise Conflict("Columns are chosen in the dry run of a table in CSV.")
        chosen = {name: columns.get(name, csv_papers.NO_COLUMN) for name in csv_papers.FIELDS}
        if not all(csv_papers.NO_COLUMN <= at < len(present.names) for at in chosen.values()):
            raise Invalid("The table has no such column. Choose among those that are offered.")
        if chosen["link"] < 0 and chosen["doi"] < 0:
            raise Invalid("Choose the column with arXiv ids or links, or the one with DOIs: they name the papers.")
        ColumnChoice.objects.update_or_create(
            key=present.key, defaults={"columns": chosen, "chosen_by": by, "chosen_at": now()}
        )
        batch.begin_again()
        wake.after_commit("papers.tasks.carry_on_import", pk)
        return batch

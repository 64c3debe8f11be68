"""Rows of statements written by hand, as objects.

A query set takes several times as long to put together as PostgreSQL to answer it. That is nothing in most places; what
every request asks is written by hand.
"""

from collections.abc import Collection, Sequence
from typing import Any, Generic, TypeVar

from django.db import DEFAULT_DB_ALIAS, connection
from django.db.models import Model

M = TypeVar("M", bound=Model)


class Columns(Generic[M]):
    """The columns of a model, as a statement names them behind SELECT; `str` returns them."""

    def __init__(self, model: type[M], table: str, *, only: Collection[str] = ()) -> None:
        """Take all columns, or `only` some: others are fetched when they are asked for. `table` is the alias."""
        fields = [one for one in model._meta.concrete_fields if not only or one.attname in only]
        self.model = model
        self.names = [one.attname for one in fields]
        self._converted = [(place, one) for place, one in enumerate(fields) if hasattr(one, "from_db_value")]
        self._sql = ", ".join(f"{table}.{one.column}" for one in fields)

    def __str__(self) -> str:
        return self._sql

    def __len__(self) -> int:
        return len(self.names)

    def load(self, row: Sequence[Any], start: int = 0) -> M:
        """Return the object whose columns begin at the place `start` of the row."""
        values = list(row[start : start + len(self.names)])
        for place, field in self._converted:
            values[place] = field.from_db_value(values[place], None, connection)
        return self.model.from_db(DEFAULT_DB_ALIAS, self.names, values)

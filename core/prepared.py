"""Query sets that are put together once and asked many times, each time with other values."""

from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import Field, QuerySet, Value


@dataclass(frozen=True, slots=True)
class _Blank:
    name: str


def blank(name: str) -> Value:
    """Return what stands in a query set for a value that is given when it is asked."""
    return Value(_Blank(name), output_field=Field())  # of no type that would look at it


class Prepared:
    """The statement of a query set of plain columns. What it was put together with stays; only blanks are filled in."""

    def __init__(self, rows: QuerySet[Any, Any]) -> None:
        self._sql, self._values = rows.query.sql_with_params()

    def ask(self, **values: Any) -> list[tuple[Any, ...]]:
        """Return the rows as PostgreSQL gives them."""
        filled = [values[one.name] if isinstance(one, _Blank) else one for one in self._values]
        with connection.cursor() as cursor:
            cursor.execute(self._sql, filled)
            rows: list[tuple[Any, ...]] = cursor.fetchall()
        return rows

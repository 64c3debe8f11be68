"""All that the server knows of a person, as one zip: JSON for programs, a table for each kind for people."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from io import BytesIO
from typing import Any
from uuid import UUID
from zipfile import ZIP_DEFLATED, ZipFile

from django.apps import apps
from django.db.models import Field, ForeignKey, Model

from accounts.models import User
from core.clock import now
from core.tables import Cell, csv_table
from readinggroup.own_data.rules import DERIVED, NAMES, RULES, SECRET_OF_PERSON, Rule

FORMAT = "reading-group-own-data/1"


@dataclass(frozen=True, slots=True)
class Table:
    name: str  # "discussion.Vote.member"
    columns: list[str]
    rows: list[dict[str, Any]]


def own_data(*, by: User) -> bytes:
    """Return the zip with everything that refers to the person; columns that open a door are left out."""
    tables = list(_tables(by))
    document = {"format": FORMAT, "made_at": now(), "tables": {table.name: table.rows for table in tables}}
    packed = BytesIO()
    with ZipFile(packed, "w", ZIP_DEFLATED) as archive:
        archive.writestr("README.txt", _README)
        archive.writestr("data.json", json.dumps(document, default=_plain, ensure_ascii=False, indent=1))
        for table in tables:
            lines = ([_cell(row[column]) for column in table.columns] for row in table.rows)
            archive.writestr(f"tables/{table.name}.csv", csv_table(table.columns, lines))
    return packed.getvalue()


def _tables(person: User) -> Iterator[Table]:
    yield _table(
        "accounts.User", User, {"pk": person.pk}, Rule(RULES["groups.Membership.user"].end, secret=SECRET_OF_PERSON)
    )
    for key, rule in sorted(RULES.items()):
        if rule.why:
            continue
        model_name, _, field = key.rpartition(".")
        yield _table(key, apps.get_model(model_name), {rule.person or field: person}, rule)


def _table(name: str, model: type[Model], which: dict[str, Any], rule: Rule) -> Table:
    columns = list(rule.columns) or list(_columns(model, rule))
    rows = model._default_manager.filter(**which).order_by("pk").values(*columns)
    return Table(name, columns, list(rows))


def _columns(model: type[Model], rule: Rule) -> Iterator[str]:
    """Yield the columns of the table; for rows that it points at, their names. Other people are not named."""
    left_out = {*rule.secret, *DERIVED.get(model._meta.label, ())}
    for column in model._meta.concrete_fields:
        if column.name in left_out or _is_person(column):
            continue
        if column.related_model is None:
            yield column.name
        else:
            yield column.attname
            label = column.related_model._meta.label
            yield from (f"{column.name}__{name}" for name in NAMES.get(label, ()))


def _is_person(column: "Field[Any, Any]") -> bool:
    return isinstance(column, ForeignKey) and column.related_model is User


def _plain(value: Any) -> Any:
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    if isinstance(value, UUID):
        return str(value)
    raise TypeError(f"{type(value).__name__} has no place in the download of one's data")


def _cell(value: Any) -> Cell:
    if value is None or isinstance(value, str | int):
        return value
    if isinstance(value, list | dict):
        return json.dumps(value, default=_plain, ensure_ascii=False)
    return str(_plain(value))


_README = """All that this server knows of you.

data.json has everything, for programs. The tables have the same, one file for each kind of row and for the way in which
it refers to you: discussion.Vote.member.csv has your votes, discussion.Comment.author.csv your comments.

Left out is what opens a door (your password and other secrets, of which only hashes are kept) and what others wrote.
Where you only touched a row of someone else (you deleted a comment, you asked someone to present), the table has its
number and the time.
"""

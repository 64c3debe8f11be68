"""A whole group as one zip: JSON for another server, tables and references for people."""

import json
from dataclasses import dataclass, field
from datetime import date, datetime, time
from io import BytesIO
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

from django.db.models import Field, Model

from accounts.models import User
from core.citing import bibtex
from core.clock import now
from core.tables import Cell, csv_table
from groups.models import Group
from groups.queries import whole_log
from papers.models import Paper
from papers.queries import reference_of
from readinggroup.whole_group.tables import BY_MEMBER, FORMAT, PAPER_COLUMNS, columns_of, moving_tables


@dataclass
class Numbers:
    """What rows are called in the file: people and papers by their order there, other rows by that in their table."""

    people: dict[int, int] = field(default_factory=dict)  # by the row's number here
    papers: dict[int, int] = field(default_factory=dict)
    rows: dict[type[Model], dict[int, int]] = field(default_factory=dict)

    def of(self, column: "Field[Any, Any]", pk: int | None) -> int | None:
        """Return the name in the file of what a column points at."""
        if pk is None:
            return None
        if column.related_model is User:
            return self.of_person(pk)
        if column.related_model is Paper:
            return self.papers.setdefault(pk, len(self.papers) + 1)
        return self.rows[column.related_model].get(pk)  # type: ignore[index]

    def of_person(self, pk: int) -> int:
        return self.people.setdefault(pk, len(self.people) + 1)


def pack(group: Group) -> bytes:
    """Return the zip of a group; the caller has been let in."""
    numbers = Numbers()
    tables = {model: _rows(model, group, numbers) for model in moving_tables()}
    people, papers = _people(numbers), _papers(numbers)
    document = {
        "format": FORMAT,
        "exported_at": now(),
        "group": _group(group),
        "people": people,
        "papers": [_paper(paper) for paper in papers],
        "rows": {model._meta.label: rows for model, rows in tables.items()},
    }
    names = {number: person["name"] for number, person in enumerate(people, 1)}
    packed = BytesIO()
    with ZipFile(packed, "w", ZIP_DEFLATED) as archive:
        archive.writestr("README.txt", _README)
        archive.writestr("group.json", json.dumps(document, default=_plain, ensure_ascii=False, indent=1))
        archive.writestr("papers.bib", bibtex(reference_of(paper) for paper in papers))
        archive.writestr("log.csv", csv_table(("at", "what"), [(_plain(at), said) for at, said in whole_log(group)]))
        for model, rows in tables.items():
            archive.writestr(f"tables/{model._meta.label}.csv", _table(model, rows, names, papers))
    return packed.getvalue()


def _group(group: Group) -> dict[str, Any]:
    columns = [column.name for column in columns_of(Group) if column.related_model is None]
    return {name: getattr(group, name) for name in columns}


def _rows(model: type[Model], group: Group, numbers: Numbers) -> list[dict[str, Any]]:
    columns = columns_of(model)
    found = model._default_manager.filter(group=group).order_by("pk").values("pk", *(one.attname for one in columns))
    listed = list(found)
    numbers.rows[model] = {row["pk"]: number for number, row in enumerate(listed, 1)}
    return [{one.name: _value(one, row[one.attname], numbers) for one in columns} for row in listed]


def _value(column: "Field[Any, Any]", value: Any, numbers: Numbers) -> Any:
    if column.related_model is not None:
        return numbers.of(column, value)
    if column.name in BY_MEMBER.get(column.model._meta.label, ()):
        return {str(numbers.of_person(int(member))): said for member, said in value.items()}
    return value


def _people(numbers: Numbers) -> list[dict[str, str]]:
    """Return names and addresses in the file's order; of someone who has gone, neither."""
    found = User.objects.in_bulk(numbers.people)
    return [{"name": found[pk].name, "email": "" if found[pk].erased_at else found[pk].email} for pk in numbers.people]


def _papers(numbers: Numbers) -> list[Paper]:
    found = Paper.objects.in_bulk(numbers.papers)
    return [found[pk] for pk in numbers.papers]


def _paper(paper: Paper) -> dict[str, Any]:
    return {name: getattr(paper, name) for name in PAPER_COLUMNS}


def _table(model: type[Model], rows: list[dict[str, Any]], names: dict[int, str], papers: list[Paper]) -> bytes:
    columns = columns_of(model)
    lines = ([_cell(one, row[one.name], names, papers) for one in columns] for row in rows)
    return csv_table([one.name for one in columns], lines)


def _cell(column: "Field[Any, Any]", value: Any, names: dict[int, str], papers: list[Paper]) -> Cell:
    if value is None or isinstance(value, str):
        return value
    if column.related_model is User:
        return names[value]
    if column.related_model is Paper:
        return str(papers[value - 1].external_id)
    if isinstance(value, int):
        return int(value)
    return _plain(value) if isinstance(value, datetime | date | time) else json.dumps(value, ensure_ascii=False)


def _plain(value: Any) -> str:
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} has no place in the export of a group")


_README = """A reading group as a whole.

group.json has everything, and comes in on another server with `manage.py import_group`. The tables have the same for
people, papers.bib the papers as references, log.csv what was done to the running of the group.

Members are known again by their e-mail addresses, which are in group.json: keep this file as you would keep them. What
members kept to themselves (queues, what they hid, saved searches) is not in it.
"""

"""Read the export of a group and make its rows; what the file says is checked like what people type."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any
from uuid import uuid4
from zipfile import BadZipFile, ZipFile

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db.models import Field, Model

from accounts.models import User
from core import limits
from core.clock import now
from core.errors import Invalid
from core.text import abstract_html, inline_html
from discussion.access import scope_of
from groups.models import Group
from papers.models import Paper, Rank, Source
from readinggroup.whole_group.tables import (
    BY_MEMBER,
    FORMAT,
    MADE_AGAIN,
    PAPER_COLUMNS,
    columns_of,
    keys_of,
    moving_tables,
)

FORMER = "Former member"


@dataclass
class Arrived:
    """What the numbers of the file have become here; each list begins with number 1."""

    group: Group
    people: list[User] = field(default_factory=list)
    papers: list[Paper] = field(default_factory=list)
    rows: dict[type[Model], list[Model]] = field(default_factory=dict)

    def of(self, column: "Field[Any, Any]", number: Any, where: str) -> Any:
        """Return the row here that a column of the file points at."""
        if number is None:
            return None
        model = column.related_model
        known: list[Any] = {User: self.people, Paper: self.papers}.get(model, self.rows.get(model, []))  # type: ignore
        if not isinstance(number, int) or not 0 < number <= len(known):
            raise Invalid(f"{where}: {column.name} points at {number!r}, which is not in the file.")
        return known[number - 1]

    def person(self, number: str, where: str) -> User:
        """Return the person whose number is the key of a mapping."""
        place = int(number) if number.isdecimal() and len(number) < 10 else 0
        if not 0 < place <= len(self.people):
            raise Invalid(f"{where}: {number[:20]!r} is nobody in the file.")
        return self.people[place - 1]


def read(content: bytes) -> dict[str, Any]:
    """Return the document of an export; raises Invalid when it is none."""
    try:
        with ZipFile(BytesIO(content)) as archive:
            if archive.getinfo("group.json").file_size > limits.GROUP_EXPORT_BYTES:
                raise Invalid(f"group.json has more than {limits.GROUP_EXPORT_BYTES // 1024**2} MB.")
            document = json.loads(archive.read("group.json"))
    except (BadZipFile, KeyError, ValueError) as error:
        raise Invalid("This is not the export of a group: there is no readable group.json in it.") from error
    if not isinstance(document, dict) or document.get("format") != FORMAT:
        raise Invalid(f"This server reads exports of the form {FORMAT!r}; the file is of another one.")
    return document


def fill(group: Group, document: Mapping[str, Any]) -> Arrived:
    """Make people, papers and rows for a group that has just been made; call it in a transaction."""
    arrived = Arrived(group)
    arrived.people = [_person(_mapping(one, "people")) for one in _list(document, "people")]
    arrived.papers = [_paper(group, _mapping(one, "papers")) for one in _list(document, "papers")]
    rows = _mapping(document.get("rows"), "rows")
    for model in moving_tables():
        label = model._meta.label
        arrived.rows[model] = _make(model, [_mapping(one, label) for one in _list(rows, label)], arrived)
    return arrived


def group_columns(document: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the file says of the group itself, checked."""
    said = _mapping(document.get("group"), "group")
    columns = [one for one in columns_of(Group) if one.related_model is None and one.name != "slug"]
    return {one.name: _cleaned(one, said[one.name], "group") for one in columns if one.name in said}


def _person(said: Mapping[str, Any]) -> User:
    """Return who has the address here, else a person who can take the account by resetting its password."""
    name, email = str(said.get("name", ""))[: limits.NAME_CHARS], str(said.get("email", ""))
    if not email:
        user = User(name=FORMER, email=f"former-{uuid4().hex}@former.invalid", is_active=False, erased_at=now())
    else:
        found = User.objects.filter(email__iexact=email).first()
        if found:
            return found
        try:
            validate_email(email)
        except ValidationError as error:
            raise Invalid(f"people: {email[:60]!r} is no e-mail address.") from error
        user = User(name=name, email=email)
    user.set_unusable_password()
    user.save()
    return user


def _paper(group: Group, said: Mapping[str, Any]) -> Paper:
    """Return the paper of this id, as it is known here; else one of which only members know, or the group's own."""
    values = {
        name: _cleaned(Paper._meta.get_field(name), said.get(name), "papers") for name in PAPER_COLUMNS if name in said
    }
    own = values.get("source") == Source.OWN
    paper = Paper(**values, scope=scope_of(group) if own else "", by_members=not own, rank=Rank.MEMBER)
    known = Paper.objects.filter(source=paper.source, external_id=paper.external_id, scope=paper.scope).first()
    if known:
        return known
    paper.title_html, paper.abstract_html = inline_html(paper.title), abstract_html(paper.abstract)
    paper.save(force_insert=True)
    return paper


def _make(model: type[Model], rows: list[Mapping[str, Any]], arrived: Arrived) -> list[Model]:
    """Make the rows of a table in the file's order; what points at the table itself is set when all are there."""
    label, columns = model._meta.label, columns_of(model)
    onto_itself = [one for one in columns if one.related_model is model]
    made = []
    for number, said in enumerate(rows, 1):
        where = f"{label} {number}"
        values = {
            one.name: _value(one, said[one.name], arrived, where)
            for one in columns
            if one.name in said and one not in onto_itself
        }
        values |= {name: make(values) for name, make in MADE_AGAIN.get(label, {}).items()}
        values |= {name: uuid4() for name in keys_of(model)}
        made.append(model(group=arrived.group, **values))
    made = list(model._default_manager.bulk_create(made, batch_size=500))
    arrived.rows[model] = made
    for one in onto_itself:
        pointing = [(row, said[one.name]) for row, said in zip(made, rows, strict=True) if said.get(one.name)]
        for row, target in pointing:
            setattr(row, one.name, arrived.of(one, target, label))
        model._default_manager.bulk_update([row for row, _ in pointing], [one.name], batch_size=500)
    return made


def _value(column: "Field[Any, Any]", said: Any, arrived: Arrived, where: str) -> Any:
    if column.related_model:
        return arrived.of(column, said, where)
    if column.name in BY_MEMBER.get(column.model._meta.label, ()):
        said = {str(arrived.person(number, where).pk): value for number, value in _mapping(said, where).items()}
    return _cleaned(column, said, where)


def _cleaned(column: Any, said: Any, where: str) -> Any:
    """Return a value as the column has it; raises Invalid when it could not have been entered here."""
    try:
        if said is None or said == "":
            if said is None and not column.null:
                raise ValidationError("it is missing")
            return said
        value = column.to_python(said)
        column.run_validators(value)
    except (ValidationError, TypeError, ValueError) as error:
        raise Invalid(f"{where}: {column.name} cannot be {str(said)[:60]!r}.") from error
    if column.choices and value not in dict(column.flatchoices):
        raise Invalid(f"{where}: {column.name} cannot be {str(said)[:60]!r}.")
    return value


def _mapping(said: Any, where: str) -> Mapping[str, Any]:
    if not isinstance(said, dict):
        raise Invalid(f"{where}: something is missing in the file.")
    return said


def _list(said: Mapping[str, Any], name: str) -> list[Any]:
    found = said.get(name, [])
    if not isinstance(found, list):
        raise Invalid(f"{name}: something is missing in the file.")
    return found

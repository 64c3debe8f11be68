"""Which tables of a group go along when it moves to another server, and how their columns are read again."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from django.apps import apps
from django.db.models import Field, Model

from core.text import markdown_html
from groups.models import Group
from papers.models import Paper

FORMAT = "reading-group/1"

# Every table with rows of a group: whether it goes along, and why not. A test fails until a new one has its line.
GOES = "goes along"
TABLES: dict[str, str] = {
    "discussion.Assignment": GOES,
    "discussion.Comment": GOES,
    "discussion.CommentRevision": GOES,
    "discussion.Draft": "is a member's own affair",
    "discussion.Follow": "is a member's own affair",
    "discussion.GroupPaper": GOES,
    "discussion.Hidden": "is a member's own affair",
    "discussion.Mention": GOES,
    "discussion.LastRead": "is a member's own affair",
    "discussion.QueueItem": "is a member's own affair",
    "discussion.Reaction": "is counted, and nobody is told whose it is",
    "discussion.SavedSearch": "is a member's own affair",
    "discussion.Taste": "is learned again",
    "discussion.Vote": GOES,
    "groups.AuditEvent": "is told by the server on which it happened; log.csv has it to be read",
    "groups.Break": GOES,
    "groups.FeedLink": "opens a door of the server on which it was made",
    "groups.Invitation": "opens a door of the server on which it was made",
    "groups.Meeting": GOES,
    "groups.Membership": GOES,
    "meetings.AgendaChange": "says who changed what while an agenda was being made",
    "meetings.AgendaItem": GOES,
    "meetings.AgendaTemplate": GOES,
    "meetings.Attendance": GOES,
    "meetings.Hand": "is gone with its line",
    "meetings.Note": GOES,
    "meetings.Poll": GOES,
    "meetings.Part": GOES,
    "meetings.SavedTime": GOES,
    "meetings.Slot": GOES,
    "meetings.SlotAnswer": GOES,
    "meetings.Swap": "is a question between two members; who presents says what became of it",
}

# What another server says in HTML is not believed: it is made again from what was typed.
MADE_AGAIN: Mapping[str, Mapping[str, Callable[[Mapping[str, Any]], Any]]] = {
    "discussion.Comment": {"html": lambda row: markdown_html(row["markdown"])},
}
# Columns that stay behind: the group's rest, which worker holds a meeting, how often its
# agenda was changed, a mark that says nothing elsewhere.
STAYS_BEHIND = {
    "discussion.Comment": {"author_mark"},
    "groups.Group": {"delete_on"},
    "groups.Meeting": {"lease_until", "attempts", "revision", "moves", "told_revision"},
}
# Columns whose keys are members' numbers.
BY_MEMBER = {"meetings.AgendaItem": {"payments"}}
PAPER_COLUMNS = (
    "source",
    "external_id",
    "title",
    "abstract",
    "authors",
    "primary_category",
    "categories",
    "comments",
    "journal_ref",
    "doi",
    "license",
    "latest_version",
    "first_announced",
    "link",
)


def moving_tables() -> list[type[Model]]:
    """Return the tables that go along, each behind those that it points at."""
    left = [apps.get_model(label) for label, fate in TABLES.items() if fate == GOES]
    ordered: list[type[Model]] = []
    while left:
        free = [one for one in left if not ({*targets(one)} & {*left} - {one})]
        ordered += sorted(free, key=lambda one: one._meta.label)
        left = [one for one in left if one not in free]
    return ordered


def targets(model: type[Model]) -> Iterator[type[Model]]:
    for column in model._meta.concrete_fields:
        if column.related_model is not None:
            yield column.related_model


def columns_of(model: type[Model]) -> "list[Field[Any, Any]]":
    """Return the columns that go along: not the row's number, its group, its key, or what is made again."""
    made = MADE_AGAIN.get(model._meta.label, {})
    return [
        column
        for column in model._meta.concrete_fields
        if not column.primary_key
        and not column.generated
        and column.related_model is not Group
        and column.name not in made
        and column.name not in STAYS_BEHIND.get(model._meta.label, ())
        and column.get_internal_type() != "UUIDField"
    ]


def keys_of(model: type[Model]) -> list[str]:
    """Return the columns that hold the key of a form; each server has its own."""
    return [column.name for column in model._meta.concrete_fields if column.get_internal_type() == "UUIDField"]


def points_at_paper(column: "Field[Any, Any]") -> bool:
    return column.related_model is Paper

"""An upload comes in: recognised, kept as one row, and handed to the worker."""

import hashlib
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING
from uuid import UUID, uuid4, uuid5

from django.db import transaction

from core import limits, wake
from core.clock import now
from core.errors import Conflict, Invalid, ReadingGroupError, TooMany
from core.unpacking import CannotUnpack, is_packed, unpack
from core.wording import wall_time
from papers.access import require_importer
from papers.actions.keeping import keep_content
from papers.models import Import
from papers.parsers import registry
from papers.queries import already_imported

if TYPE_CHECKING:
    from accounts.models import User


@dataclass(frozen=True, slots=True)
class Received:
    """The import that stands for the content; `already` is the sentence when it was there before, else empty."""

    batch: Import
    already: str = ""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one file of several: an import, the one that was there already, or why it was refused."""

    name: str
    received: Received | None = None
    refused: ReadingGroupError | None = None


def receive_all(by: "User", *, files: Iterable[tuple[str, bytes]], kind: str, key: UUID) -> list[Outcome]:
    """Keep each file, given by name and content, as an import of its own; gzip and zip are opened first.

    The files' keys follow from `key` and their order, so that the same sending again returns its first results. What
    cannot be read is refused by itself, and the others go on.
    """
    require_importer(by)
    outcomes: list[Outcome] = []
    room = limits.UNPACKED_BYTES
    for name, packed in files:
        try:
            members = list(_opened(name, packed, room))
        except CannotUnpack as error:
            sentence = f"This archive was not opened, and nothing of it was stored. {error}"
            outcomes.append(Outcome(_shown(name), refused=Invalid(sentence)))
            continue
        room -= sum(len(content) for _, content in members) if is_packed(packed) else 0
        for member, content in members:
            own_key = uuid5(key, str(len(outcomes))) if outcomes else key
            outcomes.append(_outcome(by, member, content, kind=kind, key=own_key))
    return outcomes


def _opened(name: str, content: bytes, room: int) -> Iterator[tuple[str, bytes]]:
    """Yield the files of an archive, by the names "day.zip › cs.CV.md"; what is none as it is."""
    if not is_packed(content):
        yield name, content
        return
    for member in unpack(content, most=room):
        yield (f"{name} › {member.name}" if member.name else name), member.content


def _outcome(by: "User", name: str, content: bytes, *, kind: str, key: UUID) -> Outcome:
    try:
        received = receive(by, content=content, filename=name, kind=kind, key=key, most=limits.UNPACKED_BYTES)
    except (Invalid, TooMany, Conflict) as error:
        return Outcome(_shown(name), refused=error)
    return Outcome(_shown(name), received)


def receive(
    by: "User | None",
    *,
    content: bytes,
    filename: str = "",
    kind: str = Import.Kind.UPLOAD,
    key: UUID | None = None,
    category: str = "",
    announced_on: date | None = None,
    format: str = "",
    most: int = limits.UPLOAD_BYTES,
    offset: int = 0,
) -> Received:
    """Keep an upload as a row that a worker will read; the same content again returns the first import.

    `by` is None for the server's own command line; the content may have `most` bytes; `offset` counts the lines
    before a part of a larger file. Raises Invalid when the content is no listing that we read (nothing is stored),
    TooMany beyond the hourly limit.
    """
    if by is not None:
        require_importer(by)
        _check_pace(by)
    _check_size(content, most)
    batch = Import(
        kind=kind,
        filename=_shown(filename),
        offset=offset,
        sha256=hashlib.sha256(content).hexdigest(),
        format=format or _recognised(content),
        category=category,
        announced_on=announced_on,
        created_by=by,
    )
    # The second key serves a form that was used before with another content (the browser's Back).
    for attempt in (key or uuid4(), uuid4()):
        batch.key = attempt
        standing = _insert(batch, content)
        if standing:
            zone = by.zone if by else "UTC"
            return Received(standing, "" if standing.key == attempt else already_imported(standing, zone))
    raise Conflict("Another import of the same content was ending at this moment. Nothing was stored: send it again.")


def _insert(batch: Import, content: bytes) -> Import | None:
    """Insert the row unless its content or key stands already, and return the row that stands for the content."""
    with transaction.atomic():
        Import.objects.bulk_create([batch], ignore_conflicts=True)
        keep_content(batch.key, content)
        standing = Import.objects.standing().select_related("created_by").filter(sha256=batch.sha256).first()
        if standing and standing.key == batch.key and batch.created_by:
            wake.after_commit("papers.tasks.carry_on_import", standing.pk)
    return standing


def _shown(name: str) -> str:
    """Return a file's name as it is shown: on one line, without marks that turn or hide it, its end kept."""
    visible = "".join(mark for mark in name if unicodedata.category(mark)[0] != "C")
    if len(visible) <= limits.FILENAME_CHARS:
        return visible
    return f"{visible[: limits.FILENAME_CHARS - 41]}…{visible[-40:]}"


def _check_size(content: bytes, most: int) -> None:
    if len(content) > most:
        raise Invalid(f"A listing may have {most // 1024**2} MB; this one is larger. Split it.")


def _recognised(content: bytes) -> str:
    """Return the name of the content's format."""
    found = registry.detect(content)
    if found is None:
        raise Invalid(registry.refusal(content))
    return found.name


def _check_pace(by: "User") -> None:
    latest = Import.objects.filter(created_by=by, created_at__gt=now() - timedelta(hours=1)).order_by("-created_at")
    moments = list(latest.values_list("created_at", flat=True)[: limits.UPLOADS_PER_HOUR])
    if len(moments) == limits.UPLOADS_PER_HOUR:
        free = wall_time(moments[-1] + timedelta(hours=1, minutes=1), by.zone)
        raise TooMany(f"You have sent {len(moments)} listings within an hour, which is the limit. Go on at {free}.")

"""An upload comes in: recognised, kept as one row, and handed to the worker."""

import hashlib
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING
from uuid import UUID, uuid4

from django.db import transaction

from core import limits, wake
from core.clock import now
from core.errors import Conflict, Invalid, TooMany
from core.wording import wall_time
from papers.access import require_importer
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
) -> Received:
    """Keep an upload as a row that a worker will read; the same content again returns the first import.

    `by` is None for the server's own command line. Raises Invalid when the content is no listing that we
    read (nothing is stored), TooMany beyond the hourly limit.
    """
    if by is not None:
        require_importer(by)
        _check_pace(by)
    _check_size(content)
    batch = Import(
        kind=kind,
        filename=filename[: limits.FILENAME_CHARS],
        content=content,
        sha256=hashlib.sha256(content).hexdigest(),
        format=format or _recognised(content),
        category=category,
        announced_on=announced_on,
        created_by=by,
    )
    # The second key serves a form that was used before with another content (the browser's Back).
    for attempt in (key or uuid4(), uuid4()):
        batch.key = attempt
        standing = _insert(batch)
        if standing:
            zone = by.zone if by else "UTC"
            return Received(standing, "" if standing.key == attempt else already_imported(standing, zone))
    raise Conflict("Another import of the same content was ending at this moment. Nothing was stored: send it again.")


def _insert(batch: Import) -> Import | None:
    """Insert the row unless its content or key stands already, and return the row that stands for the content."""
    with transaction.atomic():
        Import.objects.bulk_create([batch], ignore_conflicts=True)
        standing = Import.objects.standing().select_related("created_by").filter(sha256=batch.sha256).first()
        if standing and standing.key == batch.key and batch.created_by:
            wake.after_commit("papers.tasks.carry_on_import", standing.pk)
    return standing


def _check_size(content: bytes) -> None:
    if len(content) > limits.UPLOAD_BYTES:
        raise Invalid(f"A listing may have {limits.UPLOAD_BYTES // 1024**2} MB; this one is larger. Split it.")


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

"""Uploaded bytes: how they get into their row and out again, and how long they are kept."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db import connection
from psycopg import Cursor

from core import limits
from core.clock import now
from papers.models import Import

_SLICE = 4 * 1024 * 1024  # bytes


def keep_content(key: UUID, content: bytes) -> None:
    """Write the bytes into the row of this key, which has none yet, inside the caller's transaction."""
    statement = "UPDATE papers_import SET content = %b WHERE key = %s AND content = ''"
    with _binary_cursor() as cursor:
        cursor.execute(statement, [content, key])


def content_of(pk: int) -> bytes:
    """Return the bytes of an import; fetched in slices, so that they are not in memory several times."""
    slices: list[bytes] = []
    statement = "SELECT substring(content FROM %s FOR %s) FROM papers_import WHERE id = %s"
    while True:
        with _binary_cursor() as cursor:
            row = cursor.execute(statement, [len(slices) * _SLICE + 1, _SLICE, pk], binary=True).fetchone()
        if row is None or not row[0]:
            return b"".join(slices)
        slices.append(row[0])


def _binary_cursor() -> "Cursor[Any]":
    """Return a cursor that moves bytes as they are; Django's writes them into the statement, at twice their size."""
    connection.ensure_connection()
    return Cursor(connection.connection)


def forget_content() -> int:
    """Drop the bytes of imports that ended long ago, and return how many; hash, counts and problems stay."""
    ended = Import.objects.filter(finished_at__lt=now() - timedelta(days=limits.CONTENT_DAYS))
    return ended.exclude(content=b"").update(content=b"")

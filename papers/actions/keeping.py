"""Uploaded bytes: how they get into their row and out again, and how long they are kept."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db import connection
from psycopg import Cursor

from core import limits
from core.clock import now
from papers.models import Import


def keep_content(key: UUID, content: bytes) -> None:
    """Write the bytes into the row of this key, which has none yet, inside the caller's transaction."""
    statement = "UPDATE papers_import SET content = %b WHERE key = %s AND content = ''"
    with _binary_cursor() as cursor:
        cursor.execute(statement, [content, key])


def content_of(pk: int) -> bytes:
    """Return the bytes of an import."""
    with _binary_cursor() as cursor:
        row = cursor.execute("SELECT content FROM papers_import WHERE id = %s", [pk]).fetchone()
    return bytes(row[0]) if row else b""


def _binary_cursor() -> "Cursor[Any]":
    """Return a cursor that moves bytes as they are; Django's writes them into the statement, at twice their size."""
    connection.ensure_connection()
    return Cursor(connection.connection)


def forget_content() -> int:
    """Drop the bytes of imports that ended long ago, and return how many; hash, counts and problems stay."""
    ended = Import.objects.filter(finished_at__lt=now() - timedelta(days=limits.CONTENT_DAYS))
    return ended.exclude(content=b"").update(content=b"")

"""The styles of every page: files by what they are about, joined to one when static files are collected.

A page is not painted before its styles are there, and each file would be one more request.
"""

from collections.abc import Iterator
from typing import Any

from django.contrib.staticfiles.storage import staticfiles_storage
from django.core.files.base import ContentFile
from whitenoise.storage import CompressedManifestStaticFilesStorage

JOINED = "css/site.css"
_PARTS = ("button", "vote", "row", "nav", "form", "notice", "thread", "table", "card", "text", "discussion")
FILES = (
    *(f"css/{name}.css" for name in ("reset", "tokens", "base", "layout")),
    *(f"css/parts/{name}.css" for name in _PARTS),
    "css/print.css",
)


class JoiningStorage(CompressedManifestStaticFilesStorage):  # type: ignore[misc]  # whitenoise has no types of Django's
    """Static files under names that change with their content, packed, with the styles of every page as one file."""

    def post_process(self, paths: dict[str, Any], dry_run: bool = False, **options: Any) -> Iterator[Any]:
        """Join the styles, and go on with all files."""
        if not dry_run:
            self.delete(JOINED)
            self.save(JOINED, ContentFile(b"".join(_content(*paths[name]) for name in FILES)))
            paths[JOINED] = (self, JOINED)
        yield from super().post_process(paths, dry_run, **options)


def _content(storage: Any, path: str) -> bytes:
    with storage.open(path) as file:
        return bytes(file.read())


def styles() -> tuple[str, ...]:
    """Return the files that a page names: the joined one where files are collected, else each by itself."""
    return (JOINED,) if isinstance(staticfiles_storage, JoiningStorage) else FILES

"""Files for the command line: paths and folders, the standard input, gzip, and files of lines of any size in parts."""

import gzip
import json
import os
import shutil
import sys
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from mmap import ACCESS_READ, mmap
from pathlib import Path
from tempfile import TemporaryFile
from typing import BinaryIO, cast

from core import limits
from papers.parsers import json_lines, registry
from papers.parsers.record import Data, Unreadable

STDIN = Path("-")
_GZIP = b"\x1f\x8b"
_LOOKED_AT = 20  # lines, of which the first may be damaged
_DAMAGED = "The compressed file is damaged or ends early. Make it again, or give the file itself."
_TOO_LARGE = (
    f"A listing may have {limits.UPLOAD_BYTES // 1024**2} MB; this one is larger. Split it. "
    "Only JSON with one paper a line may be of any size."
)


@dataclass(frozen=True, slots=True)
class Part:
    """Some lines of a file, whole ones, and how many stand before them; `number` is None when it is all of the file."""

    content: bytes
    number: int | None = None
    offset: int = 0


def files_in(paths: Iterable[Path]) -> Iterator[Path]:
    """Yield the files that the paths name, those of a folder and of the folders in it by name, hidden ones left out."""
    for path in paths:
        if path == STDIN or not path.is_dir():
            yield path
            continue
        yield from (
            each
            for each in sorted(path.rglob("*"))
            if each.is_file() and not any(part.startswith(".") for part in each.relative_to(path).parts)
        )


@contextmanager
def opened(path: Path) -> Iterator[BinaryIO]:
    """Open a file, unpacking gzip as it is read; raises Unreadable when the packing is damaged, OSError as `open`."""
    with _seekable(path) as file:
        packed = file.read(len(_GZIP)) == _GZIP
        file.seek(0)
        try:
            yield cast(BinaryIO, gzip.GzipFile(fileobj=file)) if packed else file
        except (EOFError, gzip.BadGzipFile, zlib.error) as error:
            raise Unreadable(_DAMAGED) from error


@contextmanager
def _seekable(path: Path) -> Iterator[BinaryIO]:
    if path != STDIN:
        with path.open("rb") as file:
            yield file
        return
    with TemporaryFile() as copy:
        shutil.copyfileobj(sys.stdin.buffer, copy)
        copy.seek(0)
        yield copy


def parts_of(file: BinaryIO) -> Iterator[Part]:
    """Yield the file whole when it is within the limits, else in parts if it has one paper a line.

    The parts are the same each time, so that those that are in are known again. Raises Unreadable when the file is
    too large and has no lines to cut at.
    """
    start = file.read(limits.UPLOAD_BYTES + 1)
    file.seek(0)
    too_large = len(start) > limits.UPLOAD_BYTES
    if not _is_of_lines(start):
        if too_large:
            raise Unreadable(_TOO_LARGE)
        yield Part(start)
    elif too_large or start.count(b"\n") > limits.UPLOAD_ENTRIES:
        del start
        yield from _cut(file)
    else:
        yield Part(start)


def _cut(file: BinaryIO) -> Iterator[Part]:
    lines: list[bytes] = []
    size = offset = number = 0
    while line := file.readline(limits.UPLOAD_BYTES):
        if len(lines) == limits.PART_LINES or size + len(line) > limits.UPLOAD_BYTES:
            number += 1
            yield Part(b"".join(lines), number, offset)
            offset += len(lines)
            lines, size = [], 0
        lines.append(line)
        size += len(line)
    if lines:
        yield Part(b"".join(lines), number + 1, offset)


@contextmanager
def mapped(file: BinaryIO) -> Iterator[Data]:
    """Give the file's bytes to read without an import; a large one is mapped, not loaded.

    Raises Unreadable when the file is too large and has no lines.
    """
    start = file.read(limits.UPLOAD_BYTES + 1)
    if len(start) <= limits.UPLOAD_BYTES:
        yield start
        return
    if not _is_of_lines(start):
        raise Unreadable(_TOO_LARGE)
    with TemporaryFile() as copy:
        copy.write(start)
        del start
        shutil.copyfileobj(file, copy)
        copy.flush()
        with mmap(copy.fileno(), 0, access=ACCESS_READ) as data:
            yield data


def _is_of_lines(start: bytes) -> bool:
    """Say whether these are papers as JSON, each on a line of its own."""
    found = registry.detect(start)
    if found is None or found.name != json_lines.NAME:
        return False
    lines = start[: 100 * registry.HEAD_BYTES].removeprefix(b"\xef\xbb\xbf").lstrip().split(b"\n", _LOOKED_AT)
    return lines[0].startswith(b"{") and any(map(_is_object, lines[:_LOOKED_AT]))


def _is_object(line: bytes) -> bool:
    try:
        return isinstance(json.loads(line), dict)
    except ValueError:
        return False


def size_of(file: BinaryIO) -> int:
    """Return the bytes of the file as it lies on the disk."""
    return os.fstat(file.fileno()).st_size


def place_in(file: BinaryIO) -> int:
    """Return how many of these bytes have been read."""
    packed = file.fileobj if isinstance(file, gzip.GzipFile) else file
    return packed.tell() if packed else 0

"""Files for the command line: paths and folders, pipes, gzip and zip, and files of lines of any size in parts."""

import gzip
import json
import os
import shutil
import sys
import unicodedata
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from io import BytesIO
from mmap import ACCESS_READ, mmap
from pathlib import Path
from tempfile import TemporaryFile
from typing import BinaryIO, cast

from core import limits
from core.unpacking import CannotUnpack, unpack
from papers.parsers import json_lines, registry
from papers.parsers.record import Data, Unreadable

STDIN = Path("-")
_GZIP = b"\x1f\x8b"
_ZIP = b"PK\x03\x04"
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


def shown(path: Path, member: str = "") -> str:
    """Return a file's name as a terminal may show it, with that of the file of an archive: "day.zip › cs.CV.md"."""
    name = f"{path} › {member}" if member else str(path)
    return "".join("�" if unicodedata.category(mark)[0] == "C" else mark for mark in name)


@contextmanager
def opened(path: Path) -> Iterator[list[tuple[str, BinaryIO]]]:
    """Open a file, and give those of a zip by their names there; gzip is unpacked as it is read, and has no name.

    Raises Unreadable when the packing is damaged or beyond the limits, OSError as `open`.
    """
    with _seekable(path) as file:
        start = file.read(len(_GZIP) + len(_ZIP))
        file.seek(0)
        try:
            if start.startswith(_ZIP):
                yield _members(file)
            else:
                yield [("", cast(BinaryIO, gzip.GzipFile(fileobj=file)) if start.startswith(_GZIP) else file)]
        except (EOFError, gzip.BadGzipFile, zlib.error) as error:
            raise Unreadable(_DAMAGED) from error


def _members(file: BinaryIO) -> list[tuple[str, BinaryIO]]:
    packed = file.read(limits.UPLOAD_BYTES + 1)
    if len(packed) > limits.UPLOAD_BYTES:
        raise Unreadable(f"A zip may have {limits.UPLOAD_BYTES // 1024**2} MB. Unpack it, and give the folder.")
    try:
        return [(each.name, BytesIO(each.content)) for each in unpack(packed)]
    except CannotUnpack as error:
        raise Unreadable(f"This archive was not opened. {error}") from error


@contextmanager
def _seekable(path: Path) -> Iterator[BinaryIO]:
    """Open a file; the standard input or another pipe is copied, as it is read more than once."""
    with nullcontext(sys.stdin.buffer) if path == STDIN else path.open("rb") as file:
        if path != STDIN and file.seekable():
            yield file
            return
        with TemporaryFile() as copy:
            shutil.copyfileobj(file, copy)
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
    return file.getbuffer().nbytes if isinstance(file, BytesIO) else os.fstat(file.fileno()).st_size


def place_in(file: BinaryIO) -> int:
    """Return how many of these bytes have been read."""
    packed = file.fileobj if isinstance(file, gzip.GzipFile) else file
    return packed.tell() if packed else 0

"""gzip and zip opened under caps, so that a small file never becomes a large one by surprise.

Everything is checked before it is unpacked where the archive says it (zip), and while it is unpacked where only the
content shows it (gzip). Nothing is written to disk, and names are only ever shown.
"""

import gzip
import stat
import struct
import zipfile
import zlib
from dataclasses import dataclass
from io import BytesIO

from core import limits

_GZIP = b"\x1f\x8b"
_ZIP = (b"PK\x03\x04", b"PK\x05\x06")
_END = b"PK\x05\x06"
_END_BYTES = 22 + 65_535  # the record at the end of a zip, and the longest comment behind it (APPNOTE.TXT, 4.3.16)
_LOCATOR = b"PK\x06\x07"  # of the larger records that archives above 4 GB need
_LOCATOR_BYTES = 20
_CHUNK = 64 * 1024
_SMALL = 1024  # bytes, below which a high ratio does no harm
_ENCRYPTED = 0x1
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
# What marks documents that are archives inside: Office Open XML, OpenDocument and EPUB, Java.
_DOCUMENTS = {"[Content_Types].xml", "mimetype", "META-INF/MANIFEST.MF"}
_LEFTOVERS = ("__MACOSX/", ".DS_Store", "Thumbs.db", "desktop.ini")

_MEGABYTES = limits.UNPACKED_BYTES // 1024**2


class CannotUnpack(Exception):
    """An archive that is not opened; the message says to a person why, and what to do."""


@dataclass(frozen=True, slots=True)
class Member:
    """One file of an archive; `name` is empty when the archive has no name for it."""

    name: str
    content: bytes


def is_packed(content: bytes) -> bool:
    """Say whether the content is gzip or zip."""
    return content.startswith((_GZIP, *_ZIP))


def unpack(content: bytes, most: int = limits.UNPACKED_BYTES) -> list[Member]:
    """Return the files of an archive, at most `most` bytes in all; raises CannotUnpack."""
    members = _of_zip(content, most) if content.startswith(_ZIP) else [Member("", _of_gzip(content, most))]
    for member in members:
        if is_packed(member.content):
            raise CannotUnpack("It holds another archive. Unpack it and send what is inside.")
    return members


# --- gzip -------------------------------------------------------------------------------------------------


def _of_gzip(content: bytes, most: int) -> bytes:
    unpacked = bytearray()
    try:
        with gzip.GzipFile(fileobj=BytesIO(content)) as packed:
            while chunk := packed.read(_CHUNK):
                unpacked += chunk
                if len(unpacked) > most:
                    raise CannotUnpack(_too_large())
                if len(unpacked) > limits.UNPACKED_RATIO * max(len(content), _SMALL):
                    raise CannotUnpack(_too_dense())
    except EOFError as error:
        raise CannotUnpack("The compressed file ends early. Send it again, or send the file itself.") from error
    except (OSError, zlib.error) as error:
        raise CannotUnpack("The compressed file is damaged. Make it again, or send the file itself.") from error
    return bytes(unpacked)


# --- zip --------------------------------------------------------------------------------------------------


def _of_zip(content: bytes, most: int) -> list[Member]:
    _check_directory(content)
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            files = [each for each in archive.infolist() if not each.is_dir() and not _is_leftover(each.filename)]
            _check_document(archive)
            _check_members(files, most)
            return [Member(each.filename, archive.read(each)) for each in files]
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, UnicodeDecodeError, ValueError) as error:
        raise CannotUnpack("The archive is damaged. Make it again, or send the files themselves.") from error


def _check_directory(content: bytes) -> None:
    """Refuse an archive whose table of contents is too long to be read, before it is read."""
    tail = content[-_END_BYTES:]
    at = tail.rfind(_END)
    if at < 0 or len(tail) < at + 22:
        raise CannotUnpack("The archive ends early. Send it again, or send the files themselves.")
    (length,) = struct.unpack_from("<I", tail, at + 12)
    if length > limits.ARCHIVE_DIRECTORY_BYTES or tail[:at][-_LOCATOR_BYTES:].startswith(_LOCATOR):
        raise CannotUnpack(_too_many())


def _check_document(archive: zipfile.ZipFile) -> None:
    if not _DOCUMENTS.isdisjoint(archive.namelist()):
        raise CannotUnpack("It is an office document or a program, not an archive of listings. Send the text of it.")


def _check_members(files: list[zipfile.ZipInfo], most: int) -> None:
    if not files:
        raise CannotUnpack("The archive is empty.")
    if len(files) > limits.ARCHIVE_MEMBERS:
        raise CannotUnpack(_too_many())
    if any(stat.S_ISLNK(each.external_attr >> 16) for each in files):
        raise CannotUnpack("The archive holds links instead of files. Make it again with the files themselves.")
    if any(each.flag_bits & _ENCRYPTED for each in files):
        raise CannotUnpack("The archive is locked with a password. Make it again without one.")
    if any(each.compress_type not in _METHODS for each in files):
        raise CannotUnpack("The archive is packed in a way that we do not read. Make a plain zip, or send the files.")
    if sum(each.file_size for each in files) > most:
        raise CannotUnpack(_too_large())
    if any(each.file_size > limits.UNPACKED_RATIO * max(each.compress_size, _SMALL) for each in files):
        raise CannotUnpack(_too_dense())


def _is_leftover(name: str) -> bool:
    """Say whether a file is what an operating system left in the archive."""
    return name.startswith(_LEFTOVERS[0]) or name.rsplit("/", 1)[-1] in _LEFTOVERS


def _too_large() -> str:
    return f"Unpacked it has more than {_MEGABYTES} MB, which is the limit for all that is sent at once. Split it."


def _too_dense() -> str:
    most = limits.UNPACKED_RATIO
    return f"Unpacked it would be more than {most} times as large, as no listing is. Send the file itself."


def _too_many() -> str:
    return f"An archive may hold {limits.ARCHIVE_MEMBERS} files; this one holds more. Split it."

"""Archives are opened under caps, and refused with a sentence beyond them."""

import gzip
import stat
import tracemalloc
import zipfile
from io import BytesIO
from random import Random

import pytest

from core import limits
from core.unpacking import CannotUnpack, Member, is_packed, unpack

LISTING = b"# ArXiv cs.CV --Thu, 1 Oct 2020\n" + Random(4).randbytes(3_000).hex().encode()


def zipped(files: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    packed = BytesIO()
    with zipfile.ZipFile(packed, "w", method) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return packed.getvalue()


def link() -> bytes:
    packed = BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        info = zipfile.ZipInfo("cs.CV.md")
        info.external_attr = (stat.S_IFLNK | 0o777) << 16
        archive.writestr(info, "/etc/passwd")
    return packed.getvalue()


def locked() -> bytes:
    """An archive that says its file is encrypted, in both places where a zip says so."""
    packed = bytearray(zipped({"a.md": LISTING}))
    packed[6] |= 1
    packed[packed.rfind(b"PK\x01\x02") + 8] |= 1
    return bytes(packed)


def refusal(content: bytes) -> str:
    with pytest.raises(CannotUnpack) as refused:
        unpack(content)
    return str(refused.value)


def test_a_gzip_file_is_opened() -> None:
    assert is_packed(gzip.compress(LISTING))
    assert unpack(gzip.compress(LISTING)) == [Member("", LISTING)]
    assert unpack(gzip.compress(b"a\n") + gzip.compress(b"b\n")) == [Member("", b"a\nb\n")]


def test_the_files_of_a_zip_come_out_by_their_names() -> None:
    packed = zipped({"day/cs.CV.md": LISTING, "day/": b"", "__MACOSX/day/._cs.CV.md": b"x", "../up.md": b"b", "e": b""})

    assert unpack(packed) == [Member("day/cs.CV.md", LISTING), Member("../up.md", b"b"), Member("e", b"")]


def test_a_text_is_no_archive() -> None:
    assert not is_packed(LISTING)


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (gzip.compress(LISTING)[:-9], "The compressed file ends early."),
        (gzip.compress(LISTING)[:-6] + b"xxxxxx", "The compressed file is damaged."),
        (gzip.compress(bytes(10_000_000)), "Unpacked it would be more than 100 times as large"),
        (zipped({"a.md": bytes(10_000_000)}), "Unpacked it would be more than 100 times as large"),
        (gzip.compress(gzip.compress(LISTING)), "It holds another archive."),
        (zipped({"a.zip": zipped({"a.md": LISTING})}), "It holds another archive."),
        (zipped({f"{n}.md": b"x" for n in range(limits.ARCHIVE_MEMBERS + 1)}), "An archive may hold 100 files"),
        (zipped({f"{n}.md": b"x" for n in range(3_000)}), "An archive may hold 100 files"),
        (link(), "The archive holds links instead of files."),
        (locked(), "The archive is locked with a password."),
        (zipped({"a.md": LISTING}, zipfile.ZIP_LZMA), "The archive is packed in a way that we do not read."),
        (zipped({"[Content_Types].xml": b"<Types/>", "word/document.xml": b"x"}), "It is an office document"),
        (zipped({"mimetype": b"application/vnd.oasis.opendocument.text"}), "It is an office document"),
        (zipped({}), "The archive is empty."),
        (zipped({"a.md": LISTING})[:-30], "The archive ends early."),
        (zipped({"a.md": LISTING}).replace(LISTING[:4], b"xxxx", 1)[40:], "The archive"),
    ],
)
def test_what_is_not_opened_says_why(content: bytes, sentence: str) -> None:
    assert refusal(b"PK\x03\x04" + content if content[:2] not in (b"PK", b"\x1f\x8b") else content).startswith(sentence)


def test_as_many_files_as_the_limit_come_out() -> None:
    assert len(unpack(zipped({f"{n}.md": b"x" for n in range(limits.ARCHIVE_MEMBERS)}))) == limits.ARCHIVE_MEMBERS


@pytest.mark.parametrize("pack", [gzip.compress, lambda content: zipped({"a": content})], ids=["gzip", "zip"])
@pytest.mark.parametrize(("size", "fits"), [(5_999, True), (6_000, True), (6_001, False)])
def test_the_limit_of_bytes_is_exact(pack: object, size: int, fits: bool) -> None:
    content = Random(4).randbytes(size)

    def opens() -> bool:
        try:
            return unpack(pack(content), most=6_000)[0].content == content  # type: ignore[operator]
        except CannotUnpack as error:
            return not str(error).startswith("Unpacked it has more than 50 MB")

    assert opens() is fits


@pytest.mark.parametrize("pack", [gzip.compress, lambda content: zipped({"a": content})], ids=["gzip", "zip"])
def test_a_bomb_costs_no_memory(pack: object) -> None:
    bomb = pack(bytes(100_000_000))  # type: ignore[operator]
    tracemalloc.start()

    refusal(bomb)

    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 25 * 1024**2

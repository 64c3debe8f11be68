"""What a file is, told by its content."""

import datetime
import mmap
from pathlib import Path

import pytest

from papers.parsers import registry
from papers.parsers.record import Unreadable, to_json

DATA = Path(__file__).parents[1] / "data"
GOOD = (DATA / "listing-cs.LG-2016-06-28.md").read_bytes()
WE_READ = registry.formats_sentence()


@pytest.mark.parametrize(
    "data",
    [
        GOOD,
        b"\xef\xbb\xbf" + GOOD,
        b"\n\n" + GOOD,
        GOOD.replace(b"\n", b"\r\n"),
        GOOD.split(b"\n", 1)[1],
        b"# ArXiv cs.LG --Mon, 4 Jul 2016",
        GOOD + "é".encode() * 40_000,  # the first 64 KiB end inside a character
    ],
)
def test_detect_knows_the_daily_listing(data: bytes) -> None:
    found = registry.detect(data)

    assert found
    assert found.name == "md-listing"


@pytest.mark.parametrize(
    ("data", "first", "kind"),
    [
        ((DATA / "not-a-listing.txt").read_bytes(), "Dear all,", None),
        (b"%PDF-1.7\n%\xe2\xe3", "%PDF-1.7", "It is a PDF document."),
        (b"%PDF-1.7\n" + GOOD, "%PDF-1.7", "It is a PDF document."),
        (b"\x89PNG\r\n\x1a\n\0\0", "�PNG", "It is an image."),
        (b"\xff\xd8\xff\xe0", "����", "It is an image."),
        (b"GIF89a\0", "GIF89a", "It is an image."),
        (b"PK\x03\x04\x14\0", "PK", "It is an archive or an office document."),
        (b"\x1f\x8b\x08\0", "�", "It is compressed; please unpack it first."),
        (b"", "", "The file is empty."),
        (b" \n\n", "", "The file is empty."),
        (b"text with \0 in it", "text with in it", "It holds NUL characters, so it is not a text."),
        (b"x" * 300, "x" * 119 + "…", None),
        (b"see # ArXiv cs.LG --Tue, 28 Jun 2016\n", "see # ArXiv cs.LG --Tue, 28 Jun 2016", None),
    ],
)
def test_what_is_no_listing_is_refused_with_what_we_read(data: bytes, first: str, kind: str | None) -> None:
    with pytest.raises(Unreadable) as refused:
        registry.read(data)

    said = f"This does not look like any listing we read. First line: ‹{first}›."
    assert str(refused.value) == " ".join(part for part in (said, kind, WE_READ) if part)
    assert registry.detect(data) is None


def test_a_binary_file_is_refused_whatever_format_is_named() -> None:
    with pytest.raises(Unreadable, match="It is a PDF document"):
        registry.read(b"%PDF-1.7", format="md-listing")


def test_an_unknown_format_is_refused() -> None:
    with pytest.raises(Unreadable, match="There is no format called ‹rss›"):
        registry.read(GOOD, format="rss")


def test_read_passes_on_what_was_given() -> None:
    reading = registry.read(GOOD, "md-listing", "cs.AI", datetime.date(2016, 6, 29))

    assert (reading.category, reading.date) == ("cs.AI", datetime.date(2016, 6, 29))


def test_a_mapped_file_reads_like_bytes() -> None:
    with (DATA / "listing-cs.LG-2016-06-28.md").open("rb") as file:
        mapped = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)

        assert to_json("x", registry.read(mapped)) == to_json("x", registry.read(GOOD))


def test_the_list_of_formats_is_a_sentence() -> None:
    assert WE_READ.startswith("We read: daily listing in Markdown (“# ArXiv cs.CV --Thu, 1 Oct 2020”), ")
    assert WE_READ.endswith(", any text with arXiv ids or addresses.")


@pytest.mark.parametrize(
    ("family", "name"),
    [("listings", "md-listing"), ("mail", "mail"), ("monthly", "monthly"), ("pasted", "paste")],
)
def test_recorded_files_are_taken_for_what_they_are(shared_data: Path, family: str, name: str) -> None:
    files = sorted(path for path in (shared_data / family).rglob("*") if path.is_file())

    found = {path.name: registry.detect(path.read_bytes()) for path in files}

    assert {file: each.name if each else None for file, each in found.items()} == {path.name: name for path in files}

"""`manage.py ingest`: the upload's code path without a browser."""

import gzip
import json
import os
import subprocess
import sys
import zipfile
from datetime import date
from io import BytesIO, StringIO
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from core import limits
from papers import actions
from papers.models import Entry, Import, Listing
from tests.papers.samples import listing

ROOT = Path(__file__).resolve().parents[2]


def ingest(*paths: Path, **options: Any) -> tuple[str, str]:
    out, err = StringIO(), StringIO()
    call_command("ingest", *map(str, paths), stdout=out, stderr=err, **options)
    return out.getvalue(), err.getvalue()


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "day.md"
    path.write_bytes(listing(["2009.00003", "2009.00002", "2009.00009"]) + b"### 4.No link\n>  x\n")
    return path


@pytest.mark.django_db
def test_ingest_imports_reports_problems_and_takes_the_same_content_once(file: Path) -> None:
    first, errors = ingest(file)
    second, _ = ingest(file)

    batch = Import.objects.get()
    assert first.splitlines() == [
        f"{file}: 3 entries of cs.CV, Thursday 1 October 2020: "
        "2 new and 1 cross-list (inferred from the order of the ids).",
        "  line 8: no arXiv id found in this entry: ### 4.No link",
        f"  Import {batch.pk}: 3 entries added to cs.CV 2020-10-01.",
    ]
    assert errors == ""
    assert second.splitlines()[-1].startswith("  Already imported by the command line, today ")
    assert (batch.state, batch.kind, batch.created_by, Entry.objects.count()) == ("done", "command", None, 3)


@pytest.mark.django_db
def test_ingest_takes_from_its_options_what_the_file_does_not_say(tmp_path: Path) -> None:
    path = tmp_path / "no-heading.md"
    path.write_bytes(listing(heading=False))

    with pytest.raises(CommandError):
        ingest(path)
    ended = [(each.state, each.staged.count()) for each in Import.objects.all()]
    ingest(path, category="cs.LG", date=date(2020, 10, 2), format="md-listing")

    assert ended == [("cancelled", 0)]
    assert [str(each) for each in Listing.objects.all()] == ["cs.LG 2020-10-02"]


@pytest.mark.django_db
def test_ingest_goes_on_after_a_file_that_is_no_listing(file: Path, tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("Dear all,\nlunch is at one\n")

    out, err = ingest(tmp_path / "letter.txt", tmp_path / "missing.md", file, dry_run=True)

    assert out.startswith(f"{file}: 3 entries")
    assert err.splitlines()[0].startswith(f"{tmp_path}/letter.txt: This does not look like any listing we read.")
    assert "No such file" in err.splitlines()[1]
    assert not Import.objects.exists()


def run(*arguments: str) -> "subprocess.CompletedProcess[str]":
    """Run the command as people do, with a database that is not there."""
    environment = {"PATH": os.environ["PATH"], "DATABASE_URL": "postgresql://nobody@127.0.0.1:1/none"}
    command = [sys.executable, str(ROOT / "manage.py"), "ingest", *arguments]
    return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=240)


def test_a_dry_run_needs_no_database_and_prints_one_object_a_file(file: Path) -> None:
    done = run(str(file), str(file), "--dry-run", "--json")

    first, second = map(json.loads, done.stdout.splitlines())
    assert (done.returncode, done.stderr, first) == (0, "", second)
    assert list(first) == ["file", "format", "category", "date", "entries", "counts", "records", "problems", "notes"]
    assert (first["file"], first["format"], first["category"]) == (str(file), "md-listing", "cs.CV")
    assert (first["date"], first["entries"]) == ("2020-10-01", 3)
    assert first["counts"] == {"new": 2, "cross": 1, "replace": 0, "replace-cross": 0, "unknown": 0}
    contract = {
        "position": 1,
        "arxiv_id": "2009.00003",
        "version": None,
        "title": "On matter $x_{1}$ number 1",
        "abstract": "We look at matter with $\\alpha_{1}$ and find it, 1 times.",
        "authors": [],
        "primary_category": "cs.CV",
        "categories": ["cs.CV"],
        "announce_type": "new",
        "inferred": True,
        "comments": None,
        "journal_ref": None,
        "doi": None,
        "license": None,
    }
    assert {name: first["records"][0][name] for name in contract} == contract
    assert first["problems"] == [
        {"line": 8, "position": 4, "text": "### 4.No link", "reason": "no arXiv id found in this entry"}
    ]


def test_nothing_read_is_exit_status_1(tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("Dear all")

    done = run(str(tmp_path / "letter.txt"), "--dry-run", "--json")

    answer = json.loads(done.stdout)
    assert (done.returncode, answer["format"], answer["records"]) == (1, None, [])
    assert answer["problems"][0]["reason"].startswith("This does not look like any listing we read.")
    assert done.stderr.endswith("CommandError: Nothing was read.\n")


def test_without_a_database_the_command_says_so(file: Path) -> None:
    done = run(str(file))

    assert done.returncode == 1
    assert "CommandError: PostgreSQL cannot be reached; a dry run needs none." in done.stderr


@pytest.mark.parametrize(
    "arguments", [["--date", "1 Oct"], ["--date", "9999-12-31"], ["--category", "Vision"], ["--format", "docx"], []]
)
def test_wrong_options_are_explained(arguments: list[str]) -> None:
    done = run(*arguments, "x.md") if arguments else run()

    assert done.returncode == 2
    assert "error: " in done.stderr


def test_the_shared_listings_are_read_as_expected(shared_data: Path, tmp_path: Path) -> None:
    expected = json.loads((shared_data / "EXPECTED.json").read_text())
    seeds = {name: each for name, each in expected.items() if each["format"] == "md-listing"}
    (tmp_path / "EXPECTED.json").write_text(json.dumps(seeds))

    read = run(*(str(shared_data / name) for name in seeds), "--dry-run", "--json")
    (tmp_path / "answer.jsonl").write_text(read.stdout)
    compare = [sys.executable, str(shared_data / "compare.py"), "EXPECTED.json", "answer.jsonl"]
    compared = subprocess.run(compare, cwd=tmp_path, capture_output=True, text=True)

    assert (len(seeds) >= 2, compared.returncode, compared.stderr) == (True, 0, "")
    assert compared.stdout.strip() == f"md-listing {{'files': {len(seeds)}, 'same': {len(seeds)}}}"


def lines_of(count: int, *, first: int = 1) -> bytes:
    """Return so many papers as JSON, one a line, on two days."""
    papers = (
        {"id": f"2503.{number:05d}", "title": f"On {number}", "abstract": "x", "categories": ["cs.CV"]}
        | {"listed": f"2025-03-{18 + number % 2}"}
        for number in range(first, first + count)
    )
    return b"".join(json.dumps(paper).encode() + b"\n" for paper in papers)


@pytest.fixture
def small_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "UPLOAD_ENTRIES", 20)
    monkeypatch.setattr(limits, "PART_LINES", 8)


@pytest.mark.django_db
@pytest.mark.usefixtures("small_limits")
def test_a_large_file_of_lines_comes_in_by_parts_and_goes_on_where_it_fell(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "arxiv.jsonl"
    path.write_bytes(lines_of(10) + b"{broken\n" + lines_of(14, first=11))
    real = actions.carry_through
    fallen: list[int] = []

    def fall_once(pk: int) -> Import:
        if Import.objects.count() == 2 and not fallen:
            fallen.append(pk)
            raise KeyboardInterrupt
        return real(pk)

    monkeypatch.setattr(actions, "carry_through", fall_once)
    with pytest.raises(CommandError, match=r"^Stopped\. What was imported stays") as stop:
        ingest(path)
    assert stop.value.returncode == 130
    out, err = ingest(path)

    imports = Import.objects.order_by("offset")
    assert [(each.filename, each.offset, each.state, each.done) for each in imports] == [
        ("arxiv.jsonl, part 1", 0, "done", 8),
        ("arxiv.jsonl, part 2", 8, "done", 7),
        ("arxiv.jsonl, part 3", 16, "done", 8),
        ("arxiv.jsonl, part 4", 24, "done", 1),
    ]
    assert "Already imported by the command line" in out.splitlines()[0]
    assert "  line 11: entry ends before its closing mark: {broken" in out
    assert [each.entries.count() for each in Listing.objects.order_by("announced_on")] == [12, 12]
    assert list(Entry.objects.order_by("listing", "position").values_list("place", flat=True))[:5] == [2, 4, 6, 8, 10]
    assert json.loads(err.splitlines()[0])["papers"] == 8


@pytest.mark.django_db
def test_folders_gzip_and_the_standard_input_are_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "b").mkdir()
    (tmp_path / "b" / "first.gz.part").write_bytes(gzip.compress(listing()))
    (tmp_path / "c.md").write_bytes(listing(category="cs.LG"))
    (tmp_path / ".hidden").write_bytes(b"Dear all")
    monkeypatch.setattr("sys.stdin", SimpleNamespace(buffer=BytesIO(listing(category="hep-th"))))

    out, err = ingest(tmp_path, Path("-"))

    assert [each.filename for each in Import.objects.order_by("pk")] == ["first.gz.part", "c.md", "-"]
    assert [str(each) for each in Listing.objects.order_by("category")] == [
        f"{category} 2020-10-01" for category in ("cs.CV", "cs.LG", "hep-th")
    ]
    assert (err, len(out.splitlines())) == ("", 6)


def test_the_files_of_a_zip_and_a_pipe_are_read_and_their_names_do_no_harm(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "days\x1b[31m.zip", "w") as archive:
        archive.writestr("note.txt", "Dear all, lunch is at one.")
        archive.writestr("one.md", listing())
    (tmp_path / os.fsdecode(b"locked-\xe9.zip")).write_bytes(b"PK\x03\x04 and no more")
    pipe, end = os.pipe()
    with os.fdopen(end, "wb") as writing:
        writing.write(listing(category="hep-th"))

    out, err = ingest(tmp_path, Path(f"/dev/fd/{pipe}"), dry_run=True)
    os.close(pipe)

    folder = f"{tmp_path}/"
    assert [line.removeprefix(folder).partition(": ")[0] for line in out.splitlines()] == [
        "days�[31m.zip › one.md",
        f"/dev/fd/{pipe}",
    ]
    assert [line.removeprefix(folder)[:60] for line in err.splitlines()] == [
        "days�[31m.zip › note.txt: This does not look like any listin",
        "locked-�.zip: This archive was not opened. The archive ends ",
    ]


def test_what_is_too_large_or_damaged_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "UPLOAD_BYTES", 1000)
    (tmp_path / "large.md").write_bytes(listing(20))
    (tmp_path / "cut.gz").write_bytes(gzip.compress(listing())[:-20])
    (tmp_path / "lines.jsonl").write_bytes(lines_of(30))

    out, err = ingest(tmp_path, dry_run=True, json=True)

    damaged, large, lines = map(json.loads, out.splitlines())
    assert damaged["problems"][0]["reason"].startswith("The compressed file is damaged or ends early.")
    assert large["problems"][0]["reason"].startswith("A listing may have")
    assert (lines["entries"], len(lines["records"]), lines["counts"]["unknown"]) == (30, 30, 30)
    assert len(err.splitlines()) == 2

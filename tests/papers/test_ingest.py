"""`manage.py ingest`: the upload's code path without a browser."""

import json
import os
import subprocess
import sys
from datetime import date
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

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
    return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60)


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


@pytest.mark.parametrize("arguments", [["--date", "1 Oct"], ["--category", "Vision"], ["--format", "docx"], []])
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

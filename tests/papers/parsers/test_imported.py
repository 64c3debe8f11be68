"""What becomes of files that are not listings in Markdown when they are imported."""

import json
from datetime import date
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command
from django.test import Client

from papers.models import Entry, Paper, Problem, Rank
from tests.factories import Cast
from tests.pages import page

DATA = Path(__file__).parents[2] / "data"
DAY = date(2016, 6, 28)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("name", "rank", "entries"),
    [
        ("feeds/rss-cs.LG-2016-06-28.xml", Rank.FEED, 3),
        ("feeds/rdf-cs.LG-2016-06-28.xml", Rank.FEED, 3),
        ("feeds/copy-atom.xml", Rank.UPLOAD, 2),
        ("api/query.xml", Rank.API, 2),
        ("oai/arXiv.xml", Rank.API, 1),
        ("bib/library.bib", Rank.UPLOAD, 6),
        ("ris/library.ris", Rank.UPLOAD, 3),
        ("csv/library.csv", Rank.UPLOAD, 4),
        ("markdown/details.md", Rank.UPLOAD, 2),
    ],
)
def test_what_arxiv_says_itself_outranks_what_others_made_of_it(name: str, rank: Rank, entries: int) -> None:
    call_command("ingest", str(DATA / name), category="cs.LG", date=DAY, stdout=StringIO(), stderr=StringIO())

    assert list(Paper.objects.values_list("rank", flat=True)) == [rank] * entries
    assert Entry.objects.count() == entries


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["bib/broken.bib", "ris/broken.ris", "csv/broken.csv"])
def test_an_entry_that_names_no_paper_is_reported_once_and_not_imported(name: str) -> None:
    call_command("ingest", str(DATA / name), category="cs.LG", date=DAY, stdout=StringIO(), stderr=StringIO())

    reported = Problem.objects.filter(position__in=(1, 2)).values_list("position", flat=True)
    assert sorted(reported) == [1, 2]
    assert not Paper.objects.exclude(source="arxiv").exists()


@pytest.mark.django_db
def test_papers_of_a_conference_are_named_by_openreview_and_come_in_once(
    client: Client, cast: Cast, tmp_path: Path
) -> None:
    listed = tmp_path / "iclr.json"
    item = {
        "id": "-4IA4WgNAy4Wx",
        "title": "On matter",
        "track": "main",
        "author": "Ada Bell;Carl Ek",
        "abstract": "We look.",
    }
    site = "https://openreview.net/forum?id=-4IA4WgNAy4Wx"
    others = [item | {"id": "other", "title": "Elsewhere", "site": "https://example.org/other"}]

    for papers in ([item | {"site": site}], [item | {"site": site, "tldr": "x"}, *others]):
        listed.write_text(json.dumps(papers), encoding="utf-8")
        call_command("ingest", str(listed), stdout=StringIO(), stderr=StringIO())

    [paper] = Paper.objects.all()
    assert (paper.source, paper.external_id, paper.title) == ("openreview", "-4IA4WgNAy4Wx", "On matter")
    assert (paper.source_url, paper.authors, Entry.objects.count()) == (site, ["Ada Bell", "Carl Ek"], 0)
    client.force_login(cast.member)
    shown = page(client.get(f"/g/{cast.group.slug}/papers/p{paper.pk}/"))
    assert ("OpenReview", site) in [(one.words, one.get("href")) for one in shown.all(".paper__main .button")]

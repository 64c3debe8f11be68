"""What a day's listing weighs on its way to the browser, styles and scripts included."""

import gzip
import json
import re
from itertools import islice
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from django.test import Client

from core.text import abstract_html, inline_html
from papers.models import Entry, Paper
from tests.factories import Cast, ListingFactory

PAPERS = 80
KB = 1_000
PAGE, STYLES, SCRIPTS = 120 * KB, 20 * KB, 40 * KB


@pytest.fixture
def day(cast: Cast, shared_data: Path) -> str:
    """A day with papers as they are at arXiv; its address."""
    listing = ListingFactory(category=cast.group.categories[0])
    with gzip.open(shared_data / "scale" / "arxiv-2025-spring.jsonl.gz", "rt", encoding="utf-8") as lines:
        recorded = [json.loads(line) for line in islice((line for line in lines if line.startswith("{")), PAPERS)]
    papers = Paper.objects.bulk_create(
        Paper(
            external_id=one["id"],
            title=one["title"],
            title_html=inline_html(one["title"]),
            abstract=one["abstract"],
            abstract_html=abstract_html(one["abstract"]),
            authors=one["authors"],
            categories=one["categories"],
            primary_category=one["categories"][0],
        )
        for one in recorded
    )
    Entry.objects.bulk_create(
        Entry(listing=listing, paper=paper, position=position, announce_type="new", version=1)
        for position, paper in enumerate(papers, 1)
    )
    return f"/g/{cast.group.slug}/day/{listing.announced_on}/"


def packed(address: str) -> int:
    """Return the bytes of a file as it is served: packed when the server's files are collected."""
    path = finders.find(address.removeprefix("/static/"))
    assert path, address
    return len(gzip.compress(Path(path).read_bytes(), 9))


def test_day_of_eighty_papers_is_light(client: Client, cast: Cast, day: str) -> None:
    client.force_login(cast.member)

    answer = client.get(day, headers={"Accept-Encoding": "gzip"})

    assert answer["Content-Encoding"] == "gzip"
    page = gzip.decompress(answer.content).decode()
    assert page.count("data-row") == PAPERS
    styles = re.findall(r'<link rel="stylesheet" href="([^"]+)"', page)
    scripts = re.findall(r'<script[^>]* src="([^"]+)"', page)
    assert styles
    assert scripts
    weights = {
        "page": (len(answer.content), PAGE),
        "styles": (sum(map(packed, styles)), STYLES),
        "scripts": (sum(map(packed, scripts)), SCRIPTS),
    }
    assert {name: weight for name, (weight, most) in weights.items() if weight > most} == {}


def test_page_is_sent_plain_to_whoever_asks_for_it(client: Client, cast: Cast) -> None:
    client.force_login(cast.member)

    answer = client.get(f"/g/{cast.group.slug}/", headers={"Accept-Encoding": "identity"})

    assert "Content-Encoding" not in answer
    assert "Accept-Encoding" in answer["Vary"]


def test_packed_answers_carry_a_name_of_random_length(client: Client, cast: Cast) -> None:
    """So that nobody on the way learns by the length what a page says (BREACH); docs/decisions/0010."""
    client.force_login(cast.member)
    address, headers = f"/g/{cast.group.slug}/search/?q=x", {"Accept-Encoding": "gzip"}

    packed = [client.get(address, headers=headers).content for _ in range(12)]

    assert all(each[3] & 8 for each in packed)  # RFC 1952: a name follows the header of ten bytes
    assert len({each.index(b"\0", 10) for each in packed}) > 1

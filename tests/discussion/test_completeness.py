"""Whether the day page says what is missing, what a replacement replaces, and what was withdrawn."""

from datetime import date
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command
from django.test import Client

from accounts.models import User
from papers.models import Listing, PaperVersion
from tests.factories import Cast, CommentFactory, EntryFactory, GroupPaperFactory, ListingFactory
from tests.pages import Element, page

DAY = date(2026, 11, 24)
DATA = Path(__file__).parents[1] / "data"
PAGE = DATA / "html" / "before-2024.html"


def listing(types: str, stated: dict[str, int]) -> Listing:
    of_day = ListingFactory(announced_on=DAY, category="cs.CV", stated=stated)
    for position, word in enumerate(types.split(), start=1):
        EntryFactory(listing=of_day, position=position, announce_type="" if word == "unknown" else word)
    return of_day


def show(client: Client, cast: Cast, who: User | None = None, day: date = DAY) -> Element:
    client.force_login(who or cast.member)
    return page(client.get(f"/g/{cast.group.slug}/day/{day}/"))


@pytest.mark.parametrize(
    ("types", "stated", "facts", "missing"),
    [
        (
            "new new cross replace replace-cross",
            {"new": 2, "cross": 1, "replace": 2},
            "Total of 5 entries: New 2 of 2 · Cross-lists 1 of 1 · Replacements 2 of 2",
            "",
        ),
        (
            "new cross replace-cross",
            {"new": 2, "cross": 1, "replace": 3},
            "Total of 3 entries: New 1 of 2 · Cross-lists 1 of 1 · Replacements 1 of 3",
            "1 of 2 new submissions and 1 of 3 replacements are here.",
        ),
        (
            "new",
            {"new": 1, "cross": 2},
            "Total of 1 entry: New 1 of 1 · Cross-lists 0 of 2",
            "0 of 2 cross-lists are here.",
        ),
        ("new cross", {"new": 2}, "Total of 2 entries: New 1 of 2 · Cross-lists 1", "1 of 2 new submissions is here."),
        ("new new", {"new": 1}, "Total of 2 entries: New 2", ""),
        ("new new", {}, "Total of 2 entries: New 2", ""),
        # One without a type may be what seems to be missing.
        ("new unknown", {"new": 2}, "Total of 2 entries: New 1 of 2 · Announced 1", ""),
        ("new unknown", {"new": 3}, "Total of 2 entries: New 1 of 3 · Announced 1", "1 of 3 new submissions is here."),
    ],
)
def test_the_day_says_how_much_of_what_the_source_states_is_here(
    client: Client, cast: Cast, types: str, stated: dict[str, int], facts: str, missing: str
) -> None:
    listing(types, stated)

    shown = show(client, cast)

    assert shown.one(".page-head__facts").words == facts
    banners = [one.words for one in shown.all("#incomplete p")]
    assert len(banners) == bool(missing)
    assert all(
        words.startswith(f"This listing is not complete: {missing} Votes and comments stay") for words in banners
    )


def test_who_can_upload_is_led_there(client: Client, cast: Cast) -> None:
    listing("new", {"new": 2})

    cast.member.is_staff = True
    cast.member.save()

    assert show(client, cast).one("#incomplete a").get("href") == "/listings/upload/"
    assert show(client, cast, cast.organiser).all("#incomplete a") == []


def test_a_replacement_shows_which_version_it_replaces_and_keeps_the_discussion(client: Client, cast: Cast) -> None:
    entry = EntryFactory(listing=listing("", {}), position=1, announce_type="replace", version=3)
    for number in (1, 2, 3):
        PaperVersion.objects.create(paper=entry.paper, number=number)
    CommentFactory(group_paper=GroupPaperFactory(group=cast.group, paper=entry.paper))

    meta = show(client, cast).one(".row__meta").words

    assert meta == (
        f"Ada Lovelace, Emmy Noether · cs.CV · {entry.paper.external_id} · "
        "replaced: version 2 by version 3v2 → v3 · 1 comment 1 new"
    )


def test_a_withdrawn_paper_says_so_in_its_row_and_on_its_page(client: Client, cast: Cast) -> None:
    comments = "This paper has been withdrawn by the author"
    entry = EntryFactory(listing=listing("", {}), position=1, announce_type="replace", paper__comments=comments)

    assert show(client, cast).one(".row__meta .tag").words == "Withdrawn"
    answer = client.get(f"/g/{cast.group.slug}/papers/{entry.paper.external_id}/")
    assert page(answer).one(".paper__main .tag").words == "Withdrawn"


def test_one_entry_taken_out_of_a_page_raises_the_banner_until_the_whole_page_comes(
    client: Client, cast: Cast, tmp_path: Path
) -> None:
    cast.group.categories = ["q-fin.ST"]
    cast.group.save()
    whole = PAGE.read_text(encoding="utf-8").replace("total of 3", "total of 4").replace('item3">[3]', 'item4">[4]')
    short, complete = tmp_path / "short.html", tmp_path / "whole.html"
    short.write_text(whole, encoding="utf-8")
    third = '<dt><a name="item3">[3]</a> <a href="/abs/2303.08888" title="Abstract">x</a> (cross-list from cs.LG)</dt>'
    at = whole.index("</dl>\n<h3>Replacements")
    complete.write_text(f"{whole[:at]}{third}<dd><div class='list-title'>C</div></dd>{whole[at:]}", encoding="utf-8")

    call_command("ingest", str(short), stdout=StringIO())
    shown = show(client, cast, day=date(2023, 3, 17))
    assert shown.one("#incomplete strong").words == "This listing is not complete:"
    assert "New 1 of 1 · Cross-lists 1 of 2 · Replacements 1 of 1" in shown.one(".page-head__facts").words

    call_command("ingest", str(complete), stdout=StringIO())
    shown = show(client, cast, day=date(2023, 3, 17))
    assert shown.all("#incomplete") == []
    assert "New 1 of 1 · Cross-lists 2 of 2 · Replacements 1 of 1" in shown.one(".page-head__facts").words


def test_a_paper_stands_on_the_day_of_its_announcement_not_of_its_submission(client: Client, cast: Cast) -> None:
    cast.group.categories = ["cs.LG"]
    cast.group.save()
    mail = DATA / "mail" / "cs.LG-2016-06-28.txt"
    assert "Date: Mon, 27 Jun 2016" in mail.read_text(encoding="utf-8")

    call_command("ingest", str(mail), stdout=StringIO())

    titles = [one.words for one in show(client, cast, day=date(2016, 6, 28)).all(".row__title")]
    assert titles[0] == "[1] Gaussian Error Linear Units (GELUs)"
    assert show(client, cast, day=date(2016, 6, 27)).all(".row__title") == []

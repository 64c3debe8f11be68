"""An entry that could not be read is given again: in the dry run, and after the import."""

from typing import Any

import pytest
from django.test import Client

from core import limits
from core.errors import Conflict, Invalid
from papers import actions
from papers.actions import Answers
from papers.models import Entry, Import, Paper
from tests.factories import Cast
from tests.pages import page
from tests.papers.samples import DAY, listing
from tests.papers.steps import in_review, published

pytestmark = pytest.mark.django_db

# Entry 2 has no link; 3 is the last of the new ones.
BROKEN = listing(["2009.00004", "2009.00003", "2009.00002", "2009.00009"]).replace(
    b"[ :arrow_down: ](https://arxiv.org/pdf/2009.00003.pdf)", b"[ :arrow_down: ]()"
)
CSV = (
    b"Title,Authors,arXiv ID,Year\nOn one,Ada Lovelace,2009.00001,2020\nOn two,Emmy Noether,2009.0000,2020\n"
    b'"On three, too",Ada Lovelace,2009.00003,2020\n'
)
BIB = (
    b"@article{one, title={On one}, eprint={2009.00001}, archivePrefix={arXiv}}\n\n"
    b"@article{two,\n  title={On two},\n  eprint={2009.0000},\n  archivePrefix={arXiv}\n}\n"
)
JSONL = (
    b'{"id": "2009.00001", "title": "On one", "abstract": "x"}\n'
    b'{"id": "2009.0000", "title": "On two", "abstract": "y"}\n'
)
RSS = b"""<?xml version="1.0"?><rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/"
 xmlns:arxiv="http://arxiv.org/schemas/atom"><channel><title>cs.CV updates on arXiv.org</title>
<link>http://rss.arxiv.org/rss/cs.CV</link><pubDate>Thu, 01 Oct 2020 00:00:00 -0400</pubDate>
<item><title>On one</title><link>https://arxiv.org/abs/2009.00001</link>
<description>arXiv:2009.00001v1 Announce Type: new
Abstract: We look.</description><category>cs.CV</category><arxiv:announce_type>new</arxiv:announce_type></item>
<item><title>On two</title><link>https://arxiv.org/abs/</link>
<description>Abstract: We look again.</description><arxiv:announce_type>cross</arxiv:announce_type></item>
</channel></rss>"""


@pytest.fixture
def admin(cast: Cast, client: Client) -> Client:
    client.force_login(cast.admin)
    return client


def mend(cast: Cast, batch: Import, text: str) -> None:
    """Mend the import's last problem."""
    actions.mend(by=cast.admin, pk=batch.pk, problem=batch.problems.latest("pk").pk, text=text)
    batch.refresh_from_db()


def staged(batch: Import) -> list[tuple[int, str, str, str]]:
    rows = batch.staged.order_by("position")
    return [(row.position, row.external_id, row.announce_type, row.record["title"]) for row in rows]


def entries() -> list[tuple[int, str, str, bool]]:
    rows = Entry.objects.select_related("paper").order_by("position")
    return [(row.position, row.paper.external_id, row.announce_type, row.inferred) for row in rows]


def problem_address(batch: Import) -> str:
    return f"/listings/imports/{batch.pk}/problems/{batch.problems.latest('pk').pk}/"


def words(response: Any, selector: str) -> str:
    return " ".join(each.words for each in page(response).all(selector))


def test_the_page_of_a_problem_shows_the_lines_that_came_in(cast: Cast, admin: Client) -> None:
    batch = in_review(cast, BROKEN)

    shown = admin.get(problem_address(batch))

    assert page(shown).one("textarea").text.strip() == "\n".join(BROKEN.decode().split("\n")[3:5]).strip()
    assert words(shown, "main dd") == (
        "no arXiv id found in this entry Give the arXiv id, or a link to the paper. "
        "### 2.On matter $x_{2}$ number 2 [ :arrow_down: ]()"
    )


def test_a_mended_entry_stands_at_its_place_in_the_dry_run(cast: Cast, admin: Client) -> None:
    batch = in_review(cast, BROKEN)
    before = [row[0] for row in staged(batch)]
    form = page(admin.get(problem_address(batch))).one("textarea").text
    mended = form.replace("]()", "](https://arxiv.org/pdf/2009.00003.pdf)")

    to = admin.post(problem_address(batch), {"text": mended})["Location"]
    shown = admin.get(to)
    published(cast, batch)

    assert before == [1, 3, 4]
    assert words(shown, ".notice--success") == "Entry 2 could be read now, and is taken in at its place."
    assert words(shown, ".import__sum") == ("4 entries: 3 new and 1 cross-list (inferred from the order of the ids).")
    assert words(shown, "#problems") == "Problems 0, 1 mended"
    assert words(shown, ".problems__advice") == "Mended"
    assert entries() == [
        (1, "2009.00004", "new", True),
        (2, "2009.00003", "new", True),
        (3, "2009.00002", "new", True),
        (4, "2009.00009", "cross", True),
    ]
    assert Paper.objects.get(external_id="2009.00003").title == "On matter $x_{2}$ number 2"


def test_a_mended_entry_goes_into_the_listing_that_is_imported(cast: Cast, admin: Client) -> None:
    batch = in_review(cast, BROKEN)
    published(cast, batch)

    mend(cast, batch, "arXiv:2009.00003")
    report = admin.get(f"/listings/imports/{batch.pk}/")

    assert [row[:2] for row in entries()] == [
        (1, "2009.00004"),
        (2, "2009.00003"),
        (3, "2009.00002"),
        (4, "2009.00009"),
    ]
    assert (entries()[1][2:], batch.state, batch.staged.count()) == (("new", True), "done", 0)
    assert words(report, ".import__sum") == "4 entries: 3 new and 1 cross-list (inferred from the order of the ids)."
    assert "4 entries" in words(report, ".facts dd")


@pytest.mark.parametrize(
    ("content", "text", "found"),
    [
        (CSV, "On two,Emmy Noether,2009.00002,2020", (2, "2009.00002", "", "On two")),
        (CSV, "2009.00002", (2, "2009.00002", "", "")),
        (BIB, "@article{two, title={On two}, eprint={2009.00002}}", (2, "2009.00002", "", "On two")),
        (JSONL, '{"id": "2009.00002", "title": "On two", "abstract": "y"}', (2, "2009.00002", "", "On two")),
        (
            RSS,
            "<item><title>On two</title><link>https://arxiv.org/abs/2009.00002</link><description>arXiv:2009.00002v1 "
            "Announce Type: cross Abstract: We look.</description><arxiv:announce_type>cross</arxiv:announce_type>"
            "</item>",
            (2, "2009.00002", "cross", "On two"),
        ),
        (BROKEN, '{"id": "2009.00003", "title": "On two", "abstract": "y"}', (2, "2009.00003", "new", "On two")),
    ],
    ids=["csv", "id", "bibtex", "json", "rss", "another format"],
)
def test_each_format_is_mended_in_its_own_words(
    cast: Cast, content: bytes, text: str, found: tuple[int, str, str, str]
) -> None:
    batch = in_review(cast, content)
    assert batch.problems.exists()

    mend(cast, batch, text)

    assert [row for row in staged(batch) if row[0] == 2] == [found]
    assert not batch.problems.filter(mended=False, position=2).exists()


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("### 2.On two [ :arrow_down: ]()\n> see 2009.00005", "Still not read: no arXiv id found in this entry"),
        ("", "Write the entry, or the arXiv id of its paper."),
        ("x" * (limits.MENDED_CHARS + 1), "An entry may have 30,000 characters; this one is longer."),
        ("Dear all", "Still not read: "),
        ("2009.00002", "2009.00002 is entry 3 of this listing already."),
        ("2009.00005 2009.00006", "This text holds 2 papers; give the one of this entry."),
        ("\0", "Null characters are not allowed."),
    ],
)
def test_what_is_still_wrong_is_said_at_the_field_and_the_text_is_kept(
    cast: Cast, admin: Client, text: str, sentence: str
) -> None:
    batch = in_review(cast, BROKEN)

    response = admin.post(problem_address(batch), {"text": text})

    assert response.status_code == 422
    assert words(response, ".field__error").startswith(sentence)
    if "\0" not in text:
        assert page(response).one("textarea").text.strip() == text.strip()
    assert (len(staged(batch)), batch.problems.filter(mended=True).count()) == (3, 0)


def test_a_paper_of_the_same_import_is_not_taken_for_the_entry(cast: Cast) -> None:
    batch = in_review(cast, BROKEN)
    published(cast, batch)

    with pytest.raises(Invalid, match=r"^2009\.00002 is entry 2 of this listing already\.$"):
        mend(cast, batch, "2009.00002")

    assert batch.problems.filter(mended=False).exists()


def test_the_same_entry_again_changes_nothing(cast: Cast) -> None:
    batch = in_review(cast, BROKEN)
    for text in ("2009.00003", "2009.00005"):
        mend(cast, batch, text)

    assert staged(batch)[1][:2] == (2, "2009.00003")


def test_nothing_is_mended_in_an_import_that_has_ended(cast: Cast, admin: Client) -> None:
    batch = in_review(cast, BROKEN)
    actions.cancel(by=cast.admin, pk=batch.pk)

    with pytest.raises(Conflict):
        mend(cast, batch, "2009.00003")

    assert page(admin.get(problem_address(batch))).all("textarea") == []


def test_a_problem_belongs_to_its_import(cast: Cast, admin: Client) -> None:
    first, second = in_review(cast, BROKEN), in_review(cast, BIB)

    address = f"/listings/imports/{first.pk}/problems/{second.problems.latest('pk').pk}/"

    assert (admin.get(address).status_code, admin.post(address, {"text": "2009.00003"}).status_code) == (404, 404)


def test_what_is_wrong_with_a_whole_file_is_not_mended_entry_by_entry(cast: Cast, admin: Client) -> None:
    batch = in_review(cast, BROKEN.replace(b"We look", b"We l\xf6\xf6k"))
    batch.problems.exclude(reason__startswith="not UTF-8").delete()

    shown = admin.get(f"/listings/imports/{batch.pk}/")

    assert words(shown, ".problems__advice") == (
        "Look whether accents are right; if not, save the file as UTF-8 and send it again."
    )


def test_the_border_stays_where_a_person_put_it(cast: Cast) -> None:
    batch = in_review(cast, BROKEN)
    actions.answer(by=cast.admin, pk=batch.pk, answers=Answers("cs.CV", DAY, border=2))

    mend(cast, batch, "2009.00003")

    assert [row[2] for row in staged(batch)] == ["new", "cross", "cross", "cross"]


def test_a_refusal_leaves_the_listing_as_it_is(cast: Cast) -> None:
    batch = in_review(cast, BROKEN)
    published(cast, batch)
    before = entries()

    with pytest.raises(Invalid):
        mend(cast, batch, "Dear all")

    assert entries() == before

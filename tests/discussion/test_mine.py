"""A member's own state through the outer door: saved, hidden, seen; set, private, and undone."""

import pytest
from django.test import Client

from discussion.models import GroupPaper, Hidden, QueueItem, Seen
from papers.models import Paper
from tests.factories import Cast, EntryFactory, ListingFactory, PaperFactory, VoteFactory
from tests.pages import page, press_undo

HTMX = {"HX-Request": "true"}


def here(cast: Cast, paper: Paper, what: str) -> str:
    return f"/g/{cast.group.slug}/papers/{paper.address}/{what}/"


def queue(client: Client, cast: Cast) -> list[str]:
    """Return the titles that the member has to read, in their order."""
    shown = page(client.get(f"/g/{cast.group.slug}/queue/"))
    return [title.words for title in shown.all("li .row__title") if title.get("id")]


@pytest.fixture
def papers(cast: Cast, client: Client) -> list[Paper]:
    """Three papers that the member, who is logged in, has saved."""
    client.force_login(cast.member)
    made = [PaperFactory(title=name, title_html=name) for name in ("First", "Second", "Third")]
    for paper in made:
        client.post(here(cast, paper, "save"), {"state": "on"})
    return made


@pytest.mark.parametrize(("what", "model"), [("save", QueueItem), ("hide", Hidden)])
def test_state_is_set_and_set_again_and_taken_back(client: Client, cast: Cast, what: str, model: type) -> None:
    paper = PaperFactory()
    client.force_login(cast.member)

    for _ in range(2):
        answer = client.post(here(cast, paper, what), {"state": "on"})

    assert answer["Location"].endswith(f"/papers/{paper.address}/#paper-{paper.pk}")
    assert model.objects.filter(member=cast.member, paper=paper).count() == 1
    assert not GroupPaper.objects.exists(), "the group is told nothing of it"
    shown = page(client.post(here(cast, paper, what), {"state": "off"}, headers=HTMX))
    assert shown.one(f"#{what}-{paper.pk}").get("value") == "on"
    assert client.post(here(cast, paper, what), {"state": "toggle"}).status_code == 422


def test_hidden_paper_offers_its_undo_in_the_same_place(client: Client, cast: Cast) -> None:
    paper = PaperFactory()
    client.force_login(cast.member)

    shown = page(client.post(here(cast, paper, "hide"), {"state": "on"}, headers=HTMX))

    assert shown.one(".row__hidden").words == "Hidden."
    assert shown.one(f"#hide-{paper.pk}").words == f"Undo — {paper.title}"
    assert shown.one("#status").words == "Hidden for you alone."


def test_no_one_else_sees_what_a_member_keeps(client: Client, cast: Cast, papers: list[Paper]) -> None:
    client.post(here(cast, papers[0], "note"), {"note": "Ask Emmy."})
    client.post(here(cast, papers[1], "hide"), {"state": "on"})
    client.force_login(cast.organiser)

    theirs = [client.get(f"/g/{cast.group.slug}/queue/"), client.get(here(cast, papers[1], "")[:-1])]

    assert queue(client, cast) == []
    assert not any("Ask Emmy." in answer.content.decode() or "Hidden." in answer.content.decode() for answer in theirs)
    assert client.post(here(cast, papers[0], "note"), {"note": "Mine?"}).status_code == 404
    client.force_login(cast.member)
    assert "Ask Emmy." in client.get(f"/g/{cast.group.slug}/queue/").content.decode()


@pytest.mark.parametrize(
    ("moves", "order"),
    [
        ([(2, {"to": "up"}), (0, {"to": "up"})], ["First", "Third", "Second"]),
        ([(0, {"to": "down"})], ["Second", "First", "Third"]),
        ([(2, {"to": "down"})], ["First", "Second", "Third"]),
        ([(2, {"to": "top"})], ["Third", "First", "Second"]),
        ([(0, {"place": "3"}), (0, {"place": "3"})], ["Second", "Third", "First"]),
        ([(2, {"place": "1"})], ["Third", "First", "Second"]),
        ([(0, {"place": "500"})], ["Second", "Third", "First"]),
    ],
)
def test_order_is_changed(
    client: Client, cast: Cast, papers: list[Paper], moves: list[tuple[int, dict[str, str]]], order: list[str]
) -> None:
    for number, sent in moves:
        assert client.post(here(cast, papers[number], "move"), sent).status_code == 302

    assert queue(client, cast) == order


@pytest.mark.parametrize("sent", [{}, {"to": "left"}, {"place": "0"}, {"place": "x"}, {"place": "501"}])
def test_move_to_nowhere_is_refused(client: Client, cast: Cast, papers: list[Paper], sent: dict[str, str]) -> None:
    assert client.post(here(cast, papers[0], "move"), sent).status_code == 422
    assert queue(client, cast) == ["First", "Second", "Third"]


def test_htmx_is_led_on_to_the_lists_with_one_sentence(client: Client, cast: Cast, papers: list[Paper]) -> None:
    client.get(f"/g/{cast.group.slug}/queue/")  # has shown what was said of the saving
    sent = {"to": "up", "next": f"/g/{cast.group.slug}/queue/"}
    moved = page(client.post(here(cast, papers[1], "move"), sent, headers=HTMX, follow=True))
    items = {"items": [str(QueueItem.objects.order_by("position")[0].pk)], "state": "off"}
    dropped = page(client.post(f"/g/{cast.group.slug}/queue/kept/", items, headers=HTMX, follow=True))
    back = page(press_undo(client, dropped.one(".undo"), headers=HTMX, follow=True))

    for shown, said in ((moved, "Moved up."), (back, "1 paper back in your queue.")):
        assert [each.get("id") for each in shown.elements] == ["queue", "status", "undo"]
        assert shown.one("#status").words == said
        assert shown.all(".undo") == []
    assert dropped.one("#status").words == "1 paper dropped. Notes are kept for 30 days."
    assert [title.words for title in back.all("li .row__title") if title.get("id")] == ["Second", "First", "Third"]


def test_what_was_dropped_comes_back_with_its_note_and_place(client: Client, cast: Cast, papers: list[Paper]) -> None:
    client.post(here(cast, papers[0], "note"), {"note": "Figure 2."})
    items = [str(item.pk) for item in QueueItem.objects.order_by("position")[:2]]

    answer = client.post(f"/g/{cast.group.slug}/queue/kept/", {"items": items, "state": "off"})
    shown = page(client.get(answer["Location"]))
    press_undo(client, shown.one(".undo"))

    assert [title.words for title in shown.all("li .row__title") if title.get("id")] == ["Third"]
    assert queue(client, cast) == ["First", "Second", "Third"]
    assert QueueItem.objects.get(paper=papers[0]).note == "Figure 2."


def test_nobody_drops_what_is_not_theirs(client: Client, cast: Cast, papers: list[Paper]) -> None:
    item = QueueItem.objects.get(paper=papers[0])
    client.force_login(cast.organiser)

    client.post(f"/g/{cast.group.slug}/queue/kept/", {"items": [item.pk, "x", 10**30], "state": "off"})

    assert QueueItem.objects.kept().count() == 3


def test_queue_is_taken_along_as_references(client: Client, cast: Cast, papers: list[Paper]) -> None:
    odd = PaperFactory(title=r"R&D {of $\alpha_1$", authors=["Rosa and Sons", "Emmy Noether"])
    client.post(here(cast, odd, "save"), {"state": "on"})

    bib = client.get(f"/g/{cast.group.slug}/queue/papers.bib").content.decode()
    ris = client.get(f"/g/{cast.group.slug}/queue/papers.ris").content.decode()

    assert bib.count("@misc{") == ris.count("ER  - ") == 4
    assert r"title = {R\&D of $\alpha_1$}" in bib
    assert "author = {{Rosa and Sons} and Emmy Noether}" in bib
    assert "AU  - Noether, Emmy\r\n" in ris
    assert client.get(f"/g/{cast.group.slug}/queue/papers.doc").status_code == 404


def test_a_full_queue_says_so(client: Client, cast: Cast, papers: list[Paper], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("core.limits.QUEUE_ITEMS", 3)

    answer = client.post(here(cast, PaperFactory(), "save"), {"state": "on"}, headers=HTMX)

    assert answer.status_code == 422
    assert answer.content.decode() == (
        "Your queue has 3 papers, and 3 is the limit. Nothing was saved: drop some first."
    )


def test_queue_page_has_open_votes(client: Client, cast: Cast) -> None:
    vote = VoteFactory(group_paper__group=cast.group, member=cast.member)
    client.force_login(cast.member)

    shown = page(client.get(f"/g/{cast.group.slug}/queue/"))

    assert [each.words for each in shown.all(".row__title")] == [vote.group_paper.paper.title]


def test_seen_goes_onward_by_reading_and_back_by_undo(client: Client, cast: Cast) -> None:
    listing = ListingFactory(category="cs.CV")
    EntryFactory.create_batch(3, listing=listing)
    client.force_login(cast.member)
    day = f"/g/{cast.group.slug}/day/{listing.announced_on}/"

    def send(position: int, **more: str) -> int:
        answer = client.post(f"{day}seen/", {"category": "cs.CV", "position": position, **more})
        assert answer.status_code in (204, 302)
        return Seen.objects.get(member=cast.member, listing=listing).position

    assert [send(2, onward="on"), send(1, onward="on"), send(3), send(0)] == [2, 2, 3, 0]
    assert client.post(f"{day}seen/", {"category": "hep-th", "position": 1}).status_code == 404
    assert client.post(f"{day}seen/", {"category": "cs.CV", "position": -1}).status_code == 422


def test_day_says_how_far_one_has_read_and_goes_on_there(client: Client, cast: Cast) -> None:
    listing = ListingFactory(category="cs.CV")
    entries = EntryFactory.create_batch(3, listing=listing)
    client.force_login(cast.member)
    day = f"/g/{cast.group.slug}/day/{listing.announced_on}/"

    client.post(f"{day}seen/", {"category": "cs.CV", "position": 2, "onward": "on"})
    seen = page(client.get(day)).one(".seen")

    assert seen.words == "2 of 3 seen Go on at [3] Mark the rest as seen"
    assert seen.one("a").get("href") == f"#paper-{entries[2].paper_id}"
    assert seen.one("[name=position]").get("value") == "3"

"""Every change of one's own has a way back that stands on the page, with and without htmx, and leads where one was."""

from collections.abc import Callable

import pytest
from django.test import Client

from discussion.models import Assignment, Hidden, QueueItem, Seen, Vote
from papers.models import Paper
from tests.factories import Cast, EntryFactory, ListingFactory, MeetingFactory, PaperFactory
from tests.pages import Element, page, press_undo, sent_by

HTMX = {"HX-Request": "true"}

# What is sent first to come to the state, what is done there, what it says, and how many there are of it at each step.
CHANGES = {
    "vote": ("vote", [], {"state": "on"}, "Vote saved.", lambda: Vote.objects.count(), (0, 1)),
    "no vote": ("vote", [{"state": "on"}], {"state": "off"}, "Vote taken back.", lambda: Vote.objects.count(), (1, 0)),
    "save": ("save", [], {"state": "on"}, "Saved to your queue.", lambda: QueueItem.objects.kept().count(), (0, 1)),
    "drop": (
        "save",
        [{"state": "on"}],
        {"state": "off"},
        "Dropped from your queue.",
        lambda: QueueItem.objects.kept().count(),
        (1, 0),
    ),
    "hide": ("hide", [], {"state": "on"}, "Hidden for you alone.", lambda: Hidden.objects.count(), (0, 1)),
    "show": ("hide", [{"state": "on"}], {"state": "off"}, "No longer hidden.", lambda: Hidden.objects.count(), (1, 0)),
    "take": (
        "assignment",
        [],
        {"state": "taken", "part": "side"},
        "You have taken this paper.",
        lambda: Assignment.objects.standing().count(),
        (0, 1),
    ),
    "give back": (
        "assignment",
        [{"state": "taken"}],
        {"state": "returned", "part": "side"},
        "Given back. Someone else can take it.",
        lambda: Assignment.objects.standing().count(),
        (1, 0),
    ),
}


@pytest.fixture
def paper(cast: Cast, client: Client) -> Paper:
    """A paper of a listing; the member is logged in and a meeting is planned."""
    MeetingFactory(group=cast.group)
    client.force_login(cast.member)
    return EntryFactory(listing=ListingFactory(category="cs.CV")).paper


@pytest.mark.parametrize("htmx", [True, False], ids=["htmx", "plain"])
@pytest.mark.parametrize(("what", "first", "sent", "said", "count", "steps"), CHANGES.values(), ids=CHANGES)
def test_change_is_undone(
    client: Client,
    cast: Cast,
    paper: Paper,
    htmx: bool,
    what: str,
    first: list[dict[str, str]],
    sent: dict[str, str],
    said: str,
    count: Callable[[], int],
    steps: tuple[int, int],
) -> None:
    headers = {"headers": HTMX} if htmx else {}
    address = f"/g/{cast.group.slug}/papers/{paper.address}/{what}/"
    for each in first:
        client.post(address, each, headers=HTMX)

    def shown(answer: object) -> Element:
        return page(answer if htmx else client.get(f"/g/{cast.group.slug}/?show=all"))

    seen = [count()]
    form = shown(client.post(address, sent | {"next": f"/g/{cast.group.slug}/?show=all"}, **headers)).one(".undo")
    seen.append(count())
    undone = press_undo(client, form, **headers)
    seen.append(count())

    assert seen == [*steps, steps[0]]
    assert form.one(".undo__done").words == f"{said} {paper.title}"
    assert sent_by(form)["next"] == [f"/g/{cast.group.slug}/?show=all"]
    assert shown(undone).all(".undo") == [], "an undo has no undo"
    if htmx:
        target = (form.get("hx-target") or "").removeprefix("#")
        assert page(undone).elements[0].get("id") == target
        assert len(page(undone).all("#status")) == 1


def test_whom_one_asked_is_no_longer_asked_after_undo(client: Client, cast: Cast, paper: Paper) -> None:
    client.force_login(cast.organiser)
    address = f"/g/{cast.group.slug}/papers/{paper.address}/assignment/"

    asked = page(client.post(address, {"state": "asked", "member": cast.member.pk}, headers=HTMX))
    press_undo(client, asked.one(".undo"), headers=HTMX)

    assert Assignment.objects.get().state == "returned"


def test_presenter_whom_an_organiser_freed_is_asked_again_by_undo(client: Client, cast: Cast, paper: Paper) -> None:
    address = f"/g/{cast.group.slug}/papers/{paper.address}/assignment/"
    client.post(address, {"state": "taken"})
    client.force_login(cast.organiser)

    freed = page(client.post(address, {"state": "returned"}, headers=HTMX))
    press_undo(client, freed.one(".undo"), headers=HTMX)

    standing = Assignment.objects.standing().get()
    assert (standing.member, standing.state, standing.asked_by) == (cast.member, "asked", cast.organiser)


def test_only_the_last_change_is_offered(client: Client, cast: Cast, paper: Paper) -> None:
    other = PaperFactory()
    for one in (paper, other):
        client.post(f"/g/{cast.group.slug}/papers/{one.address}/vote/", {"state": "on"})

    shown = page(client.get(f"/g/{cast.group.slug}/"))

    assert shown.one(".undo__done").words == f"Vote saved. {other.title}"
    assert page(client.get(f"/g/{cast.group.slug}/")).all(".undo") == []


def test_mark_as_seen_is_undone_to_where_one_was(client: Client, cast: Cast, paper: Paper) -> None:
    listing = ListingFactory(category="cs.CV")
    EntryFactory.create_batch(2, listing=listing)
    seen = f"/g/{cast.group.slug}/day/{listing.announced_on}/seen/"
    client.post(seen, {"category": "cs.CV", "position": 1, "onward": "on"})

    done = client.post(seen, {"category": "cs.CV", "position": 3}, follow=True)
    position = Seen.objects.get().position
    press_undo(client, page(done).one(".undo"))

    assert position == 3
    assert Seen.objects.get().position == 1

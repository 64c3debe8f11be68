"""Who may follow what: asked for by organisers, followed and stopped by admins, shown to both."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client

from core.clock import now
from core.errors import Conflict, Invalid, NotAllowed, NotFound
from groups import actions as group_actions
from papers import actions, queries
from papers.models import Import, Paper, Subscription
from tests.factories import Cast, ListingFactory, PaperFactory

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 25, 12, 0, tzinfo=UTC)
ADDRESS = "/listings/subscriptions/"


def state_of(category: str = "hep-th") -> tuple[str, str]:
    row = Subscription.objects.select_related("asked_by").get(category=category)
    return row.state, row.asked_by.name if row.asked_by else ""


def page_for(client: Client, cast: Cast) -> str:
    client.force_login(cast.admin)
    answer = client.get(ADDRESS)
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


def test_what_a_group_begins_to_read_is_asked_for(cast: Cast) -> None:
    Subscription.objects.create(category="cs.LG", state="followed")
    cast.group.categories = ["cs.CV"]
    cast.group.save()

    categories = ["cs.CV", "hep-th", "cs.LG", "chao-dyn"]
    group_actions.change_settings(by=cast.organiser, slug=cast.group.slug, changes={"categories": categories})
    group_actions.change_settings(by=cast.organiser, slug=cast.group.slug, changes={"place": "Room 7"})

    # What is followed already, and what arXiv has closed, is not asked for.
    assert list(Subscription.objects.values_list("category", "state").order_by("category")) == [
        ("cs.CV", "asked"),
        ("cs.LG", "followed"),
        ("hep-th", "asked"),
    ]
    assert state_of() == ("asked", cast.organiser.name)


def test_a_new_group_asks_for_what_it_reads(cast: Cast, client: Client) -> None:
    client.force_login(cast.outsider)
    sent = {"key": "6a5e6f4e-4b1a-4c58-8f0e-3f7f5f1f3a11", "name": "New", "categories": "hep-th cs", "rule": "none"}
    answer = client.post("/groups/new/", sent | {"start_time": "15:00", "meeting_minutes": "60", "zone": "UTC"})

    assert answer.status_code == 302
    assert state_of() == state_of("cs") == ("asked", cast.outsider.name)


def test_whoever_asks_again_changes_nothing_unless_it_was_stopped(cast: Cast) -> None:
    actions.ask_for(cast.organiser, ["hep-th"])
    actions.ask_for(cast.outsider, ["hep-th"])
    asked = state_of()
    actions.set_following(by=cast.admin, category="hep-th", state="stopped")
    actions.ask_for(cast.organiser, ["hep-th"])
    stopped = state_of()
    actions.ask_for(cast.outsider, ["hep-th"], anew=["hep-th"])

    assert asked == ("asked", cast.organiser.name)
    assert stopped == ("stopped", cast.organiser.name)
    assert state_of() == ("asked", cast.outsider.name)


def test_the_organiser_reads_how_the_listings_come_in(cast: Cast, client: Client) -> None:
    cast.group.categories = ["cs.CV", "hep-th", "math.AG"]
    cast.group.save()
    Subscription.objects.create(category="cs.CV", state="followed")
    Subscription.objects.create(category="hep-th")
    client.force_login(cast.organiser)

    page = " ".join(client.get(f"/g/{cast.group.slug}/settings/").content.decode().split())

    for line in (
        '<b>cs.CV</b> Computer Vision and Pattern Recognition <span class="muted">Followed: its listings come in by',
        '<b>hep-th</b> High Energy Physics - Theory <span class="muted">Asked for; an admin has to follow it.</span>',
        '<b>math.AG</b> Algebraic Geometry <span class="muted">Not followed: its listings come in when an',
    ):
        assert line in page


def test_the_admin_sees_who_asked_and_nothing_of_the_group(cast: Cast, client: Client) -> None:
    cast.group.name = "The secret group"
    cast.group.save()
    group_actions.change_settings(by=cast.organiser, slug=cast.group.slug, changes={"categories": ["hep-th"]})

    page = page_for(client, cast)

    assert f"Asked for by <bdi>{cast.organiser.name}</bdi>" in page
    assert "The secret group" not in page
    assert cast.organiser.email not in page


def test_following_begins_at_once_and_again_changes_nothing(cast: Cast, client: Client) -> None:
    client.force_login(cast.admin)
    with time_machine.travel(NOW, tick=False):
        answer = client.post(ADDRESS, {"categories": "cs.cv, hep-th cs.CV"}, follow=True)
    first = list(Subscription.objects.order_by("category").values())
    with time_machine.travel(NOW + timedelta(hours=1), tick=False):
        again = client.post(ADDRESS, {"categories": "cs.CV"}, follow=True)

    assert "2 categories are followed from now on." in answer.content.decode()
    assert "All of these were followed already, so nothing was changed." in again.content.decode()
    assert list(Subscription.objects.order_by("category").values()) == first
    assert [(row["category"], row["state"], row["next_due"], row["followed_at"]) for row in first] == [
        ("cs.CV", "followed", NOW, NOW),
        ("hep-th", "followed", NOW, NOW),
    ]


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("cs.CW", "arXiv has no category “cs.CW”. Did you mean cs."),
        ("chao-dyn", "arXiv makes no listing called “chao-dyn” today."),
        ("", "This field is required."),
        (
            " ".join(["cs.CV"] * 3 + [f"cs.X{n}" for n in range(50)]),
            "At most 50 categories can be given here; these are 51",
        ),
    ],
)
def test_what_arxiv_does_not_have_is_not_followed(cast: Cast, client: Client, typed: str, sentence: str) -> None:
    client.force_login(cast.admin)

    answer = client.post(ADDRESS, {"categories": f"{typed}"})

    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert not Subscription.objects.exists()


def test_stop_fetch_and_follow_again(cast: Cast, client: Client) -> None:
    actions.follow(by=cast.admin, categories=["hep-th"])
    Subscription.objects.update(next_due=now() + timedelta(days=1), etag="x", failures=3, gaps=[NOW.date()])
    client.force_login(cast.admin)

    def send(state: str) -> str:
        answer = client.post(f"{ADDRESS}hep-th/", {"state": state}, headers={"HX-Request": "true"})
        return " ".join(answer.content.decode().split())

    due = send("due")
    due_row = Subscription.objects.get()
    stopped = [send("stopped"), send("stopped")]
    stopped_row = Subscription.objects.get()
    followed = send("followed")
    row = Subscription.objects.get()

    assert "hep-th is looked at within seconds." in due
    assert due_row.next_due is not None
    assert due_row.next_due <= now()
    assert ["Not followed any more" in answer for answer in stopped] == [True, True]
    assert (stopped_row.state, stopped_row.next_due) == ("stopped", None)
    assert "hep-th is followed from now on" in followed
    assert (row.state, row.etag, row.failures, row.gaps) == ("followed", "", 0, [])


def test_nothing_is_fetched_that_is_not_followed(cast: Cast) -> None:
    Subscription.objects.create(category="hep-th")

    with pytest.raises(Conflict, match="hep-th is not followed"):
        actions.set_following(by=cast.admin, category="hep-th", state="due")
    with pytest.raises(NotFound):
        actions.set_following(by=cast.admin, category="cs.CV", state="due")
    with pytest.raises(Invalid):
        actions.set_following(by=cast.admin, category="nothing", state="followed")


@pytest.mark.parametrize("who", ["organiser", "member", "outsider"])
def test_only_admins_decide(cast: Cast, who: str) -> None:
    person = getattr(cast, who)

    for call in (
        lambda: actions.follow(by=person, categories=["hep-th"]),
        lambda: actions.set_following(by=person, category="hep-th", state="stopped"),
        lambda: queries.subscriptions_page(by=person),
    ):
        with pytest.raises(NotAllowed):
            call()


def test_the_page_says_how_each_look_went(cast: Cast, client: Client, settings: Any) -> None:
    settings.ARXIV_REQUESTS = True
    rows = {
        "cs.CV": {"outcome": "listing", "result": "81 entries."},
        "cs.CL": {"outcome": "empty", "result": "0 new (weekend)."},
        "cs.LG": {"outcome": "failed", "result": "rss.arxiv.org answered 500 Internal Server Error.", "failures": 2},
        "hep-th": {"outcome": "listing", "result": "3 entries.", "gaps": [NOW.date(), datetime(2026, 11, 12).date()]},
    }
    later = now() + timedelta(hours=2)
    for category, fields in rows.items():
        Subscription.objects.create(category=category, state="followed", fetched_at=now(), next_due=later, **fields)
    Subscription.objects.create(category="math.AG", state="followed", next_due=now())
    ListingFactory(category="hep-th", announced_on=NOW.date())  # brought in by hand meanwhile
    review = {"kind": "feed", "category": "hep-th", "state": "review", "content": b"x", "format": "rss20"}
    batch = Import.objects.create(sha256="0" * 64, **review)
    PaperFactory(external_id="2009.00001", title="", fill_due=now())
    PaperFactory(external_id="2009.99999", title="", fill_tries=1)

    page = page_for(client, cast)

    assert "<p>81 entries.</p>" in page
    assert "<p>0 new (weekend).</p>" in page
    assert "Failed</span> rss.arxiv.org answered 500 Internal Server Error. The next try is <time" in page
    assert f'3 entries. <a href="/listings/imports/{batch.pk}/">It waits for your review</a>' in page
    assert '1 day is missing: <time datetime="2026-11-12">Thu 12 Nov</time> 2026. arXiv’s page of the past' in page
    assert "Waiting for its turn." in page
    assert "1 paper waits for what the listings left open" in page
    assert "arXiv does not know 2009.99999." in page
    assert Paper.objects.get(external_id="2009.99999").title == ""


def test_the_page_looks_again_only_while_something_is_due(cast: Cast, client: Client, settings: Any) -> None:
    settings.ARXIV_REQUESTS = True
    actions.follow(by=cast.admin, categories=["hep-th"])
    due = page_for(client, cast)
    version = due.partition("?seen=")[2][:16]
    polled = client.get(f"{ADDRESS}?seen={version}", headers={"HX-Request": "true"})
    Subscription.objects.update(next_due=now() + timedelta(hours=1), fetched_at=now())
    changed = client.get(f"{ADDRESS}?seen={version}", headers={"HX-Request": "true"})

    assert "data-poll" in due
    assert polled.status_code == 204
    assert changed.status_code == 200
    assert "data-poll" not in changed.content.decode()
    assert "<html" not in changed.content.decode()


def test_the_page_says_when_nothing_is_asked_at_all(cast: Cast, client: Client) -> None:
    actions.follow(by=cast.admin, categories=["hep-th"])

    page = page_for(client, cast)

    assert "This server asks arXiv nothing, since ARXIV_REQUESTS is off." in page
    assert "Waits until this server may ask arXiv." in page
    assert "data-poll" not in page

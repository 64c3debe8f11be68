"""The server follows a category by itself: normal days, weekends, holidays, trouble, and days that were missed."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import time_machine

from core.clock import now
from papers import actions, tasks
from papers.actions import fetching
from papers.models import Entry, Import, Listing, Paper, Subscription
from tests.factories import Cast, ListingFactory
from tests.papers.arxiv import error_feed, newest_page, past_week, rss
from tests.papers.sources.replay import Replay, Reply

pytestmark = pytest.mark.django_db

WEDNESDAY = datetime(2026, 11, 25, 6, 0, tzinfo=UTC)  # 1:00 in New York: the listing is out
DAY = date(2026, 11, 25)
FEED, PAGE, WEEK = "rss.arxiv.org/rss/cs.CV", "arxiv.org/list/cs.CV/new", "arxiv.org/list/cs.CV/pastweek"
IDS = ["2611.00003", "2611.00002", "2611.00001"]


@pytest.fixture
def moment() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(WEDNESDAY, tick=False) as traveller:
        yield traveller


@pytest.fixture
def row(cast: Cast, arxiv: Replay, moment: Any) -> Subscription:
    """A category that has been followed for a month, with every listing up to yesterday."""
    arxiv.answers[FEED] = Reply(rss(IDS, DAY), headers={"ETag": '"1"'})
    arxiv.answers[PAGE] = Reply(newest_page({"new": IDS}, DAY))
    actions.follow(by=cast.admin, categories=["cs.CV"])
    Subscription.objects.update(settled_on=DAY - timedelta(days=1), followed_at=now() - timedelta(days=30))
    return Subscription.objects.get()


def look(row: Subscription, **changes: Any) -> Subscription:
    """Let the worker pass by, after some changes, as often as the row is due."""
    if changes:
        Subscription.objects.update(**changes)
    tasks.follow_arxiv()
    row.refresh_from_db()
    return row


def test_a_days_listing_comes_in_by_itself(row: Subscription, arxiv: Replay) -> None:
    look(row)

    assert (row.outcome, row.result, row.failures, row.etag) == ("listing", "3 entries.", 0, '"1"')
    assert (row.settled_on, row.fetched_at, row.lease_until) == (DAY, WEDNESDAY, None)
    assert datetime(2026, 11, 26, 5, 20, tzinfo=UTC) <= row.next_due <= datetime(2026, 11, 26, 5, 30, tzinfo=UTC)
    batch, listing = Import.objects.get(), Listing.objects.get()
    assert (batch.kind, batch.state, batch.created_by, batch.filename) == ("feed", "done", None, "cs.CV.rss.xml")
    assert (listing.category, listing.announced_on, listing.stated) == ("cs.CV", DAY, {"new": 3})
    assert list(listing.entries.order_by("position").values_list("paper__external_id", flat=True)) == IDS
    assert arxiv.paths == [FEED, f"{PAGE}?skip=0&show=2000"]
    assert {seen.headers["User-Agent"] for seen in arxiv.log} == {
        "ReadingGroup/0.1.0 (+https://reading.example.org; mailto:admin@example.org)"
    }


def test_the_history_says_that_it_came_by_itself(row: Subscription, arxiv: Replay, cast: Cast, client: Any) -> None:
    look(row)
    client.force_login(cast.admin)

    assert "<bdi>Subscription</bdi>" in client.get("/listings/").content.decode()
    again = actions.receive(by=cast.admin, content=rss(IDS, DAY), category="cs.CV")
    assert again.already.startswith("Already imported by the subscription, today")


def test_an_etag_that_is_too_long_to_keep_is_left(row: Subscription, arxiv: Replay) -> None:
    arxiv.answers[FEED] = Reply(rss(IDS, DAY), headers={"ETag": "x" * 300, "Last-Modified": "y" * 300})

    look(row)

    assert (row.outcome, row.etag, row.last_modified) == ("listing", "", "")


def test_the_same_feed_again_is_nothing(row: Subscription, arxiv: Replay) -> None:
    """Unchanged by its own word, or built anew with the same papers in it."""
    look(row)
    arxiv.answers[FEED] = lambda seen: Reply(status=304 if seen.headers.get("If-None-Match") == '"1"' else 500)
    look(row, next_due=now())
    first = (row.outcome, row.result)
    arxiv.answers[FEED] = Reply(rss(IDS, DAY, second=30))
    look(row, next_due=now())

    assert first == (row.outcome, row.result) == ("unchanged", "Nothing new since today’s listing.")
    assert Import.objects.count() == 1
    assert arxiv.paths.count(f"{PAGE}?skip=0&show=2000") == 1


@pytest.mark.parametrize(
    ("moment_", "result", "following"),
    [
        (datetime(2026, 11, 28, 12, 0), "0 new (weekend).", datetime(2026, 11, 30, 5, 20)),
        (datetime(2026, 11, 27, 12, 0), "No listing today: Thanksgiving Day.", datetime(2026, 11, 30, 5, 20)),
        (
            datetime(2026, 11, 25, 12, 0),
            "0 new: arXiv announced nothing in this category today.",
            datetime(2026, 11, 26, 5, 20),
        ),
    ],
    ids=["weekend", "holiday", "quiet"],
)
def test_empty_on_purpose_is_no_failure(
    row: Subscription, arxiv: Replay, moment: Any, moment_: datetime, result: str, following: datetime
) -> None:
    moment.move_to(moment_.replace(tzinfo=UTC))
    arxiv.answers[FEED] = Reply(rss([], moment_.date()))

    look(row, settled_on=moment_.date() - timedelta(days=1))

    assert (row.outcome, row.result, row.failures) == ("empty", result, 0)
    assert timedelta() <= row.next_due - following.replace(tzinfo=UTC) <= timedelta(minutes=10)
    assert not Import.objects.exists()
    assert arxiv.paths == [FEED]


def test_yesterdays_feed_on_a_holiday_is_no_new_listing(row: Subscription, arxiv: Replay, moment: Any) -> None:
    look(row)
    moment.move_to(datetime(2026, 11, 27, 12, 0, tzinfo=UTC))

    look(row, settled_on=date(2026, 11, 26))

    assert (row.outcome, row.result) == ("empty", "No listing today: Thanksgiving Day.")
    assert Import.objects.count() == 1


def test_a_late_listing_is_looked_for_every_hour(row: Subscription, arxiv: Replay) -> None:
    arxiv.answers[FEED] = Reply(rss([], DAY - timedelta(days=1)))
    look(row)
    late = (row.outcome, row.result, row.settled_on)
    pause = row.next_due - now()
    arxiv.answers[FEED] = Reply(rss(IDS, DAY))
    look(row, next_due=now())

    assert late == ("unchanged", "The listing of Wed 25 Nov is not there yet.", DAY - timedelta(days=1))
    assert timedelta(minutes=60) <= pause <= timedelta(minutes=70)
    assert (row.outcome, row.settled_on) == ("listing", DAY)


TROUBLE = [
    (Reply(status=500), "rss.arxiv.org answered 500 Internal Server Error."),
    (Reply(rss(IDS, DAY), cut=300), "The answer of rss.arxiv.org broke off after 300 of"),
    (Reply(status=302, headers={"Location": "http://127.0.0.1:1/"}), "which is none of its own addresses"),
    (Reply(b"x" * 30 * 1024**2), "The answer of rss.arxiv.org has more than 25 MB, which is the limit."),
    (Reply(b"<html><p>Please log in.</p></html>"), "arXiv sent something that is none of its feeds."),
    (
        Reply(error_feed("Bad archive 'cs-cv'. Valid archive names are: cs, math.", DAY)),
        "arXiv answered with an error: ‹Bad archive 'cs-cv'. Valid archive names are: cs, math.›",
    ),
]


@pytest.mark.parametrize(("reply", "sentence"), TROUBLE, ids=["500", "cut", "redirect", "30-mb", "html", "error-feed"])
def test_trouble_is_told_and_tried_again(row: Subscription, arxiv: Replay, reply: Reply, sentence: str) -> None:
    arxiv.answers[FEED] = reply

    pauses = []
    for _ in range(9):
        look(row, next_due=now())
        pauses.append((row.next_due - now()).total_seconds() / 60)

    assert row.outcome == "failed"
    assert sentence in row.result
    assert (row.failures, row.etag, row.settled_on) == (9, "", DAY - timedelta(days=1))
    for pause, wanted in zip(pauses, [5, 10, 20, 40, 80, 160, 320, 360, 360], strict=True):
        assert 0.8 * wanted <= pause <= 1.2 * wanted
    assert not Import.objects.exists()

    arxiv.answers[FEED] = Reply(rss(IDS, DAY))
    assert (look(row, next_due=now()).outcome, row.failures) == ("listing", 0)


def test_arxiv_is_left_alone_for_as_long_as_it_asks(row: Subscription, arxiv: Replay, cast: Cast) -> None:
    arxiv.answers[FEED] = Reply(status=429, headers={"Retry-After": "1800"})
    actions.follow(by=cast.admin, categories=["hep-th"])
    Subscription.objects.filter(category="hep-th").update(next_due=now() + timedelta(days=1))
    look(row)
    first = (row.result, row.next_due - now() >= timedelta(minutes=30))
    Subscription.objects.filter(category="hep-th").update(next_due=now())
    tasks.follow_arxiv()

    other = Subscription.objects.get(category="hep-th")
    assert first == ("rss.arxiv.org asks for fewer requests (429).", True)
    assert other.result == "arXiv has asked this server to wait."
    assert timedelta(minutes=29) <= other.next_due - now() <= timedelta(minutes=31)
    assert len(arxiv.log) == 1


def test_what_could_not_be_read_whole_waits_for_an_admin(row: Subscription, arxiv: Replay, client: Any) -> None:
    arxiv.answers[FEED] = Reply(rss(IDS, DAY, abstract=""))
    arxiv.answers[PAGE] = Reply(status=500)

    look(row)

    batch = Import.objects.get()
    assert (row.outcome, batch.state, batch.problems.count()) == ("listing", "review", 3)
    assert not Listing.objects.exists()


def test_a_listing_read_by_a_killed_worker_is_published_by_the_next(row: Subscription, arxiv: Replay) -> None:
    batch = actions.receive(None, content=rss(IDS, DAY), kind="feed", category="cs.CV").batch
    actions.carry_on(batch.pk)
    batch.refresh_from_db()
    assert batch.state == "review"

    look(row, next_due=None)

    batch.refresh_from_db()
    assert (batch.state, Entry.objects.count()) == ("done", 3)


def test_the_past_week_comes_in_when_a_category_is_first_followed(cast: Cast, arxiv: Replay, moment: Any) -> None:
    """Also on a weekend: nobody has to wait until Monday."""
    moment.move_to(datetime(2026, 11, 21, 12, 0, tzinfo=UTC))
    week = {date(2026, 11, 20): ["2611.00009"], date(2026, 11, 19): ["2611.00008", "2611.00007"]}
    arxiv.answers[FEED] = Reply(rss([], date(2026, 11, 21)))
    arxiv.answers[WEEK] = Reply(past_week(week))
    actions.follow(by=cast.admin, categories=["cs.CV"])

    tasks.follow_arxiv()

    row = Subscription.objects.get()
    assert (row.outcome, row.result, row.gaps) == ("empty", "0 new (weekend).", [])
    found = Listing.objects.order_by("announced_on").values_list("announced_on", "entries__paper__external_id")
    assert sorted(found) == [
        (date(2026, 11, 19), "2611.00007"),
        (date(2026, 11, 19), "2611.00008"),
        (date(2026, 11, 20), "2611.00009"),
    ]


def test_missed_days_are_caught_up_and_older_gaps_are_named(row: Subscription, arxiv: Replay) -> None:
    """The server was off from Thursday 12 November on; arXiv's page has the five newest days only."""
    ListingFactory(category="cs.CV", announced_on=date(2026, 11, 23))
    days = [date(2026, 11, day) for day in (25, 24, 23, 20, 19)]
    week = {day: [f"2611.1{day.day:02d}00"] for day in days[1:]}
    arxiv.answers[WEEK] = Reply(past_week({DAY: IDS} | week))

    look(row, settled_on=date(2026, 11, 11))

    assert row.outcome == "listing"
    assert row.gaps == [date(2026, 11, day) for day in (12, 13, 16, 17, 18)]
    assert set(Listing.objects.values_list("announced_on", flat=True)) == set(days)
    assert Paper.objects.count() == 7

    look(row, next_due=now())
    assert sum(path.startswith(WEEK) for path in arxiv.paths) == 1


def test_a_failed_catch_up_is_told_and_tried_again(row: Subscription, arxiv: Replay) -> None:
    arxiv.answers[WEEK] = Reply(status=503)
    look(row, settled_on=date(2026, 11, 23))
    failed = (row.outcome, row.result, row.settled_on, Listing.objects.count())
    arxiv.answers[WEEK] = Reply(past_week({DAY: IDS, date(2026, 11, 24): ["2611.00000"]}))
    look(row, next_due=now())

    assert failed == ("failed", "arxiv.org answered 503 Service Unavailable.", date(2026, 11, 23), 1)
    assert (row.outcome, row.settled_on, Listing.objects.count()) == ("unchanged", DAY, 2)


def test_a_day_that_is_short_is_made_whole(row: Subscription, arxiv: Replay) -> None:
    arxiv.answers[PAGE] = Reply(
        newest_page({"new": [*IDS, "2611.00004"], "cross": ["2611.00005"], "replace": ["2501.00001"]}, DAY)
    )

    look(row)

    listing = Listing.objects.get()
    assert listing.stated == {"new": 4, "cross": 1, "replace": 1}
    assert listing.entries.count() == 6
    assert timedelta(hours=20) < row.next_due - now()


def test_a_day_that_stays_short_is_looked_at_three_times(row: Subscription, arxiv: Replay) -> None:
    """The page shows fewer than it states."""
    page = newest_page({"new": IDS}, DAY).replace(b"showing 3 of 3", b"showing 3 of 5")
    arxiv.answers[PAGE] = Reply(page)
    soon = []

    for _ in range(5):
        look(row, next_due=now())
        soon.append(row.next_due - now() < timedelta(hours=1))

    assert soon == [True, True, False, False, False]
    assert sum(path.startswith(PAGE) for path in arxiv.paths) == 3
    assert Listing.objects.get().stated == {"new": 5}


def test_a_stopped_category_is_left_alone(row: Subscription, arxiv: Replay, cast: Cast) -> None:
    actions.set_following(by=cast.admin, category="cs.CV", state="stopped")
    look(row)

    assert (row.state, row.next_due, arxiv.log) == ("stopped", None, [])


def test_stopping_during_a_look_holds(
    row: Subscription, arxiv: Replay, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = fetching.read_answer

    def read_answer(*args: Any) -> Any:
        actions.set_following(by=cast.admin, category="cs.CV", state="stopped")
        return real(*args)

    monkeypatch.setattr(fetching, "read_answer", read_answer)

    look(row)

    assert (row.state, row.next_due, row.outcome) == ("stopped", None, "listing")


def test_nothing_is_asked_when_requests_are_off(row: Subscription, arxiv: Replay, settings: Any) -> None:
    settings.ARXIV_REQUESTS = False

    look(row)

    assert (row.fetched_at, arxiv.log) == (None, [])


def test_a_mistake_of_the_program_is_no_silence(
    row: Subscription, arxiv: Replay, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(fetching, "read_answer", lambda *args: 1 / 0)

    look(row)

    assert row.outcome == "failed"
    reference = row.result.rstrip(".").rsplit(" ", 1)[1]
    assert f"the look at cs.CV failed (reference {reference})" in caplog.text

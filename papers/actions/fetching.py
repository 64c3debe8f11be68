"""The worker's side of a subscription: look at arXiv when a look is due, take in what is new, and say how it went."""

import logging
import secrets
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from random import SystemRandom
from typing import Any

from django.conf import settings
from django.db import InterfaceError, OperationalError, transaction

from core import limits
from core.clock import now
from core.leases import LeaseLost, claim, heartbeat, held
from core.wording import plural, short_day
from papers.actions.asking import ask
from papers.actions.bringing import read_answer, take_in, take_on
from papers.models import Entry, Listing, Subscription
from papers.parsers import feed
from papers.queries import completeness
from papers.sources import announcements, arxiv_feed
from papers.sources.fetch import Answer, Asked, Trouble

Outcome = Subscription.Outcome
ROOM = {each.name: each.max_length for each in Subscription._meta.concrete_fields if each.max_length}
SPREAD = timedelta(minutes=10)  # so that not every server asks arXiv in the same second
_chance = SystemRandom()
logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Fed:
    """What the category's feed has: how many entries, and of which day."""

    outcome: Outcome
    day: date | None
    entries: int
    answer: Answer


def fetch_due() -> None:
    """Look at every followed category whose time has come, one after the other."""
    take_on()
    while settings.ARXIV_REQUESTS and (row := claim(Subscription.objects.due())):
        _attend(row)


def _attend(row: Subscription) -> None:
    token = row.attempts
    with heartbeat(Subscription, row.pk, token):
        changes = _changes(row)
    try:
        with transaction.atomic():
            kept = held(Subscription, row.pk, token)
            if kept.state != Subscription.State.FOLLOWED:
                changes["next_due"] = None  # stopped meanwhile
            Subscription.objects.filter(pk=row.pk).update(lease_until=None, fetched_at=now(), **changes)
    except LeaseLost:
        logger.info("the look at %s is someone else's by now", row.category)


def _changes(row: Subscription) -> dict[str, Any]:
    """Return what the look changes in the row, however it went."""
    try:
        return _look(row)
    except Trouble as trouble:
        return _failed(row, trouble.sentence, trouble.wait)
    except (OperationalError, InterfaceError):
        raise  # the database's trouble: the lease ends by itself, and the next pass tries again
    except Exception:
        reference = secrets.token_hex(6)
        logger.exception("the look at %s failed (reference %s)", row.category, reference)
        return _failed(row, f"The program made a mistake; its log has the cause under the reference {reference}.", None)


def _failed(row: Subscription, sentence: str, wait: int | None) -> dict[str, Any]:
    failures = row.failures + 1
    pause = pause_after(failures, wait)
    return {"outcome": Outcome.FAILED, "result": sentence, "failures": failures, "next_due": now() + pause}


def pause_after(failures: int, wait: int | None = None) -> timedelta:
    """Return how long to wait after so many failures in a row, somewhat by chance; `wait` is what arXiv asked for."""
    minutes = min(limits.RETRY_MINUTES * 2 ** min(failures - 1, 12), 60 * limits.RETRY_HOURS)
    own = timedelta(minutes=minutes) * _chance.uniform(0.8, 1.2)
    return max(own, timedelta(seconds=min(wait or 0, 24 * 3600)))


# --- a look -----------------------------------------------------------------------------------------------


def _look(row: Subscription) -> dict[str, Any]:
    """Take in the newest listing, then the days missed before it, then what it lacks; raises Trouble."""
    today = announcements.newest_day(now())
    fed = _feed(row)
    changes: dict[str, Any] = {
        "failures": 0,
        "etag": _kept("etag", fed.answer.etag) or row.etag,
        "last_modified": _kept("last_modified", fed.answer.last_modified) or row.last_modified,
        **_in_words(fed, today),
    }
    if not announcements.why_none(today) and (fed.day is None or fed.day < today):
        return changes | {"next_due": _late()}
    changes["gaps"] = _catch_up(row, fed, today)
    tries, again = _check_newest(row, fed)
    soon = now() + timedelta(minutes=limits.SHORT_MINUTES)
    return changes | {
        "settled_on": max(today, fed.day or today),
        "page_tries": tries,
        "next_due": soon if again else announcements.next_out(now()) + SPREAD * _chance.random(),
    }


def _kept(name: str, said: str) -> str:
    """Return what the server said, or nothing when it is too long to be sent back."""
    return said if len(said) <= ROOM[name] else ""


def _feed(row: Subscription) -> _Fed:
    answer = ask(Asked(arxiv_feed.feed_of(row.category), row.etag, row.last_modified))
    if answer.is_unchanged:
        return _Fed(Outcome.UNCHANGED, row.settled_on, 0, answer)
    found = read_answer(answer.content, feed.RSS.name)
    if found.error:
        raise Trouble(found.error)
    if found.format != feed.RSS.name:
        raise Trouble("arXiv sent something that is none of its feeds.")
    if not found.ids:
        return _Fed(Outcome.EMPTY, found.day, 0, answer)
    if found.day and found.ids <= _known(row.category, found.day):
        return _Fed(Outcome.UNCHANGED, found.day, len(found.ids), answer)
    take_in(row.category, answer.content, filename=f"{row.category}.rss.xml")
    return _Fed(Outcome.LISTING, found.day, len(found.ids), answer)


def _known(category: str, day: date) -> set[str]:
    """Return the ids that stand in the listing already."""
    entries = Entry.objects.filter(listing__category=category, listing__announced_on=day)
    return set(entries.values_list("paper__external_id", flat=True))


def _in_words(fed: _Fed, today: date) -> dict[str, str]:
    """Return the outcome and the sentence that says it."""
    if fed.outcome == Outcome.LISTING:
        return {"outcome": Outcome.LISTING, "result": f"{plural(fed.entries, 'entry', 'entries')}."}
    why = announcements.why_none(today)
    if why == "weekend":
        return {"outcome": Outcome.EMPTY, "result": "0 new (weekend)."}
    if why:
        return {"outcome": Outcome.EMPTY, "result": f"No listing today: {why.removeprefix('holiday: ')}."}
    if fed.day is None or fed.day < today:
        late = f"The listing of {short_day(today)} is not there yet."
        return {"outcome": Outcome.UNCHANGED, "result": late}
    if fed.outcome == Outcome.EMPTY:
        return {"outcome": Outcome.EMPTY, "result": "0 new: arXiv announced nothing in this category today."}
    return {"outcome": Outcome.UNCHANGED, "result": "Nothing new since today’s listing."}


def _late() -> datetime:
    soon = now() + timedelta(minutes=limits.LATE_MINUTES)
    return min(soon, announcements.next_out(now())) + SPREAD * _chance.random()


# --- the days before, and what the newest day lacks ---------------------------------------------------------


def _catch_up(row: Subscription, fed: _Fed, today: date) -> list[date]:
    """Bring in the days that were missed, and return those that arXiv's page no longer has."""
    missing = _missing(row, fed, today)
    if not missing:
        return row.gaps
    content = ask(Asked(arxiv_feed.past_week_of(row.category))).content
    found = read_answer(content)
    if found.days & missing:
        take_in(row.category, content, filename=f"{row.category}.pastweek.html")
    begun = announcements.newest_day(row.followed_at) if row.followed_at else today
    first = min(found.days, default=today)
    lost = {day for day in missing if begun < day < first}
    return sorted({*row.gaps, *lost})[-limits.GAPS_KEPT :]


def _missing(row: Subscription, fed: _Fed, today: date) -> set[date]:
    """Return the days since the last settled one that should have a listing and have none."""
    since = row.settled_on or today
    expected = set(announcements.expected_days(since, today)) - {fed.day}
    here = Listing.objects.filter(category=row.category, announced_on__in=expected)
    return expected - set(here.values_list("announced_on", flat=True))


def _check_newest(row: Subscription, fed: _Fed) -> tuple[int, bool]:
    """Compare the newest listing with what arXiv's page says it holds, and bring in what it lacks.

    Returns how many times the page was looked at for this day, and whether another look is due.
    """
    day = fed.day
    tries = row.page_tries if day and day == row.settled_on else 0
    shown = Listing.objects.shown().filter(category=row.category)
    listing = shown.filter(announced_on=day).first() if day else None
    if listing is None:  # it waits for a person, or another worker is publishing it just now
        return tries + 1, fed.outcome == Outcome.LISTING and tries + 1 < limits.SHORT_RETRIES
    if tries >= limits.SHORT_RETRIES or _is_whole(listing):
        return tries, False
    try:
        is_whole = _compare(row, listing)
    except Trouble as trouble:
        logger.info("the page of %s was not read: %s", row.category, trouble.sentence)
        is_whole = False
    return tries + 1, not is_whole and tries + 1 < limits.SHORT_RETRIES


def _compare(row: Subscription, listing: Listing) -> bool:
    """Bring in what the page has more than the listing, and say whether the listing is whole then; raises Trouble."""
    content = ask(Asked(arxiv_feed.newest_page_of(row.category))).content
    found = read_answer(content)
    if found.days != {listing.announced_on} or not found.stated:
        return False
    Listing.objects.filter(pk=listing.pk).update(stated=found.stated)
    if not found.ids <= _known(row.category, listing.announced_on):
        take_in(row.category, content, filename=f"{row.category}.new.html")
    listing.stated = found.stated
    return _is_whole(listing)


def _is_whole(listing: Listing) -> bool:
    """Say whether the source has stated what the listing holds, and it does."""
    return bool(listing.stated) and not completeness(listing, listing.entries.all()).missing

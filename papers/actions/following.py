"""Which categories the server follows: asked for by organisers, followed and stopped by admins."""

from collections.abc import Iterable
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.db import transaction

from core import limits
from core.categories import takes_papers
from core.clock import now
from core.errors import Conflict, Invalid, NotFound
from papers.access import require_importer
from papers.models import Subscription
from papers.sources import announcements

if TYPE_CHECKING:
    from accounts.models import User

State = Subscription.State


def ask_for(by: "User | None", categories: Iterable[str], *, anew: Iterable[str] = ()) -> None:
    """Ask for the categories that nobody has asked for yet; whoever asked first is kept.

    One that was stopped is asked for again when it is among `anew`.
    """
    wanted = sorted({category for category in categories if takes_papers(category)})
    with transaction.atomic():
        Subscription.objects.bulk_create(
            [Subscription(category=category, asked_by=by) for category in wanted], ignore_conflicts=True
        )
        stopped = Subscription.objects.filter(category__in=set(anew) & set(wanted), state=State.STOPPED)
        stopped.update(state=State.ASKED, asked_by=by, asked_at=now())


def follow(by: "User", categories: Iterable[str]) -> list[str]:
    """Follow the categories from now on, with the past week to begin with, and return those that were not yet.

    Raises Invalid when arXiv has no listing of one of them; nothing is followed then.
    """
    require_importer(by)
    wanted = sorted(set(categories))
    for category in wanted:
        if not takes_papers(category):
            raise Invalid(f"arXiv makes no listing called “{category[:40]}” today.", field="categories")
    with transaction.atomic():
        Subscription.objects.bulk_create(
            [Subscription(category=category, asked_by=by) for category in wanted], ignore_conflicts=True
        )
        rows = Subscription.objects.select_for_update().filter(category__in=wanted).order_by("category")
        begun = [row for row in rows if row.state != State.FOLLOWED]
        for row in begun:
            _begin(row)
    return [row.category for row in begun]


def set_following(by: "User", category: str, state: str) -> None:
    """Follow the category (`followed`), no longer (`stopped`), or have it looked at at once (`due`).

    Whoever stops it keeps what came in; a repeat changes nothing. Raises Conflict when something is to be
    fetched that is not followed.
    """
    require_importer(by)
    if state == State.FOLLOWED:
        follow(by, [category])
    elif state == State.STOPPED:
        _stop(category)
    else:
        _fetch_now(category)


def _stop(category: str) -> None:
    with transaction.atomic():
        row = _row(category)
        if row.state != State.STOPPED:
            _change(row, state=State.STOPPED, next_due=None)


def _fetch_now(category: str) -> None:
    with transaction.atomic():
        row = _row(category)
        if row.state != State.FOLLOWED:
            raise Conflict(f"{category} is not followed, so nothing is fetched. Follow it first.")
        _change(row, next_due=now(), page_tries=0)


def _begin(row: Subscription) -> None:
    moment = now()
    _change(
        row,
        state=State.FOLLOWED,
        followed_at=moment,
        next_due=moment,
        etag="",
        last_modified="",
        failures=0,
        outcome=Subscription.Outcome.NONE,
        result="",
        settled_on=announcements.newest_day(moment) - timedelta(days=limits.CATCH_UP_DAYS),
        gaps=[],
        page_tries=0,
    )


def _row(category: str) -> Subscription:
    row = Subscription.objects.select_for_update().filter(category=category).first()
    if row is None:
        raise NotFound
    return row


def _change(row: Subscription, **changes: Any) -> None:
    for name, value in changes.items():
        setattr(row, name, value)
    row.save(update_fields=changes.keys())

"""The categories that the server follows, and how each is getting on."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from django.conf import settings
from django.db.models import Max

from core import limits
from core.categories import category_name
from core.clock import now
from papers.access import require_importer
from papers.models import Import, Listing, Paper, Source, Subscription
from papers.sources import announcements

if TYPE_CHECKING:
    from accounts.models import User

State = Subscription.State
UNKNOWN_SHOWN = 10  # ids that arXiv does not know


@dataclass(frozen=True, slots=True)
class SubscriptionRow:
    """A category with the state of its subscription."""

    subscription: Subscription
    name: str
    is_waiting: bool  # a look is due, and a worker will take it
    to_review: int | None  # the import that waits for an admin
    gaps: list[date]  # days that were missed and still are

    @property
    def category(self) -> str:
        return self.subscription.category


@dataclass(frozen=True, slots=True)
class SubscriptionsPage:
    """Everything about following: by state, and what is being filled in meanwhile."""

    followed: list[SubscriptionRow]
    asked: list[SubscriptionRow]
    stopped: list[SubscriptionRow]
    asks_arxiv: bool
    next_out: datetime
    to_fill: int
    unknown: list[str]

    @property
    def is_waiting(self) -> bool:
        """Say whether something will change within seconds, so that the page should look again."""
        return self.asks_arxiv and any(row.is_waiting for row in self.followed)

    @property
    def version(self) -> str:
        """Return what changes whenever the page looks different."""
        rows = [*self.followed, *self.asked, *self.stopped]
        said = [
            f"{row.category} {row.subscription.state} {row.subscription.fetched_at} {row.is_waiting}" for row in rows
        ]
        seen = [f"{row.to_review} {row.gaps} {row.subscription.next_due}" for row in self.followed]
        parts = [*said, *seen, str(self.to_fill), *self.unknown]
        return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class CategoryState:
    """Whether the server follows a category, for the people who read it."""

    code: str
    name: str
    state: str  # followed, asked, stopped, or empty: nobody has asked for it


def subscriptions_page(by: "User") -> SubscriptionsPage:
    """Return the page of subscriptions in a fixed number of statements."""
    require_importer(by)
    rows = _rows(list(Subscription.objects.select_related("asked_by").order_by("category")))
    to_fill = Paper.objects.filter(fill_due__isnull=False).count()
    unknown = Paper.objects.filter(
        source=Source.ARXIV, title="", fill_due__isnull=True, fill_tries__range=(1, limits.FILL_TRIES - 1)
    )
    return SubscriptionsPage(
        followed=[row for row in rows if row.subscription.state == State.FOLLOWED],
        asked=[row for row in rows if row.subscription.state == State.ASKED],
        stopped=[row for row in rows if row.subscription.state == State.STOPPED],
        asks_arxiv=settings.ARXIV_REQUESTS,
        next_out=announcements.next_expected(now()),
        to_fill=to_fill,
        unknown=list(unknown.order_by("-pk").values_list("external_id", flat=True)[:UNKNOWN_SHOWN]),
    )


def category_states(categories: Sequence[str]) -> list[CategoryState]:
    """Return the categories in their order, each with its state."""
    states = dict(Subscription.objects.filter(category__in=categories).values_list("category", "state"))
    return [CategoryState(code, category_name(code) or code, states.get(code, "")) for code in categories]


def _rows(subscriptions: list[Subscription]) -> list[SubscriptionRow]:
    categories = [each.category for each in subscriptions]
    fetched = Import.objects.filter(kind=Import.Kind.FEED, state=Import.State.REVIEW, category__in=categories)
    to_review = dict(fetched.order_by().values_list("category").annotate(Max("pk")))
    days = {day for each in subscriptions for day in each.gaps}
    here = Listing.objects.filter(category__in=categories, announced_on__in=days)
    present = set(here.values_list("category", "announced_on"))
    moment = now()
    return [
        SubscriptionRow(
            subscription=each,
            name=category_name(each.category) or "",
            is_waiting=each.next_due is not None and each.next_due <= moment,
            to_review=to_review.get(each.category),
            gaps=[day for day in each.gaps if (each.category, day) not in present],
        )
        for each in subscriptions
    ]

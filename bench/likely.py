"""How well new papers are sorted for someone: by what was learned of them, newest first, and in arXiv's order.

Simulated members like papers by category, words and authors, with some chance; they vote on the papers of sixty days,
and the papers of the next four weeks are sorted for them, a week at a time. The papers are recorded ones. The people
of the demo are asked as well: half of their votes are held back each time, and looked for among all papers but the
known half. Each order's figure is its average precision against the votes that were held back. No order does better
than that by the interest itself, since chance has a part. Where scikit-learn can be imported, TF-IDF with a logistic
regression learns from the same votes.
"""

import importlib
import importlib.util
import random
import statistics
import time
from collections import defaultdict
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from math import exp
from typing import Any
from uuid import uuid4

from django.contrib.auth import get_user_model
from django.core.management import call_command
from django.db import transaction  # noqa: TID251 - all of it is taken back
from django.db.models import F

from bench.ingest import _papers
from core.text import inline_html
from discussion.actions.learning import liking_of
from discussion.models import GroupPaper, Taste, Vote
from discussion.queries.liking import liked
from groups.models import Group, Membership, Role
from papers.models import Entry, Listing, Paper

MEMBERS, DAYS, A_DAY, WEEKS, WEEK_DAYS = 30, 60, 80, 4, 5
CATEGORY = "math.CT"  # not one that the demo follows
FIRST = date(2025, 1, 1)
Order = Sequence[int]  # ids of papers, the likeliest first


@dataclass
class Person:
    """What a simulated member is interested in, and what they voted for."""

    membership: Membership
    categories: set[str]
    words: set[str]
    authors: set[str]
    votes: set[int] = field(default_factory=set)

    def interest(self, paper: Paper) -> float:
        """Return how probable it is that they vote for the paper."""
        words = self.words & _words(paper)
        interest = 1.5 * bool(self.categories & set(paper.categories)) + 1.8 * min(len(words), 3)
        return 1 / (1 + exp(5.5 - interest - 3 * bool(self.authors & set(paper.authors))))

    def likes(self, paper: Paper, chance: random.Random) -> bool:
        return chance.random() < self.interest(paper)


def run() -> dict[str, object]:
    """Return the mean average precision of each order."""
    chance = random.Random(5)  # noqa: S311 - a simulation
    group = Group.objects.create(
        name="Bench", slug=f"bench-{uuid4().hex[:8]}", zone="Europe/Berlin", categories=[CATEGORY]
    )
    papers = _recorded()
    read = papers[: DAYS * A_DAY]
    _announce(read, 0)
    people = [_person(group, read, chance) for _ in range(MEMBERS)]
    for person in people:
        person.votes = {paper.pk for paper in read if person.likes(paper, chance)}
        _vote(group, person)
    learned = [_learn(person.membership) for person in people]
    regressions = [_regression(read, person.votes) for person in people] if _has_sklearn() else []
    coming = papers[len(read) : len(read) + WEEKS * WEEK_DAYS * A_DAY]
    _announce(coming, DAYS)
    return {
        "simulated members": MEMBERS,
        "votes of a member, median": statistics.median(len(person.votes) for person in people),
        "learning ms, median": round(statistics.median(learned), 1),
        "average precision": _judged(people, coming, regressions, chance),
        "demo": _demo(),
    }


def _recorded() -> list[Paper]:
    """Put the recorded papers in, in arXiv's order."""
    Paper.objects.bulk_create(
        (
            Paper(
                external_id=one["id"],
                title=one["title"],
                title_html=inline_html(one["title"]),
                abstract=one["abstract"],
                authors=one["authors"],
                primary_category=one["categories"][0],
                categories=one["categories"],
            )
            for one in _papers()
        ),
        batch_size=1000,
        ignore_conflicts=True,
    )
    return list(Paper.objects.order_by("external_id"))


def _announce(papers: Sequence[Paper], first: int) -> None:
    """Announce the papers, so many a day, from the given day on."""
    for number in range(len(papers) // A_DAY):
        day = FIRST + timedelta(days=first + number)
        listing = Listing.objects.create(category=CATEGORY, announced_on=day, state=Listing.State.SHOWN)
        Entry.objects.bulk_create(
            Entry(listing=listing, paper=paper, position=position, announce_type="new")
            for position, paper in enumerate(papers[number * A_DAY : (number + 1) * A_DAY], 1)
        )


def _person(group: Group, papers: Sequence[Paper], chance: random.Random) -> Person:
    """Make someone whose interests are those of five papers from the same corner."""
    begun = chance.choice(papers)
    near = [paper for paper in papers if begun.primary_category in paper.categories]
    chosen = [begun, *chance.sample(near, min(4, len(near)))]
    titles = [word for paper in chosen for word in sorted(_words(paper, title_only=True))]
    categories = {category for paper in chosen for category in paper.categories[:1]}
    user = get_user_model().objects.create_user(f"{uuid4().hex}@example.org", name="Bench", password=None)
    membership = Membership.objects.create(group=group, user=user, role=Role.MEMBER)
    words = set(chance.sample(titles, min(8, len(titles))))
    return Person(membership, categories, words, {author for paper in chosen for author in paper.authors[-1:]})


def _words(paper: Paper, *, title_only: bool = False) -> set[str]:
    text = paper.title if title_only else f"{paper.title} {paper.abstract}"
    return {word for word in text.lower().replace(":", " ").replace(".", " ").split() if len(word) > 6}


def _vote(group: Group, person: Person) -> None:
    GroupPaper.objects.bulk_create(
        [GroupPaper(group=group, paper_id=paper) for paper in person.votes], ignore_conflicts=True
    )
    known = GroupPaper.objects.filter(group=group, paper__in=person.votes)
    Vote.objects.bulk_create(Vote(group=group, group_paper=one, member=person.membership.user) for one in known)


def _learn(membership: Membership) -> float:
    """Learn as the worker does, and return how many milliseconds that took."""
    begun = time.perf_counter()
    liking = liking_of(membership.user_id, membership.group_id, membership.group.categories)
    Taste.objects.update_or_create(member=membership.user, group=membership.group, defaults={"liking": liking})
    return 1000 * (time.perf_counter() - begun)


def _judged(
    people: Sequence[Person],
    coming: Sequence[Paper],
    regressions: Sequence[Callable[[Sequence[Paper]], Order]],
    chance: random.Random,
) -> dict[str, float]:
    found: defaultdict[str, list[float]] = defaultdict(list)
    a_week = WEEK_DAYS * A_DAY
    for number, person in enumerate(people):
        voted = {paper.pk for paper in coming if person.likes(paper, chance)}
        for week in range(WEEKS):
            shown = coming[week * a_week : (week + 1) * a_week]
            wanted = voted & {paper.pk for paper in shown}
            if not wanted:
                continue
            orders = _orders(person.membership, [paper.pk for paper in shown])
            if regressions:
                orders["TF-IDF and logistic regression"] = regressions[number](shown)
            orders["by the interest itself"] = [one.pk for one in sorted(shown, key=person.interest, reverse=True)]
            for name, order in orders.items():
                found[name].append(average_precision(order, wanted))
    return {name: round(statistics.mean(each), 3) for name, each in found.items()}


def _orders(membership: Membership, papers: Collection[int]) -> dict[str, Order]:
    """Return the papers as the week page sorts them, newest first, and as arXiv lists them."""
    entries = Entry.objects.filter(paper__in=papers, listing__category__in=membership.group.categories)
    newest = ["-listing__announced_on", "listing__category", "position"]
    likely = entries.annotate(**liked(membership)).order_by(F("liking").desc(), *newest)
    listed = entries.order_by("listing__announced_on", "listing__category", "position")
    orders = {"likely for me": likely, "newest first": entries.order_by(*newest), "arXiv's order": listed}
    return {name: list(dict.fromkeys(order.values_list("paper", flat=True))) for name, order in orders.items()}


def average_precision(order: Order, wanted: Collection[int]) -> float:
    """Return the mean, over what is wanted, of the share of wanted papers as far down as it stands."""
    hits, total = 0, 0.0
    for place, paper in enumerate(order, 1):
        if paper in wanted:
            hits += 1
            total += hits / place
    return total / len(wanted)


def _has_sklearn() -> bool:
    return importlib.util.find_spec("sklearn") is not None


def _regression(read: Sequence[Paper], votes: Collection[int]) -> Callable[[Sequence[Paper]], Order]:
    """Learn from the same votes by TF-IDF and a logistic regression; return what sorts papers."""
    text: Any = importlib.import_module("sklearn.feature_extraction.text")
    linear: Any = importlib.import_module("sklearn.linear_model")
    vectors = text.TfidfVectorizer(stop_words="english", sublinear_tf=True, min_df=2)
    model = linear.LogisticRegression(C=10, class_weight="balanced", max_iter=500)
    model.fit(vectors.fit_transform(map(_everything, read)), [paper.pk in votes for paper in read])

    def sort(papers: Sequence[Paper]) -> Order:
        likely = model.decision_function(vectors.transform(map(_everything, papers)))
        return [paper.pk for _, paper in sorted(zip(likely, papers, strict=True), key=lambda one: -one[0])]

    return sort


def _everything(paper: Paper) -> str:
    names = " ".join(name.replace(" ", "_") for name in paper.authors)
    return f"{paper.title} {paper.abstract} {names} {' '.join(one.replace('.', '_') for one in paper.categories)}"


def _demo() -> dict[str, object]:
    """Hold back each half of the votes of everyone in the demo group."""
    call_command("demo", verbosity=0)
    group = Group.objects.get(slug="demo")
    found: defaultdict[str, list[float]] = defaultdict(list)
    asked = 0
    for membership in Membership.objects.present().filter(group=group).select_related("user", "group"):
        votes = Vote.objects.filter(group=group, member=membership.user).order_by("pk")
        voted = list(votes.values_list("group_paper__paper", flat=True).distinct())
        if len(voted) < 6:
            continue
        asked += 1
        for half in (0, 1):
            for name, figure in _held_back(membership, set(voted[half::2])).items():
                found[name].append(figure)
    precision = {name: round(statistics.mean(each), 3) for name, each in found.items()}
    return {"people": asked, "average precision": precision}


def _held_back(membership: Membership, wanted: set[int]) -> dict[str, float]:
    """Learn without the votes for these papers, and look for them among all but the known ones."""
    mine = Vote.objects.filter(group=membership.group, member=membership.user)
    known = set(mine.exclude(group_paper__paper__in=wanted).values_list("group_paper__paper", flat=True))
    listed = Entry.objects.filter(listing__category__in=membership.group.categories)
    papers = set(listed.values_list("paper", flat=True)) - known
    if not wanted & papers:
        return {}
    with transaction.atomic():
        mine.filter(group_paper__paper__in=wanted).delete()
        _learn(membership)
        orders = _orders(membership, papers)
        transaction.set_rollback(True)
    return {name: average_precision(order, wanted & papers) for name, order in orders.items()}

"""What a member likes is learned from their votes, saves and hides: by counting, in the database.

Decision 11 tells why nothing more is needed. A change wakes the worker; what a lost wake-up left stale is swept.
"""

import math
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db import connection, transaction
from django.db.models import Q

from core import limits, wake
from core.clock import now
from discussion.models import Taste
from groups.models import Membership

WORDS, AUTHORS, CATEGORIES = "words", "authors", "categories"
_KEPT = {WORDS: limits.LIKING_WORDS, AUTHORS: limits.LIKING_AUTHORS, CATEGORIES: limits.LIKING_CATEGORIES}
_LIKED_AT_LEAST = {WORDS: 2, AUTHORS: 1, CATEGORIES: 1}  # papers; what fewer have in common tells nothing
_HIDDEN_TIMES = 3  # a paper that was put aside says as much as so many that just passed by

# Papers that the member liked, the latest ones, and the latest that passed by in the group's listings.
_DOCUMENTS = """
WITH liked AS MATERIALIZED (
    SELECT paper FROM (
        SELECT group_paper.paper_id AS paper, vote.cast_at AS at
        FROM discussion_vote AS vote JOIN discussion_grouppaper AS group_paper ON group_paper.id = vote.group_paper_id
        WHERE vote.member_id = %(member)s AND vote.group_id = %(group)s
        UNION ALL
        SELECT paper_id, now() FROM discussion_queueitem
        WHERE member_id = %(member)s AND group_id = %(group)s AND dropped_at IS NULL
    ) AS each_one GROUP BY paper ORDER BY max(at) DESC LIMIT %(liked)s
), hidden AS MATERIALIZED (
    SELECT paper_id AS paper FROM discussion_hidden WHERE member_id = %(member)s AND group_id = %(group)s
    ORDER BY id DESC LIMIT %(liked)s
), passed AS MATERIALIZED (
    SELECT DISTINCT paper FROM (
        SELECT entry.paper_id AS paper
        FROM papers_entry AS entry JOIN papers_listing AS listing ON listing.id = entry.listing_id
        WHERE listing.category = ANY(%(categories)s) AND listing.state = 'shown'
        ORDER BY listing.announced_on DESC LIMIT %(passed)s
    ) AS latest
), documents AS (
    SELECT paper, 1 AS liked, 0 AS passed FROM liked
    UNION ALL SELECT paper, 0, 1 FROM passed WHERE paper NOT IN (SELECT paper FROM liked)
    UNION ALL SELECT paper, 0, %(times)s FROM hidden WHERE paper NOT IN (SELECT paper FROM liked)
)
"""
_COUNTS = (
    _DOCUMENTS  # noqa: S608 - constants, both
    + """, features AS (
    SELECT 'words' AS kind, term.lexeme AS value, liked, passed
    FROM documents JOIN papers_paper AS known ON known.id = paper, unnest(known.search) AS term
    WHERE term.weights && '{A,C}'::text[] AND length(term.lexeme) > 2
        AND term.lexeme <> ALL('{mathrm,mathcal,mathbf,mathbb,frac,sqrt,textbf,textit,textrm,emph}'::text[])
    UNION ALL
    SELECT 'authors', author, liked, passed
    FROM documents JOIN papers_paper AS known ON known.id = paper, jsonb_array_elements_text(known.authors) AS author
    UNION ALL
    SELECT 'categories', category, liked, passed
    FROM documents JOIN papers_paper AS known ON known.id = paper, unnest(known.categories) AS category
    UNION ALL
    SELECT 'all', '', liked, passed FROM documents
)
SELECT kind, value, sum(liked), sum(passed) FROM features
GROUP BY kind, value HAVING sum(liked) > 0 OR max(passed) > 1 OR kind = 'all'
"""
)
# How the words with these stems stand in what the member liked, the most common way.
_SHOWN = (
    _DOCUMENTS  # noqa: S608 - constants, both
    + """SELECT DISTINCT ON (stem) stem, word FROM (
    SELECT (ts_lexize('english_stem', word))[1] AS stem, word, times FROM (
        SELECT lower(fold_accents(word)) AS word, count(*) AS times
        FROM liked JOIN papers_paper AS known ON known.id = paper,
            regexp_split_to_table(known.title || ' ' || known.abstract, '[^[:alnum:]-]+') AS word
        GROUP BY 1
    ) AS words
) AS stems WHERE stem = ANY(%(stems)s) ORDER BY stem, times DESC, word
"""
)


@dataclass(frozen=True, slots=True)
class Count:
    """In how many papers something stands."""

    kind: str
    value: str
    liked: int
    passed: int


def want_learning(membership: Membership) -> None:
    """Have the worker learn from what the member just changed, unless they switched that off."""
    if membership.user.likely:
        wake.after_commit("discussion.tasks.learn", membership.user_id, membership.group_id)


def learn(member: int, group: int) -> None:
    """Learn what a member likes now; soon after the last time only remember that there is something to learn."""
    if not Membership.objects.filter(group=group, user=member, user__likely=True).exists():
        return
    Taste.objects.bulk_create([Taste(member_id=member, group_id=group)], ignore_conflicts=True)
    Taste.objects.filter(member=member, group=group).update(is_stale=True)
    learn_stale(Q(member=member, group=group))


def learn_stale(which: Q | None = None) -> None:
    """Learn, one after the other, what is stale and was not just learned; forget what members switched off."""
    Taste.objects.filter(member__likely=False).delete()
    while _learn_one(which or Q()):
        pass


def learn_anew() -> None:
    """Have everything learned again, since what passes by changes too."""
    Taste.objects.filter(is_stale=False).update(is_stale=True)


@transaction.atomic
def _learn_one(which: Q) -> bool:
    before = now() - timedelta(seconds=limits.LEARN_SECONDS)
    due = Taste.objects.filter(which, Q(learned_at__isnull=True) | Q(learned_at__lt=before), is_stale=True)
    taste = due.select_for_update(skip_locked=True, of=("self",)).select_related("group").order_by("pk").first()
    if taste is None:
        return False
    taste.liking = liking_of(taste.member_id, taste.group_id, taste.group.categories)
    taste.learned_at, taste.is_stale = now(), False
    taste.save(update_fields=["liking", "learned_at", "is_stale"])
    return True


def liking_of(member: int, group: int, categories: Sequence[str]) -> dict[str, dict[str, list[Any]]]:
    """Return what tells a paper that the member likes from one that passes by; nothing from too few papers."""
    asked: dict[str, Any] = {
        "member": member,
        "group": group,
        "categories": list(categories),
        "liked": limits.LIKED_PAPERS,
        "passed": limits.PASSED_PAPERS,
        "times": _HIDDEN_TIMES,
    }
    with connection.cursor() as cursor:
        cursor.execute(_COUNTS, asked)
        weights = _weighed([Count(*row) for row in cursor.fetchall()])
        cursor.execute(_SHOWN, asked | {"stems": list(weights.get(WORDS, ()))})
        shown = dict(cursor.fetchall())
    return {
        kind: {value: [round(weight, 3), shown.get(value, value)] for value, weight in of.items()}
        for kind, of in weights.items()
    }


def _weighed(counts: Iterable[Count]) -> dict[str, dict[str, float]]:
    """Weigh by how much more often something stands in what was liked than in what passed by.

    Kept is what weighs most and is not rare: a heavy word that one paper in a thousand has sorts nothing.
    """
    rows = list(counts)
    whole = next(row for row in rows if row.kind == "all")
    if (whole.liked or 0) < limits.LIKED_AT_LEAST:
        return {}
    share = whole.liked / (whole.liked + whole.passed)
    found: defaultdict[str, list[tuple[float, float, str]]] = defaultdict(list)
    for row in rows:
        if row.kind == "all" or 0 < row.liked < _LIKED_AT_LEAST[row.kind]:
            continue
        expected = share * (row.liked + row.passed)  # if liking had nothing to do with it
        weight = math.log((row.liked + 1) / (expected + 1))
        found[row.kind].append((abs(weight) * math.sqrt(row.liked + share * row.passed), weight, row.value))
    kept = {kind: sorted(all_of, reverse=True)[: _KEPT[kind]] for kind, all_of in found.items()}
    return {kind: {value: weight for _, weight, value in most} for kind, most in kept.items()}

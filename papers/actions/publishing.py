"""From staged entries to papers and listings: one short transaction, so that a listing shows whole or not at all.

All is done set by set in the database, so that the worker's memory does not grow with the file. Where an entry stands
in its listing, and its announce type, are from the source of the highest standing: one that says the type before one
that lets us guess it, then by rank and exactness (papers.actions.ranking). What other sources have besides comes after
the last. So it does not matter in which order sources of the same day come.
"""

from dataclasses import dataclass
from typing import Any

from django.db import connection, transaction

from core.leases import held
from papers.actions import found
from papers.actions.staging import find_staged
from papers.actions.telling import tell_of_end
from papers.models import Import, Listing

# In the order of the keys, so that two imports at once wait for each other instead of dying of it.
LISTINGS = """
INSERT INTO papers_listing (category, announced_on, state, stated, created_at)
SELECT DISTINCT category, announced_on, 'shown', '{}'::jsonb, now() FROM found
WHERE category <> '' AND announced_on IS NOT NULL ORDER BY category, announced_on
ON CONFLICT DO NOTHING
"""
LOCK = """
SELECT id, state FROM papers_listing
WHERE (category, announced_on) IN (SELECT category, announced_on FROM found)
ORDER BY category, announced_on FOR NO KEY UPDATE
"""
LEAVE_ALONE = """
UPDATE found SET category = '' FROM papers_listing listing
WHERE listing.id = ANY(%s) AND (found.category, found.announced_on) = (listing.category, listing.announced_on)
"""
FORGET = "DELETE FROM papers_entry WHERE listing_id = ANY(%s)"

ADD = """
INSERT INTO papers_entry (listing_id, paper_id, position, announce_type, inferred, version, weight, place)
SELECT listing.id, found.paper_id, found.place, found.announce_type, found.inferred, found.latest_version,
    found.standing, found.place
FROM found JOIN papers_listing listing USING (category, announced_on)
ORDER BY listing.id, found.place
ON CONFLICT (listing_id, paper_id) DO NOTHING
"""
# Of two sources of one standing, a replacement says more than what it replaces, and the earlier place stands.
IMPROVE = """
UPDATE papers_entry entry
SET (announce_type, inferred, weight, place, version) = (better.announce_type, better.inferred, better.weight,
    better.place, better.version)
FROM (
    SELECT entry.id, greatest(entry.version, found.latest_version) AS version,
        CASE WHEN is_better THEN found.announce_type ELSE entry.announce_type END AS announce_type,
        CASE WHEN is_better THEN found.inferred ELSE entry.inferred END AS inferred,
        CASE WHEN is_better THEN found.standing ELSE entry.weight END AS weight,
        CASE WHEN is_better THEN found.place ELSE entry.place END AS place
    FROM found JOIN papers_listing listing USING (category, announced_on)
    JOIN papers_entry entry ON entry.listing_id = listing.id AND entry.paper_id = found.paper_id
    CROSS JOIN LATERAL (
        SELECT (found.standing, array_position(by_news, found.announce_type), -found.place)
            > (entry.weight, array_position(by_news, entry.announce_type::text), -entry.place) AS is_better
        FROM (SELECT ARRAY['', 'cross', 'new', 'replace-cross', 'replace'] AS by_news) types
    ) compared
) better
WHERE entry.id = better.id
    AND (entry.announce_type, entry.inferred, entry.weight, entry.place, entry.version) IS DISTINCT FROM
        (better.announce_type, better.inferred, better.weight, better.place, better.version)
"""
# Entries of before places were kept stand where they stood.
NUMBER = """
UPDATE papers_entry entry SET position = counted.position
FROM (
    SELECT entry.id, row_number() OVER (
        PARTITION BY entry.listing_id
        ORDER BY entry.weight DESC, coalesce(nullif(entry.place, 0), entry.position), paper.external_id
    ) AS position
    FROM papers_entry entry JOIN papers_paper paper ON paper.id = entry.paper_id
    WHERE entry.listing_id = ANY(%s)
) counted
WHERE entry.id = counted.id AND entry.position <> counted.position
"""
COUNT = "SELECT count(*), count(*) FILTER (WHERE is_new) FROM found"

# What only members had named is the world's from now on; the few such papers have an index of their own.
SHOW = """
UPDATE papers_paper paper SET by_members = FALSE FROM found WHERE paper.by_members AND paper.id = found.paper_id
"""


@dataclass(frozen=True, slots=True)
class Published:
    """How many entries came in, how many of their papers were new, and how many entries the listings had not."""

    entries: int
    new: int
    added: int


def publish(batch: Import, token: int) -> None:
    """Merge what was staged into papers and listings in one transaction; the number of statements is fixed.

    An entry goes into the listing of its own day, else of the import's, and of the import's category; an entry with
    a day of its own may do without, and goes to its primary category. Without both, the paper comes in alone.
    Raises LeaseLost when the import is someone else's by now.
    """
    with transaction.atomic():
        batch = held(Import, batch.pk, token)
        done = publish_staged(batch)
        counts = batch.counts | {"known": done.entries - done.new, "added": done.added}
        batch.end(Import.State.DONE, done=done.entries, total=done.entries, counts=counts)
        tell_of_end(batch)


def publish_staged(batch: Import) -> Published:
    """Publish what is staged, inside the caller's transaction, and leave nothing staged."""
    with connection.cursor() as cursor:
        cursor.execute(found.CREATE)
        find_staged(cursor, batch)
        listings = _locked_listings(cursor, batch)
        found.merge_found(cursor)
        added = _add_entries(cursor, listings)
        cursor.execute(COUNT)
        entries, new = cursor.fetchone()
        cursor.execute(SHOW)
        cursor.execute(found.DROP)
    batch.staged.all()._raw_delete(batch.staged.db)
    _keep_stated(batch, listings)
    batch.listings.add(*listings)
    return Published(entries=entries, new=new, added=added)


def _locked_listings(cursor: Any, batch: Import) -> list[int]:
    """Return the keys of the listings, made if need be; one import at a time adds to them.

    One that is hidden stays hidden. One that was withdrawn starts afresh, and shows again, when a person sends it;
    the server by itself leaves it alone, and its papers come in without it.
    """
    cursor.execute(LISTINGS)
    cursor.execute(LOCK)
    states = dict(cursor.fetchall())
    withdrawn = [pk for pk, state in states.items() if state == Listing.State.WITHDRAWN]
    if batch.kind == Import.Kind.FEED:
        cursor.execute(LEAVE_ALONE, [withdrawn])
        return [pk for pk in states if pk not in withdrawn]
    cursor.execute(FORGET, [withdrawn])
    Listing.objects.filter(pk__in=withdrawn).update(state=Listing.State.SHOWN, stated={})
    return list(states)


def _add_entries(cursor: Any, listings: list[int]) -> int:
    """Add the listings' missing entries, improve those they have, count their positions; return how many are new."""
    cursor.execute(ADD)
    added: int = cursor.rowcount
    cursor.execute(IMPROVE)
    cursor.execute(NUMBER, [listings])
    return added


def _keep_stated(batch: Import, listings: list[int]) -> None:
    """Keep what the file says it holds; it speaks of one listing. Two sources that differ: the larger number."""
    if len(listings) != 1 or not batch.stated:
        return
    listing = Listing.objects.get(pk=listings[0])
    both = (listing.stated, batch.stated)
    listing.stated = {name: max(each.get(name, 0) for each in both) for name in sorted({*both[0], *both[1]})}
    listing.save(update_fields=["stated"])

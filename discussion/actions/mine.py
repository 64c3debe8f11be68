"""A member's own state: saved, hidden, seen. All are set, never toggled, and touch nothing that the group shares.

The membership is held, so that a member's own changes come one after the other.
"""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Max

from core import limits
from core.clock import now
from core.errors import Invalid, NotFound
from core.wording import plural
from discussion.access import paper_of
from discussion.actions.learning import want_learning
from discussion.models import Comment, Follow, Hidden, LastRead, Noticed, QueueItem, Seen
from discussion.models.mine import QueueItemQuerySet
from discussion.queries.unread import unread_for
from groups.access import membership_for
from groups.models import Membership
from papers.models import Listing, Paper

if TYPE_CHECKING:
    from accounts.models import User


@transaction.atomic
def set_saved(*, by: "User", slug: str, address: str, on: bool) -> Paper:
    """Put a paper at the end of the member's queue, or drop it; one that was dropped comes back where it stood."""
    membership = membership_for(by, slug, lock=True)
    want_learning(membership)
    paper = paper_of(membership.group, address)
    mine = _mine(membership)
    if not on:
        _drop(mine.filter(paper=paper))
    elif not mine.kept().filter(paper=paper).exists():
        _check_room(membership, 1)
        if not mine.filter(paper=paper).update(dropped_at=None):
            last = mine.aggregate(last=Max("position"))["last"] or 0
            QueueItem.objects.create(group=membership.group, member=by, paper=paper, position=last + 1)
    return paper


@transaction.atomic
def set_kept(*, by: "User", slug: str, items: Iterable[int], on: bool) -> list[int]:
    """Drop items of the member's queue, or bring dropped ones back; return the ids of those that changed."""
    membership = membership_for(by, slug, lock=True)
    want_learning(membership)
    changing = _mine(membership).filter(pk__in=items, dropped_at__isnull=not on)
    ids = list(changing.values_list("pk", flat=True))
    if on:
        _check_room(membership, len(ids))
        changing.update(dropped_at=None)
    else:
        _mine(membership).filter(dropped_at__lt=now() - timedelta(days=limits.DROPPED_DAYS)).delete()
        _drop(changing)
    return ids


@transaction.atomic
def move_saved(*, by: "User", slug: str, address: str, to: str = "", place: int | None = None) -> Paper:
    """Move a paper of the queue `to` the place "up" or "down" from its own or to the "top", or to a place from 1 on."""
    membership = membership_for(by, slug, lock=True)
    paper = paper_of(membership.group, address)
    items = list(_mine(membership).kept())
    at = _place(items, paper)
    goal = place - 1 if place else {"up": at - 1, "down": at + 1, "top": 0}[to]
    items.insert(min(max(goal, 0), len(items) - 1), items.pop(at))
    for position, item in enumerate(items, 1):
        item.position = position
    QueueItem.objects.bulk_update(items, ["position"])
    return paper


@transaction.atomic
def set_note(*, by: "User", slug: str, address: str, note: str) -> Paper:
    """Set what the member notes for themselves about a saved paper."""
    membership = membership_for(by, slug, lock=True)
    paper = paper_of(membership.group, address)
    if not _mine(membership).kept().filter(paper=paper).update(note=note):
        raise NotFound
    return paper


@transaction.atomic
def set_hidden(*, by: "User", slug: str, address: str, on: bool) -> Paper:
    """Set whether the paper is not for this member."""
    membership = membership_for(by, slug, lock=True)
    want_learning(membership)
    paper = paper_of(membership.group, address)
    if on:
        hidden = Hidden(group=membership.group, member=by, paper=paper)
        Hidden.objects.bulk_create([hidden], ignore_conflicts=True)
    else:
        Hidden.objects.filter(group=membership.group, member=by, paper=paper).delete()
    return paper


@transaction.atomic
def set_following(*, by: "User", slug: str, address: str, state: str) -> Paper:
    """Set what the member wants to hear of a paper's discussion: "follow", "mute" or "normal"."""
    membership = membership_for(by, slug, lock=True)
    paper = paper_of(membership.group, address)
    if state == "normal":
        Follow.objects.filter(group=membership.group, member=by, paper=paper).delete()
    else:
        Follow.objects.update_or_create(group=membership.group, member=by, paper=paper, defaults={"state": state})
    return paper


@transaction.atomic
def set_read(*, by: "User", slug: str, address: str, comment: int) -> Membership:
    """Remember that the member has read what was written about a paper, as far as this comment; never less far.

    What came in while they were reading stays new.
    """
    membership = membership_for(by, slug, lock=True, frozen=True)
    group = membership.group
    found = Comment.objects.filter(group=group, group_paper__paper=paper_of(group, address), pk=comment).first()
    if found is None:
        raise NotFound
    before = LastRead.objects.filter(group_paper=found.group_paper_id, member=by)
    if not before.exists():
        LastRead.objects.create(group_paper_id=found.group_paper_id, member=by, read_at=found.written_at)
    before.filter(read_at__lt=found.written_at).update(read_at=found.written_at)
    return membership


@transaction.atomic
def set_all_read(*, by: "User", slug: str, comment: int) -> dict[int, datetime | None]:
    """Remember that the member has read whatever was unread when this comment was written.

    Return what `set_unread` takes to undo it: of each paper, by its id in the group, until when it had been read.
    """
    membership = membership_for(by, slug, lock=True, frozen=True)
    last = Comment.objects.filter(group=membership.group, pk=comment).first()
    if last is None:
        raise NotFound
    unread = unread_for(membership).filter(written_at__lte=last.written_at)
    newest = dict(unread.values_list("group_paper").annotate(Max("written_at")).order_by())
    before = dict.fromkeys(newest)
    before |= dict(LastRead.objects.filter(member=by, group_paper__in=newest).values_list("group_paper", "read_at"))
    LastRead.objects.bulk_create(
        [LastRead(member=by, group_paper_id=pk, read_at=at) for pk, at in newest.items()],
        update_conflicts=True,
        unique_fields=["group_paper", "member"],
        update_fields=["read_at"],
    )
    return before


@transaction.atomic
def set_unread(*, by: "User", slug: str, comment: int, before: Iterable[tuple[int, datetime | None]]) -> None:
    """Let papers be unread again as `before` tells; what was read since, beyond this comment, stays so."""
    group = membership_for(by, slug, lock=True, frozen=True).group
    last = Comment.objects.filter(group=group, pk=comment).first()
    if last is None:
        raise NotFound
    mine = LastRead.objects.filter(member=by, group_paper__group=group, read_at__lte=last.written_at)
    told = dict(before)
    mine.filter(group_paper__in=[about for about, at in told.items() if at is None]).delete()
    were = {about: at for about, at in told.items() if at}
    back = [one for one in mine.filter(group_paper__in=were) if one.read_at > were[one.group_paper_id]]
    for one in back:
        one.read_at = were[one.group_paper_id]
    LastRead.objects.bulk_update(back, ["read_at"])


@transaction.atomic
def notice_own_paper(*, by: "User", slug: str, address: str) -> Paper:
    """Remember that the member has noticed a paper of their own: for good, in all groups."""
    paper = paper_of(membership_for(by, slug, lock=True, frozen=True).group, address)
    Noticed.objects.bulk_create([Noticed(member=by, paper=paper)], ignore_conflicts=True)
    return paper


@transaction.atomic
def set_seen(*, by: "User", slug: str, category: str, day: date, position: int, onward: bool) -> int:
    """Set how far the member has read a listing, and return how far that was before.

    `onward` never goes back: what moving through the page says may come late, or from another window.
    """
    group = membership_for(by, slug, lock=True, frozen=True).group
    shown = Listing.objects.shown().filter(category__in=group.categories)
    listing = shown.filter(category=category, announced_on=day).first()
    if listing is None:
        raise NotFound
    seen, is_new = Seen.objects.select_for_update().get_or_create(
        member=by, listing=listing, defaults={"position": position}
    )
    before = 0 if is_new else seen.position
    seen.position = max(seen.position, position) if onward else position
    seen.changed_at = now()
    seen.save(update_fields=["position", "changed_at"])
    return before


def _mine(membership: Membership) -> QueueItemQuerySet:
    return QueueItem.objects.filter(group=membership.group, member=membership.user)


def _drop(items: QueueItemQuerySet) -> None:
    items.filter(dropped_at__isnull=True).update(dropped_at=now())


def _check_room(membership: Membership, more: int) -> None:
    kept = _mine(membership).kept().count()
    if kept + more > limits.QUEUE_ITEMS:
        raise Invalid(
            f"Your queue has {plural(kept, 'paper', 'papers')}, and {limits.QUEUE_ITEMS} is the limit. "
            "Nothing was saved: drop some first."
        )


def _place(items: Sequence[QueueItem], paper: Paper) -> int:
    place = next((at for at, item in enumerate(items) if item.paper_id == paper.pk), None)
    if place is None:
        raise NotFound
    return place

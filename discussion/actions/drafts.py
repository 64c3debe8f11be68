"""What members are writing: saved while they do, one row a member, paper and thread.

A draft has a version, which grows with each change; who saves names the one that they know. So two tabs never
overwrite each other unseen. Once it was sent the row stays, empty, and older tabs learn of it.
"""

from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import F

from core.clock import now
from core.errors import Conflict, NotFound
from discussion.access import paper_of
from discussion.models import Comment, Draft
from groups.access import membership_for
from groups.models import Membership

if TYPE_CHECKING:
    from accounts.models import User


class DraftConflict(Conflict):
    """The draft was changed from another tab or device; `draft` is how it stands."""

    def __init__(self, draft: Draft) -> None:
        super().__init__("This was changed in another tab or on another device. Both texts are kept; choose one.")
        self.draft = draft


@transaction.atomic
def save_draft(*, by: "User", slug: str, address: str, text: str, seen: int, parent: int | None = None) -> Draft:
    """Save what a member is writing; `seen` is the version that they went on from, 0 for none.

    The same text again changes nothing. Raises DraftConflict when it says something else since `seen`.
    """
    membership = membership_for(by, slug, lock=True)
    paper = paper_of(membership.group, address)
    on_paper = Comment.objects.filter(group=membership.group, group_paper__paper=paper, parent__isnull=True)
    thread = on_paper.filter(pk=parent).first() if parent else None
    if parent and thread is None:
        raise NotFound
    place = {"group": membership.group, "member": by, "paper": paper, "parent": thread}
    draft = Draft.objects.filter(**place).first()
    if draft is None:
        new = Draft(**place, text=text, version=seen + 1)
        if text:
            new.save()
        return new
    if draft.text != text:
        _change(draft, text, seen)
    return draft


def _change(draft: Draft, text: str, seen: int) -> None:
    if draft.version != seen:
        raise DraftConflict(draft)
    draft.text, draft.version, draft.saved_at = text, seen + 1, now()
    draft.save(update_fields=["text", "version", "saved_at"])


def clear_draft(membership: Membership, paper: int, thread: Comment | None) -> None:
    """Empty what the member had saved: it was sent. What a tab saves on its way late is then not taken for new."""
    place = {"group": membership.group, "member": membership.user, "paper_id": paper, "parent": thread}
    if not Draft.objects.filter(**place).update(text="", version=F("version") + 1, saved_at=now()):
        Draft.objects.create(**place)

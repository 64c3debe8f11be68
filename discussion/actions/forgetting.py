"""A person goes: those who named them in a comment named a former member."""

import re
from html import escape
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Q

from discussion.models import Comment, CommentRevision, Mention

if TYPE_CHECKING:
    from accounts.models import User

_GONE = "@former member"


@transaction.atomic
def forget_mentions(person: "User") -> None:
    """Take the person's name out of every mention, as it stands and as it stood; call it while they have the name."""
    names = {" ".join(person.name.split()), *person.name.split()[:1]}
    if not names:
        return
    written = "|".join(re.escape(one) for one in sorted(names, key=len, reverse=True))
    typed = re.compile(rf"(?<![\w@.])@(?:{written})(?!\w)", re.IGNORECASE)
    shown = re.compile(rf"@(?:{escape(written, quote=False)})(?=</strong>)", re.IGNORECASE)
    mentioned = Mention.objects.filter(member=person).values("comment")
    comments = list(Comment.objects.filter(pk__in=mentioned))
    for comment in comments:
        comment.markdown, comment.html = typed.sub(_GONE, comment.markdown), shown.sub(_GONE, comment.html)
    Comment.objects.bulk_update(comments, ["markdown", "html"], batch_size=500)
    theirs = CommentRevision.objects.filter(group__memberships__user=person)
    revisions = list(theirs.filter(Q(markdown__icontains=f"@{person.name}") | Q(comment__in=mentioned)).distinct())
    for revision in revisions:
        revision.markdown = typed.sub(_GONE, revision.markdown)
    CommentRevision.objects.bulk_update(revisions, ["markdown"], batch_size=500)

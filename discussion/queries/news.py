"""What the outbox asks of this app: whether what a message tells of still stands."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from discussion.models import Assignment, Comment, Follow

if TYPE_CHECKING:
    from notifications.models import Message


def reasons_against(messages: "Iterable[Message]") -> dict[int, str]:
    """Map messages, by id, to why they are not sent.

    A comment was deleted, its paper was muted, or a question was answered meanwhile.
    """
    comments, asked = _named(messages, "comment"), _named(messages, "assignment")
    reasons: dict[int, str] = {}
    if comments:
        reasons |= _against_comments(messages, comments)
    if asked:
        open_still = Assignment.objects.filter(pk__in=asked.values(), state=Assignment.State.ASKED)
        standing = set(open_still.values_list("pk", flat=True))
        questions = {one.pk for one in messages if one.recipient_id and one.version == ASKED}
        answered = {one for one, assignment in asked.items() if one in questions and assignment not in standing}
        reasons |= dict.fromkeys(answered, "It was answered or taken back meanwhile.")
    return reasons


def _against_comments(messages: "Iterable[Message]", comments: dict[int, int]) -> dict[int, str]:
    kept = Comment.objects.kept().filter(pk__in=comments.values())
    papers = {pk: (group, paper) for pk, group, paper in kept.values_list("pk", "group", "group_paper__paper")}
    people = {one.recipient_id for one in messages if one.pk in comments}
    follows = Follow.objects.filter(state=Follow.State.MUTE, member__in=people)
    muted = set(follows.values_list("member", "group", "paper"))
    reasons = {one: "The comment was deleted." for one, comment in comments.items() if comment not in papers}
    for one in messages:
        if one.pk in comments and one.pk not in reasons and (one.recipient_id, *papers[comments[one.pk]]) in muted:
            reasons[one.pk] = "The person muted the paper."
    return reasons


ASKED, TAKEN, FREED = 0, 1, 2  # what a message about an assignment tells of, as its version


def _named(messages: "Iterable[Message]", word: str) -> dict[int, int]:
    """Map messages that are about such an object to its id."""
    parts = ((one.pk, one.object.partition(":")) for one in messages)
    return {pk: int(number) for pk, (name, _, number) in parts if name == word}

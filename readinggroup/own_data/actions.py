"""An account goes: its name and address are nowhere, and what the person chose to leave stays whole."""

import json
import re
from datetime import timedelta
from typing import TYPE_CHECKING

from allauth.usersessions.models import UserSession
from django.apps import apps
from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.contrib.sessions.models import Session
from django.db import transaction
from django.db.models import Exists, Func, OuterRef, Q, Value

from accounts.models import User
from core import limits
from core.clock import now
from core.errors import Conflict
from discussion.actions import forget_mentions
from discussion.models import Comment, CommentRevision
from groups.actions import hand_on
from groups.models import Group, Invitation, Membership
from groups.queries import alone_in_running
from notifications.models import Kind, Message
from readinggroup.own_data.rules import RULES, End

if TYPE_CHECKING:
    from collections.abc import Iterable

FORMER = "Former member"


def ask_deletion(*, by: User, keep_comments: bool) -> None:
    """Let the account rest for a week, then go; refused to whom a group needs."""
    needed = alone_in_running(by)
    if needed:
        names = ", ".join(f"“{group.name}”" for group in needed)
        raise Conflict(
            f"You are the only organiser of {names}. Make someone else an organiser there, or delete the group."
        )
    by.rest_before_going(keep_comments=keep_comments)
    with transaction.atomic():
        by.save(update_fields=["delete_on", "delete_comments"])


def keep_account(*, by: User) -> None:
    """Take it back."""
    by.delete_on = None
    with transaction.atomic():
        by.save(update_fields=["delete_on"])


def erase_due() -> int:
    """Erase the accounts whose rest is over, each in a transaction of its own; return how many."""
    erased = 0
    while _erase_next():
        erased += 1
    return erased


def forget_traces() -> None:
    """Forget sessions that ended, with the network address of each, and addresses that were invited a month ago."""
    moment = now()
    ended = Session.objects.filter(expire_date__lt=moment)
    old = Invitation.objects.filter(created_at__lt=moment - timedelta(days=limits.INVITED_DAYS)).exclude(email="")
    with transaction.atomic():
        ended.delete()
        living = Session.objects.filter(session_key=OuterRef("session_key"))
        UserSession.objects.filter(~Exists(living)).delete()
        old.update(email="")


@transaction.atomic
def _erase_next() -> bool:
    # Not locked against those who merely refer to the person: a commit may wait for it while others wait for the log.
    due = User.objects.filter(delete_on__lte=now(), erased_at__isnull=True)
    person = due.select_for_update(skip_locked=True, no_key=True).order_by("delete_on", "pk").first()
    if person is None:
        return False
    _leave_groups(person)
    _forget_traces(person)
    _follow_rules(person)
    _blank(person)
    return True


def _leave_groups(person: User) -> None:
    """End the memberships; a group that nobody would run is handed on."""
    for membership in Membership.objects.present().select_related("group").filter(user=person).order_by("group_id"):
        hand_on(membership.group, without=person)
    present = Membership.objects.present().filter(user=person)
    present.update(left_at=now(), removed_by=None)


def _follow_rules(person: User) -> None:
    for key, rule in RULES.items():
        if rule.end is End.DELETE:
            model_name, _, field = key.rpartition(".")
            apps.get_model(model_name)._default_manager.filter(**{field: person}, **rule.only).delete()
    if person.delete_comments:
        CommentRevision.objects.filter(Q(comment__author=person) | Q(writer=person)).delete()
        # The places stay, for what was replied to them.
        Comment.objects.filter(author=person).update(markdown="", html="", deleted_at=now(), deleted_by=None)


def _forget_traces(person: User) -> None:
    """Take name and address out of what holds them by value: sessions, invitations, the admin's log, groups' lists."""
    addresses = {person.email.lower(), *_addresses(person)}
    for invitation in Invitation.objects.exclude(email=""):
        if invitation.email.lower() in addresses:
            Invitation.objects.filter(pk=invitation.pk).update(email="")
    own = [
        session.pk
        for session in Session.objects.iterator()
        if session.get_decoded().get("_auth_user_id") == str(person.pk)
    ]
    Session.objects.filter(pk__in=own).delete()
    _forget_in_messages(person)
    forget_mentions(person)
    kind = ContentType.objects.get_for_model(User)
    LogEntry.objects.filter(content_type=kind, object_id=str(person.pk)).delete()
    without = Func("own_authors", Value(person.name), function="array_remove")
    Group.objects.filter(own_authors__contains=[person.name]).update(own_authors=without)


def _forget_in_messages(person: User) -> None:
    """Let messages to others that wait, or were given up, speak of a former member, and none of their address."""
    Message.objects.filter(kind=Kind.REFUSED, object=f"refused:{person.pk}").delete()
    name = re.compile(rf"(?<!\w){re.escape(json.dumps(person.name, ensure_ascii=False)[1:-1])}(?!\w)")
    for message in Message.objects.exclude(payload={}).iterator():
        said = json.dumps(message.payload, ensure_ascii=False)
        if name.search(said):
            Message.objects.filter(pk=message.pk).update(payload=json.loads(name.sub(FORMER, said)))


def _addresses(person: User) -> "Iterable[str]":
    rows = apps.get_model("account.EmailAddress")._default_manager.filter(user=person)
    return [email.lower() for email in rows.values_list("email", flat=True)]


def _blank(person: User) -> None:
    """Leave of the person's row only that there was one."""
    blank = User(pk=person.pk, name=FORMER, email=f"former-{person.pk}@former.invalid", joined_at=person.joined_at)
    blank.set_unusable_password()
    blank.is_active = False
    blank.likely = False
    blank.erased_at = now()
    blank.save(force_update=True)

"""Start a group."""

from collections.abc import Iterator
from datetime import time
from itertools import count
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.text import slugify

from core import limits
from core.errors import Conflict
from groups.actions.recording import record
from groups.actions.schedule import ensure_meetings
from groups.models import AuditEvent, Group, Membership, Role
from papers.actions import ask_for

if TYPE_CHECKING:
    from accounts.models import User


def start_group(
    *,
    by: "User",
    key: UUID,
    name: str,
    zone: str,
    rule: str,
    start_time: time,
    meeting_minutes: int,
    categories: list[str],
) -> Group:
    """Start a group with the person as its organiser and its next meetings planned.

    The address is made from the name, with a number added when it is taken. The same `key` again, a form sent
    twice, returns the group of the first time.
    """
    group = Group(
        key=key,
        name=name,
        zone=zone,
        rule=rule,
        start_time=start_time,
        meeting_minutes=meeting_minutes,
        categories=categories,
    )
    with transaction.atomic():
        if not _insert(group):
            return _started_before(by=by, key=key)
        Membership.objects.create(group=group, user=by, role=Role.ORGANISER)
        record(group, AuditEvent.What.STARTED, by=by)
        ensure_meetings(group)
        ask_for(by, categories, anew=categories)
    return group


def _insert(group: Group) -> bool:
    """Insert the group under the first free address; tell False when its key is there already."""
    for slug in _slugs(group.name):
        group.slug = slug
        try:
            with transaction.atomic():
                group.save(force_insert=True)
        except IntegrityError:
            if Group.objects.filter(key=group.key).exists():
                return False
        else:
            return True
    raise AssertionError("unreachable: addresses never run out")


def _slugs(name: str) -> Iterator[str]:
    """Yield the addresses to try: "galaxy-group", "galaxy-group-2" and so on."""
    stem = slugify(name)[: limits.SLUG_CHARS - 6].strip("-") or "group"
    yield stem
    for number in count(2):
        yield f"{stem}-{number}"


def _started_before(*, by: "User", key: UUID) -> Group:
    group = Group.objects.filter(key=key, memberships__user=by, memberships__role=Role.ORGANISER).first()
    if group is None:
        raise Conflict("This form was sent before. Open a new one to start a group.")
    return group

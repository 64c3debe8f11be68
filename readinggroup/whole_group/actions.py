"""A group moves to another server, or goes when its rest is over, with everything that belongs to it."""

from collections.abc import Iterator
from itertools import chain, count
from typing import TYPE_CHECKING

from django.apps import apps
from django.db import IntegrityError, transaction
from django.db.models import Model
from django.utils.text import slugify

from core import limits
from core.clock import now
from core.errors import Invalid
from discussion.access import scope_of
from groups.access import organiser_membership_for
from groups.actions import record
from groups.models import AuditEvent, Group
from notifications.models import Message, Mute, Webhook
from papers.models import Paper
from readinggroup.whole_group.arriving import fill, group_columns, read
from readinggroup.whole_group.leaving import pack

if TYPE_CHECKING:
    from accounts.models import User


def export_group(*, by: "User", slug: str) -> bytes:
    """Return the whole group as a zip, to an organiser; the group's log says so."""
    with transaction.atomic():
        membership = organiser_membership_for(by, slug, lock=True, frozen=True)
        record(membership.group, AuditEvent.What.EXPORTED, by=by)
        return pack(membership.group)


def import_group(content: bytes, *, slug: str = "") -> Group:
    """Make a group of the export of another server, under its old address or the first free one like it.

    For whoever runs the server: it makes people, and lets them have said what the file says they said. Raises Invalid,
    and makes nothing, when the file is not whole.
    """
    document = read(content)
    said = document.get("group")
    wanted = slug or slugify(str(said.get("slug", "")) if isinstance(said, dict) else "") or "group"
    group = Group(**group_columns(document), slug=_free(wanted[: limits.SLUG_CHARS - 6]))
    try:
        with transaction.atomic():
            group.save(force_insert=True)
            fill(group, document)
            record(group, AuditEvent.What.IMPORTED, by=None)
    except IntegrityError as error:
        raise Invalid(f"The file contradicts itself: {str(error).splitlines()[0]}") from error
    return group


def _free(slug: str) -> str:
    taken = set(Group.objects.filter(slug__startswith=slug).values_list("slug", flat=True))
    return next(one for one in chain([slug], (f"{slug}-{number}" for number in count(2))) if one not in taken)


def end_due() -> int:
    """Delete the groups whose rest is over, each in a transaction of its own; return how many."""
    ended = 0
    while _end_next():
        ended += 1
    return ended


@transaction.atomic
def _end_next() -> bool:
    group = Group.objects.select_for_update(skip_locked=True).filter(delete_on__lte=now()).order_by("pk").first()
    if group is None:
        return False
    for model in rows_of_groups():
        model._default_manager.filter(group=group).delete()
    Paper.objects.filter(scope=scope_of(group)).delete()
    for named in (Message, Mute, Webhook):
        named._default_manager.filter(scope=group.notice_scope).delete()
    group.delete()
    return True


def rows_of_groups() -> Iterator[type[Model]]:
    """Yield the tables whose rows belong to a group, each before those that it points at."""
    left = [model for model in apps.get_models() if _points_at(model, Group)]
    while left:
        free = [one for one in left if not any(other is not one and _points_at(other, one) for other in left)]
        yield from free
        left = [model for model in left if model not in free]


def _points_at(model: type[Model], target: type[Model]) -> bool:
    return any(column.related_model is target for column in model._meta.concrete_fields)

"""A group's own form of its agendas in Markdown."""

from typing import TYPE_CHECKING

from django.db import transaction

from core.clock import now
from core.errors import Invalid
from groups.access import organiser_membership_for
from meetings.exports.markdown import TemplateProblem, drawn
from meetings.models import AgendaTemplate
from meetings.queries.template import SAMPLE

if TYPE_CHECKING:
    from accounts.models import User


def save_template(*, by: "User", slug: str, source: str) -> None:
    """Let the group's agendas have this form in Markdown; one that cannot be drawn is refused with its line."""
    try:
        drawn(source, SAMPLE)
    except TemplateProblem as problem:
        raise Invalid(str(problem), field="source") from problem
    with transaction.atomic():
        group = organiser_membership_for(by, slug, lock=True).group
        changed = {"source": source, "changed_by": by, "changed_at": now()}
        AgendaTemplate.objects.update_or_create(group=group, defaults=changed)


def reset_template(*, by: "User", slug: str) -> str:
    """Go back to the standard form; return what the group's own was, empty when it had none."""
    with transaction.atomic():
        group = organiser_membership_for(by, slug, lock=True).group
        own = AgendaTemplate.objects.filter(group=group).first()
        if own:
            own.delete()
    return own.source if own else ""

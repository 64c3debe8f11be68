"""How well papers fit what a member likes."""

from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db.models import F, FloatField, Func, JSONField, Subquery, TextField, Value
from django.db.models.functions import Coalesce

from core import limits
from discussion.models import Taste
from groups.models import Membership


def liked(membership: Membership) -> dict[str, Any]:
    """Return what annotates entries with how well their papers fit, and for what of them."""
    mine = Taste.objects.filter(member=membership.user_id, group=membership.group_id, member__likely=True)
    # Joined to an empty object, so that it is unpacked once and not for every paper.
    known = Func(
        Coalesce(Subquery(mine.values("liking")), Value({}, output_field=JSONField())),
        Value({}, output_field=JSONField()),
        arg_joiner=" || ",
        template="(%(expressions)s)",
        output_field=JSONField(),
    )
    paper = (F("paper__search"), F("paper__authors"), F("paper__categories"), known)
    return {
        "liking": Func(*paper, function="paper_liking", output_field=FloatField()),
        "liked_for": Func(
            *paper, Value(limits.LIKED_FOR), function="paper_liked_for", output_field=ArrayField(TextField())
        ),
    }

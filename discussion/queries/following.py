"""Which new papers match the searches that a member follows."""

from collections.abc import Collection, Iterable
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.contrib.postgres.search import SearchQueryField
from django.db.models import BooleanField, Exists, F, Func, JSONField, OuterRef, Q, QuerySet, TextField, Value
from django.db.models.functions import Cast, JSONObject

from core.among import among
from discussion.models import SavedSearch
from groups.models import Membership
from papers.models import Entry, Paper

_TYPES = Entry.AnnounceType
_REPLACED = frozenset({_TYPES.REPLACE, _TYPES.REPLACE_CROSS})


def newly_announced(entries: Iterable[Entry]) -> list[int]:
    """Return the ids of the papers that are no replacements."""
    return [entry.paper_id for entry in entries if entry.announce_type not in _REPLACED]


def matching(membership: Membership, papers: Collection[int]) -> "QuerySet[Paper, tuple[Any, ...]]":
    """Return (id, "followed", the searches of this member that it matches) of each paper, if any is followed at all."""
    mine = SavedSearch.objects.filter(
        group=membership.group_id, member=membership.user_id, follows=True, dropped_at__isnull=True
    )
    has_words = Func(
        OuterRef("search"),
        Cast(F("tsquery"), SearchQueryField()),
        template="(%(expressions)s)",
        arg_joiner=" @@ ",
        output_field=BooleanField(),
    )
    has_category = Func(
        F("category"),
        OuterRef("categories"),
        template="(%(expressions)s))",
        arg_joiner=" = ANY(",
        output_field=BooleanField(),
    )
    found = mine.filter(Q(has_words), Q(category="") | Q(has_category)).order_by("name", "pk")
    said = found.values(said=JSONObject(name="name", q="q", filters="filters"))
    searches = Cast(Func(ArraySubquery(said), function="to_jsonb"), JSONField())
    rows = Paper.objects.filter(among("pk", papers), Exists(mine)).order_by()
    return rows.values_list("pk", Value("followed", output_field=TextField()), searches)

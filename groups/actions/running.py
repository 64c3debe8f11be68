"""Run a group: its settings."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django.db import transaction

from groups.access import held_group_for, organiser_membership_for
from groups.actions.schedule import Plan, Replanned, replan
from papers.actions import ask_for

if TYPE_CHECKING:
    from accounts.models import User

SETTINGS = frozenset(
    {
        "name",
        "zone",
        "rule",
        "start_time",
        "meeting_minutes",
        "place",
        "link",
        "closes_hours_before",
        "minutes_per_paper",
        "short_minutes",
        "deep_minutes",
        "selection_rule",
        "publishes_itself",
        "own_papers",
        "pool_weeks",
        "vote_budget",
        "names_shown",
        "counts_wait",
        "categories",
        "marked_words",
        "own_authors",
    }
)


def change_settings(*, by: "User", slug: str, changes: Mapping[str, Any]) -> Replanned:
    """Change some settings, named as in the model; planned meetings that no one has touched follow."""
    unknown = changes.keys() - SETTINGS
    if unknown:
        raise ValueError(f"no settings of a group: {sorted(unknown)}")
    with transaction.atomic():
        group = held_group_for(by, slug)
        organiser_membership_for(by, slug, lock=True)
        before = Plan.of(group)
        read_before = set(group.categories)
        for name, value in changes.items():
            setattr(group, name, value)
        group.save(update_fields=changes.keys())
        if "categories" in changes:
            ask_for(by, group.categories, anew=set(group.categories) - read_before)
        return replan(group, before=before)

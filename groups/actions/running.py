"""Run a group: its settings."""

from collections.abc import Mapping
from datetime import time
from typing import TYPE_CHECKING, Any

from django.db import transaction

from core import limits
from groups.access import held_group_for, organiser_membership_for
from groups.actions.recording import record
from groups.actions.schedule import Plan, Replanned, replan
from groups.models import AuditEvent
from papers.actions import ask_for

if TYPE_CHECKING:
    from accounts.models import User

# What may be changed, as the activity log names it.
SETTINGS = {
    "name": "name",
    "zone": "time zone",
    "rule": "day of meeting",
    "rule_from": "where every two weeks counts from",
    "start_time": "time of meeting",
    "meeting_minutes": "minutes of a meeting",
    "place": "place",
    "link": "link to the call",
    "closes_hours_before": "hours before the meeting at which voting closes",
    "minutes_per_paper": "minutes for a paper",
    "short_minutes": "minutes for a short paper",
    "deep_minutes": "minutes for a long paper",
    "selection_rule": "how papers are chosen",
    "publishes_itself": "agenda publishes itself",
    "own_papers": "whether authors present their own papers",
    "pool_weeks": "weeks that a vote stands",
    "vote_budget": "votes a week",
    "names_shown": "who voted is shown",
    "counts_wait": "votes hidden until one has voted",
    "anonymous_questions": "questions without a name",
    "discussion_roles": "roles in the discussion",
    "categories": "categories",
    "marked_words": "words to look out for",
    "own_authors": "authors who belong to the group",
}
# The log cannot forget: it says that these were changed, not to what, since they may name people or open a door.
UNSAID = frozenset({"link", "place", "own_authors", "marked_words"})


def change_settings(*, by: "User", slug: str, changes: Mapping[str, Any]) -> Replanned:
    """Change some settings, named as in the model; planned meetings that no one has touched follow."""
    unknown = changes.keys() - SETTINGS.keys()
    if unknown:
        raise ValueError(f"no settings of a group: {sorted(unknown)}")
    with transaction.atomic():
        group = held_group_for(by, slug)
        organiser_membership_for(by, slug, lock=True)
        before = Plan.of(group)
        read_before = set(group.categories)
        said = [_said(name, getattr(group, name), value) for name, value in changes.items()]
        for name, value in changes.items():
            setattr(group, name, value)
        group.save(update_fields=changes.keys())
        if any(said):
            record(group, AuditEvent.What.SETTINGS, by=by, thing="; ".join(filter(None, said)))
        if "categories" in changes:
            ask_for(by, group.categories, anew=set(group.categories) - read_before)
        return replan(group, before=before)


def _said(name: str, before: Any, after: Any) -> str:
    """Return "time zone: UTC → Europe/Berlin"; empty when nothing changed."""
    if before == after:
        return ""
    if name in UNSAID:
        return SETTINGS[name]
    return f"{SETTINGS[name]}: {_value(before)} → {_value(after)}"


def _value(value: Any) -> str:
    if isinstance(value, bool):
        return "on" if value else "off"
    if isinstance(value, time):
        return f"{value:%H:%M}"
    text = ", ".join(value) if isinstance(value, list) else str("" if value is None else value)
    shown = text[: limits.EVENT_VALUE_CHARS]
    return (shown + "…" if shown != text else shown) or "none"

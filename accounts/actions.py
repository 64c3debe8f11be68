"""What people change about themselves."""

from typing import TYPE_CHECKING

from django.db import transaction

if TYPE_CHECKING:
    from accounts.models import User


def save_looks(
    *, by: "User", theme: str = "", density: str = "", shortcuts: bool | None = None, abstracts: bool | None = None
) -> None:
    """Set how pages look and behave for the person; what is not named stays as it is."""
    chosen = {"theme": theme or None, "density": density or None, "shortcuts": shortcuts, "abstracts": abstracts}
    changed = {name: value for name, value in chosen.items() if value is not None}
    for name, value in changed.items():
        setattr(by, name, value)
    with transaction.atomic():
        by.save(update_fields=list(changed))


def save_preferences(
    *, by: "User", name: str, zone: str, theme: str, density: str, shortcuts: bool, own_papers: bool, likely: bool
) -> None:
    """Save the person's name, how pages look and behave for them, and what they are told."""
    by.name = name
    by.zone = zone
    by.theme = theme
    by.density = density
    by.shortcuts = shortcuts
    by.own_papers = own_papers
    by.likely = likely
    with transaction.atomic():
        by.save(update_fields=["name", "zone", "theme", "density", "shortcuts", "own_papers", "likely"])

"""What the account page shows."""

from dataclasses import asdict, dataclass
from typing import Any

from accounts.models import User

THEMES = User.Theme.choices
DENSITIES = User.Density.choices


@dataclass(frozen=True, slots=True)
class Preferences:
    """What a person chose; the names are those of the form."""

    name: str
    zone: str
    theme: str
    density: str
    shortcuts: bool
    own_papers: bool
    likely: bool

    def as_initial(self) -> dict[str, Any]:
        """Return the values to begin the form with."""
        return asdict(self)


def preferences(by: User) -> Preferences:
    """Return what the person chose."""
    return Preferences(by.name, by.zone, by.theme, by.density, by.shortcuts, by.own_papers, by.likely)

"""Whether a listing has all that its source says it holds."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from papers.models import Entry, Listing

# The types in arXiv's order, under the names by which sources state how many there are.
_COUNTED_AS = {"new": "new", "cross": "cross", "replace": "replace", "replace-cross": "replace"}


@dataclass(frozen=True, slots=True)
class Completeness:
    """Both map `new`, `cross` and `replace` to a number; what the source does not state is not in `stated`."""

    here: Mapping[str, int]
    stated: Mapping[str, int]
    untyped: int = 0  # entries of which no source said whether they are new: they may be what seems to be missing

    def stated_of(self, name: str) -> int | None:
        """Return how many there should be; None when nothing says so, or less than there are."""
        stated = self.stated.get(name)
        return stated if stated is not None and stated >= self.here.get(name, 0) else None

    @property
    def missing(self) -> dict[str, int]:
        """Return how many entries of which names are missing; empty when the listing is complete, as far as known."""
        short = {name: self.stated_of(name) or 0 for name in dict.fromkeys(_COUNTED_AS.values())}
        short = {name: stated - self.here.get(name, 0) for name, stated in short.items()}
        short = {name: number for name, number in short.items() if number > 0}
        return short if sum(short.values()) > self.untyped else {}


def completeness(listing: Listing, entries: Iterable[Entry]) -> Completeness:
    """Compare a listing with what its source states; `entries` are all of its own."""
    types = Counter(entry.announce_type for entry in entries)
    here: Counter[str] = Counter()
    for announce_type, name in _COUNTED_AS.items():
        here[name] += types[announce_type]
    return Completeness(here, listing.stated, untyped=types[""])

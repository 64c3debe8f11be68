"""What arXiv's subject codes mean: names, groups, aliases and the archives that closed."""

import difflib
import json
import re
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import TypedDict

_SHAPE = re.compile(r"[a-z]{1,10}(?:-[a-z]{2,10})?(?:\.[A-Za-z-]{2,18})?")
_TABLE = Path(__file__).parent / "data" / "arxiv_categories.json"


class _Archive(TypedDict):
    name: str
    group: str


class _ClosedArchive(_Archive):
    now: str


class _Taxonomy(TypedDict):
    archives: dict[str, _Archive]
    categories: dict[str, str]
    bare_categories: list[str]
    closed: dict[str, _ClosedArchive]
    aliases: dict[str, str]


@cache
def _taxonomy() -> _Taxonomy:
    taxonomy: _Taxonomy = json.loads(_TABLE.read_text(encoding="utf-8"))
    return taxonomy


def is_category(code: str) -> bool:
    """Say whether a paper can carry this code, today or on an old paper; MSC and ACM classes are none."""
    table = _taxonomy()
    return code in table["categories"] or code in table["closed"] or code in table["bare_categories"]


def is_archive(code: str) -> bool:
    """Say whether the code names an archive, open or closed: `hep-th`, `cs`, `chao-dyn`."""
    return code in _taxonomy()["archives"] or code in _taxonomy()["closed"]


def is_listing_name(code: str) -> bool:
    """Say whether arXiv has, or had, a listing of this name: a category or a whole archive."""
    return is_category(code) or is_archive(code)


def nearest_category(code: str) -> str | None:
    """Return the category that was probably meant, None when nothing is like it."""
    return next(iter(difflib.get_close_matches(code, all_categories(), n=1, cutoff=0.5)), None)


def looks_like_category(code: str) -> bool:
    """Say whether the code has the shape of arXiv's categories; a new one that our table lacks must pass."""
    return code in _taxonomy()["categories"] or _SHAPE.fullmatch(code) is not None


def paper_categories(codes: Iterable[str]) -> tuple[str, ...]:
    """Return those codes that are categories, each once and in order; MSC and ACM classes stand among them."""
    return tuple(dict.fromkeys(filter(looks_like_category, codes)))


def is_whole_archive(code: str) -> bool:
    """Say whether a listing of this name spans several categories, as `q-fin` does and `hep-th` does not."""
    return code in _taxonomy()["archives"] and code not in _taxonomy()["categories"]


def archive_of(code: str) -> str:
    """Return the archive a category belongs to: `cs` for `cs.CV`."""
    return code.partition(".")[0]


def category_name(code: str) -> str | None:
    """Return arXiv's own name of a category or archive, None for a code it does not have."""
    table = _taxonomy()
    if code in table["categories"]:
        return table["categories"][code]
    archive = table["archives"].get(code) or table["closed"].get(code)
    return archive["name"] if archive else None


def category_group(code: str) -> str | None:
    """Return the group arXiv lists the code under, such as "Physics" for `hep-th`."""
    if not is_listing_name(code):
        return None
    table = _taxonomy()
    archive = table["archives"].get(archive_of(code)) or table["closed"].get(code)
    return archive["group"] if archive else None


def canonical_category(code: str) -> str:
    """Return the code under which arXiv files the subject now; an unknown code comes back as it is.

    Aliases are one subject under two names (`cs.NA` is `math.NA`); closed archives went into a
    category (`chao-dyn` into `nlin.CD`).
    """
    table = _taxonomy()
    if code in table["closed"]:
        return table["closed"][code]["now"]
    return table["aliases"].get(code, code)


def all_categories() -> dict[str, str]:
    """Map every category that takes new papers to its name, in arXiv's order."""
    return dict(_taxonomy()["categories"])


def takes_papers(code: str) -> bool:
    """Say whether arXiv makes a listing of this name today: a category, or an open archive as a whole."""
    return code in _taxonomy()["categories"] or code in _taxonomy()["archives"]


def categories_by_archive() -> dict[str, dict[str, str]]:
    """Map the name of every archive to the codes and names that can be followed in it, the archive as a whole first."""
    table = _taxonomy()
    found: dict[str, dict[str, str]] = {each["name"]: {} for each in table["archives"].values()}
    for code, archive in table["archives"].items():
        if code not in table["categories"]:
            found[archive["name"]][code] = f"{archive['name']}, all of it"
    for code, name in table["categories"].items():
        found[table["archives"][archive_of(code)]["name"]][code] = name
    return found

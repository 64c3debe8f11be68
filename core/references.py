"""What lists of references have in common: names joined by "and", and places that name a paper of arXiv."""

import re
import textwrap
from collections.abc import Iterable, Iterator

from core import limits
from core.ids import parse_arxiv_id
from core.names import NOT_ALL_NAMED, name_of, split_authors, turned

_ALMOST_AN_ID = r"(?:[0-9]{3,6}\.[0-9]{3,12}|[A-Za-z.-]{2,20}/[0-9]{5,12})(?:v[0-9]{0,4})?"
_PLACES = (
    r"arxiv\.org/(?:abs|pdf|html|format|ps|src|e-print)/(?:arxiv:)?",
    r"10\.48550/arxiv\.",
    r"(?<![\w.])arxiv(?:\s(?:e-?prints?|preprint))?[:,\s]{1,3}",
    r"(?<!\S)abs/",
)
_NAMED = re.compile(rf"(?:{'|'.join(_PLACES)})({_ALMOST_AN_ID})", re.IGNORECASE)
_JOINT = re.compile(r"\\.|(?P<brace>[{}])|(?<=\s)(?P<and>and)(?=\s)", re.IGNORECASE | re.DOTALL)
_OTHERS = re.compile(r"(?:^|[\s,])(?:et\.?\sal\.?|others\.?)$", re.IGNORECASE)
# What a mail's abstract ends with; converters leave it in.
_END_OF_MAIL = re.compile(r"\\\\ ?\( ?https?://[^\s,]{1,100} ?,\s{0,9}\w{1,20}\)[}\s]*$")


def arxiv_id_in(places: Iterable[str]) -> str:
    """Return the first valid arXiv id that is named as one (`arXiv:…`, an address, a DOI of arXiv's).

    Returns what is nearly one when none is valid, and an empty text when there is nothing of the kind.
    """
    said = [found[1] for place in places for found in _NAMED.finditer(place)]
    return next(filter(parse_arxiv_id, said), said[0] if said else "")


def joined_authors(text: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Split names that are joined by "and" outside braces, and return notes on those that are left out.

    "Family, Given" is turned, `{The X Collaboration}` is one name, "others" is nobody.
    """
    names: list[str] = []
    notes: list[str] = []
    for piece in _pieces(text):
        shown = _OTHERS.sub("", piece)
        if shown != piece:
            notes.append(NOT_ALL_NAMED)
        if len(names) < limits.AUTHORS:
            names += _names(shown.strip(" ,;"))
    return tuple(names[: limits.AUTHORS]), tuple(dict.fromkeys(notes))


def _names(piece: str) -> Iterable[str]:
    whole = piece.startswith("{") and piece.endswith("}") and "}" not in piece[1:-1]
    name = piece if whole else turned(piece)
    if not whole and "," in name:  # not one name, but a list parted by commas
        return split_authors(piece)[0]
    return filter(None, [name_of(name)])


def _pieces(text: str) -> Iterator[str]:
    start = depth = 0
    for found in _JOINT.finditer(text):
        if found["brace"]:
            depth = max(0, depth + (1 if found["brace"] == "{" else -1))
        elif found["and"] and not depth:
            yield " ".join(text[start : found.start()].split())
            start = found.end()
    yield " ".join(text[start:].split())


def unindented(text: str) -> str:
    """Return a text without the margin that all its lines but the first have, and without a mail's last line."""
    first, line_end, rest = _END_OF_MAIL.sub("", text.strip()).partition("\n")
    return first + line_end + textwrap.dedent(rest)

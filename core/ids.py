"""Identifiers: random secrets for addresses, arXiv's own paper ids, and DOIs.

arXiv's grammar: https://info.arxiv.org/help/arxiv_identifier.html
"""

import hashlib
import re
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple
from urllib.parse import unquote

from core.categories import is_archive

_NEW_ID = r"(?P<yymm>[0-9]{4})\.(?P<number>[0-9]{4,5})"
_OLD_ID = r"(?P<archive>[a-z]+(?:-[a-z]+)?)(?:\.(?:[A-Z]{2}|[a-z]+(?:-[a-z]+)?))?/(?P<serial>[0-9]{7})"
_VERSION = r"(?:v(?P<version>[1-9][0-9]{0,3}))?"
_ID = f"(?:{_NEW_ID}|{_OLD_ID}){_VERSION}"

# An id stands free (not inside a word, a path or a longer number), or right behind a prefix of arXiv's.
_PREFIXES = "|".join(
    rf"(?<={prefix})"
    for prefix in (
        r"arxiv\.org/abs/",
        r"arxiv\.org/pdf/",
        r"arxiv\.org/html/",
        r"arxiv\.org/format/",
        r"arxiv\.org/ps/",
        r"arxiv\.org/src/",
        r"arxiv\.org/e-print/",
        r"lanl\.gov/abs/",
        r"ar5iv\.org/abs/",
        r"ar5iv\.org/html/",
        r"alphaxiv\.org/abs/",
        r"alphaxiv\.org/overview/",
        r"alphaxiv\.org/pdf/",
        r"huggingface\.co/papers/",
        r"scirate\.com/arxiv/",
        r"semanticscholar\.org/arxiv/",
        r"inspirehep\.net/arxiv/",
        r"10\.48550/arxiv\.",
    )
)
ARXIV_ID_IN_TEXT = re.compile(rf"(?:(?<![\w./-])|(?i:{_PREFIXES})){_ID}(?!\d)")
_WHOLE_ID = re.compile(rf"(?i:arxiv:\s*)?{_ID}")

# https://www.doi.org/doi-handbook/HTML/doi-name-syntax.html; commas and semicolons may be part of one.
_DOI = re.compile(r"(?<![\w.])10\.[0-9]{4,9}/(?:[^\s.,;]++|(?![.,;]*(?:\s|$)|[,;]+10\.)[.,;]){1,250}")
_DOI_CHARS = 250  # behind the slash
# A preprint of bioRxiv or medRxiv, whose addresses write a version and what is shown behind its DOI.
_RXIV = re.compile(r"(10\.(?:1101|64898)/(?:[0-9]{4}\.[0-9]{2}\.[0-9]{2}\.)?[0-9]{6,8})(?:v[0-9]|(?![\w.]))")
_EARLY_RXIV = re.compile(r"(?:bio|med)rxiv\.org/content/early/(?:[0-9]+/){3}([0-9]{6,8})", re.IGNORECASE)
_OPENREVIEW = re.compile(r"openreview\.net/(?:forum|pdf)\?(?:[^\s#]*&)?id=([\w-]{5,40})(?![\w-])", re.ASCII)
# What publishers' addresses write behind a DOI.
_SHOWN_OF_DOI = re.compile(r"(?:/(?:abstract|epub|full|html|meta|pdf|summary))?(?:\.pdf)?$", re.IGNORECASE)

_FIRST_NEW_MONTH = 704  # April 2007
_FIRST_FIVE_DIGIT_MONTH = 1501
_FIRST_YEAR = 91  # arXiv opened in 1991, so a two-digit year of 91 or more is of the last century
# These archives opened after the old form of ids had ended.
_ARCHIVES_WITHOUT_OLD_IDS = frozenset({"econ", "eess", "q-fin", "stat"})


class ArxivId(NamedTuple):
    """A paper on arXiv: `identity` is what names the paper, `version` is None when none was said."""

    identity: str
    version: int | None = None

    def __str__(self) -> str:
        return self.identity if self.version is None else f"{self.identity}v{self.version}"

    @property
    def sequence(self) -> tuple[int, int, int]:
        """Year, month and number: the order in which arXiv gave out ids, within an archive for old ones."""
        digits = self.identity.rpartition("/")[2].replace(".", "")
        year = int(digits[:2])
        return (1900 if year >= _FIRST_YEAR else 2000) + year, int(digits[2:4]), int(digits[4:])


def parse_arxiv_id(text: str) -> ArxivId | None:
    """Read a text that is one arXiv id and nothing else; None when it is not a valid one.

    Takes `2009.14798`, `arXiv:2009.14798v2`, `hep-th/9901001`; `math.AG/0301001` becomes `math/0301001`.
    """
    match = _WHOLE_ID.fullmatch(text.strip())
    return _checked(match) if match else None


def find_arxiv_ids(text: str) -> Iterator[ArxivId]:
    """Yield the valid ids in a text in order, repeats included, bare or in an arXiv address or DOI."""
    for match in ARXIV_ID_IN_TEXT.finditer(text):
        found = _checked(match)
        if found:
            yield found


def _checked(match: re.Match[str]) -> ArxivId | None:
    yymm, number, archive, serial, said = match.groups()  # in the order of the pattern
    version = int(said) if said else None
    if yymm:
        return ArxivId(f"{yymm}.{number}", version) if _is_new_month(int(yymm), digits=len(number)) else None
    if not _is_old_month(int(serial[:4])) or not _has_old_ids(archive):
        return None
    return ArxivId(f"{archive}/{serial}", version)


def _is_new_month(yymm: int, *, digits: int) -> bool:
    if not _FIRST_NEW_MONTH <= yymm < _FIRST_YEAR * 100 or not 1 <= yymm % 100 <= 12:
        return False
    return digits == (5 if yymm >= _FIRST_FIVE_DIGIT_MONTH else 4)


def _is_old_month(yymm: int) -> bool:
    in_years = yymm >= _FIRST_YEAR * 100 or yymm < _FIRST_NEW_MONTH
    return in_years and 1 <= yymm % 100 <= 12


def _has_old_ids(archive: str) -> bool:
    return is_archive(archive) and archive not in _ARCHIVES_WITHOUT_OLD_IDS


def find_doi(text: str) -> str | None:
    """Return the first DOI in a text, bare or in an address, without what separates it from the next."""
    found = _DOI.search(text) if "10." in text else None
    return found[0][: found[0].index("/") + 1 + _DOI_CHARS] if found else None


@dataclass(frozen=True, slots=True)
class PaperName:
    """What names one paper of the world: arXiv's id, else a DOI in lower case, else OpenReview's id."""

    arxiv: ArxivId | None = None
    doi: str = ""
    openreview: str = ""

    def __str__(self) -> str:
        return f"arXiv:{self.arxiv.identity}" if self.arxiv else self.doi or self.openreview


def find_paper_name(text: str) -> PaperName | None:
    """Return what names the first paper in a text: bare, or in an address of arXiv, its mirrors or a publisher."""
    plain = unquote(text) if "%2f" in text.lower() else text
    paper = next(find_arxiv_ids(plain), None)
    if paper:
        return PaperName(arxiv=paper)
    rxiv = _RXIV.search(plain)
    early = _EARLY_RXIV.search(plain)
    doi = rxiv[1] if rxiv else f"10.1101/{early[1]}" if early else _doi_alone(plain)
    if doi:
        return PaperName(doi=doi.lower())
    forum = _OPENREVIEW.search(plain)
    return PaperName(openreview=forum[1]) if forum else None


def _doi_alone(text: str) -> str:
    """Return the first DOI without what an address or a sentence has behind it; empty when there is none."""
    doi = find_doi(text) or ""
    if "://" in text:
        doi = _SHOWN_OF_DOI.sub("", re.split(r"[?#]", doi)[0])
    doi = doi.rstrip(".,;:]>\"'")
    return doi[:-1] if doi.endswith(")") and doi.count(")") > doi.count("(") else doi


def arxiv_abs_url(identity: str, version: int | None = None) -> str:
    """Return the address of the paper's page on arXiv."""
    return f"https://arxiv.org/abs/{ArxivId(identity, version)}"


def arxiv_pdf_url(identity: str, version: int | None = None) -> str:
    """Return the address of the paper's PDF on arXiv."""
    return f"https://arxiv.org/pdf/{ArxivId(identity, version)}"


def arxiv_html_url(identity: str, version: int | None = None) -> str:
    """Return the address of arXiv's HTML edition, which not every paper has."""
    return f"https://arxiv.org/html/{ArxivId(identity, version)}"


def secret_token() -> str:
    """Return a fresh secret for an address: 32 random bytes, 43 URL-safe characters."""
    return secrets.token_urlsafe(32)


def hash_token(token: str) -> str:
    """Return the SHA-256 of a token in hex: what the database keeps instead of the token."""
    return hashlib.sha256(token.encode()).hexdigest()

"""References to papers as other programs take them: BibTeX, RIS and CSL JSON."""

import json
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

_MATH = re.compile(r"(?<!\\)\$[^$]{1,2000}(?<!\\)\$")  # TeX in a title stays as it is
_SPECIAL = re.compile(r"(?<!\\)[&%#_$]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """What is cited of a paper; empty where it is not known."""

    title: str
    authors: tuple[str, ...] = ()
    year: int | None = None
    arxiv_id: str = ""
    category: str = ""
    doi: str = ""
    journal: str = ""
    link: str = ""
    abstract: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Citing:
    """A form of references: `name` stands in addresses, `label` on buttons, `suffix` behind a file's name."""

    name: str
    label: str
    content_type: str
    suffix: str
    render: Callable[[Iterable[Reference]], str]


def bibtex(references: Iterable[Reference]) -> str:
    """Return the references as entries of BibTeX, in UTF-8; keys are the papers' ids."""
    return "\n".join(f"@misc{{{key},\n{_bibtex_fields(one)}}}\n" for key, one in _keyed(references))


def ris(references: Iterable[Reference]) -> str:
    """Return the references as records of RIS; its lines end with CR LF."""
    return "".join(f"{tag}  - {text}\r\n" for one in references for tag, text in _ris_lines(one))


def csl_json(references: Iterable[Reference]) -> str:
    """Return the references as items of CSL-JSON; a title keeps its TeX.

    The form: https://docs.citationstyles.org/en/stable/specification.html, appendix IV.
    """
    items = [_csl_item(key, one) for key, one in _keyed(references)]
    return json.dumps(items, ensure_ascii=False, indent=2) + "\n"


CITING = {
    one.name: one
    for one in (
        Citing("bib", "BibTeX", "application/x-bibtex; charset=utf-8", "bib", bibtex),
        Citing("ris", "RIS", "application/x-research-info-systems; charset=utf-8", "ris", ris),
        Citing("csl", "CSL JSON", "application/vnd.citationstyles.csl+json", "csl.json", csl_json),
    )
}


def _keyed(references: Iterable[Reference]) -> Iterable[tuple[str, Reference]]:
    """Pair the references with keys that are plain, and different from each other."""
    used: set[str] = set()
    for number, one in enumerate(references, 1):
        key = re.sub(r"[^A-Za-z0-9.:/-]+", "-", one.arxiv_id or one.doi).strip("-") or f"paper-{number}"
        used.add(key := f"{key}-{number}" if key in used else key)
        yield key, one


def _bibtex_fields(one: Reference) -> str:
    fields = {
        "title": f"{{{_tex(one.title)}}}",
        "author": " and ".join(_bibtex_name(name) for name in one.authors),
        "year": str(one.year or ""),
        "eprint": one.arxiv_id,
        "archivePrefix": "arXiv" if one.arxiv_id else "",
        "primaryClass": one.category if one.arxiv_id else "",
        "doi": one.doi,
        "howpublished": _tex(one.journal),
        "url": one.link,
        "abstract": _tex(one.abstract),
        "note": _tex(one.note),
    }
    return "".join(f"  {name} = {{{_balanced(text)}}},\n" for name, text in fields.items() if text)


def _bibtex_name(name: str) -> str:
    """Return a name as one, also when it has a word that BibTeX takes for a joint."""
    return f"{{{_tex(name)}}}" if re.search(r"\band\b|,", name, re.IGNORECASE) else _tex(name)


def _tex(text: str) -> str:
    """Escape what TeX would obey outside of formulas."""
    pieces, end = [], 0
    for formula in _MATH.finditer(text):
        pieces += [_escaped(text[end : formula.start()]), formula[0]]
        end = formula.end()
    return _ended(" ".join("".join([*pieces, _escaped(text[end:])]).split()))


def _escaped(text: str) -> str:
    return _SPECIAL.sub(r"\\\g<0>", text)


def _ended(text: str) -> str:
    """Return the text without a backslash at its end, which would take the brace behind it along."""
    return re.sub(r"\\$", r"\\textbackslash", text)


def _balanced(text: str) -> str:
    """Return the text without braces that would end the field too early, or never; BibTeX counts escaped ones, too."""
    text = _ended(text)
    depth = 0
    for mark in text:
        depth += {"{": 1, "}": -1}.get(mark, 0)
        if depth < 0:
            break
    return text if depth == 0 else re.sub(r"\\?[{}]", "", text)


def _ris_lines(one: Reference) -> Iterable[tuple[str, str]]:
    fields = [
        ("TY", "JOUR" if one.journal else "UNPB"),
        ("TI", one.title),
        *(("AU", _family_first(name)) for name in one.authors),
        ("PY", str(one.year or "")),
        ("JO", one.journal or (f"arXiv:{one.arxiv_id}" if one.arxiv_id else "")),
        ("DO", one.doi),
        ("UR", one.link),
        ("AB", one.abstract),
        ("N1", one.note),
    ]
    yield from ((tag, " ".join(text.split())) for tag, text in fields if text)
    yield "ER", ""


def _csl_item(key: str, one: Reference) -> dict[str, Any]:
    fields = {
        "id": key,
        "type": "article-journal" if one.journal else "article",
        "title": one.title,
        "author": [_csl_name(name) for name in one.authors],
        "issued": {"date-parts": [[one.year]]} if one.year else None,
        "number": f"arXiv:{one.arxiv_id}" if one.arxiv_id else "",
        "publisher": "arXiv" if one.arxiv_id and not one.journal else "",
        "container-title": one.journal,
        "DOI": one.doi,
        "URL": one.link,
        "abstract": one.abstract,
        "note": one.note,
    }
    return {name: value for name, value in fields.items() if value}


def _csl_name(name: str) -> dict[str, str]:
    family, comma, given = _family_first(name).partition(", ")
    return {"family": family, "given": given} if comma else {"literal": name}


def _family_first(name: str) -> str:
    """Return "Noether, Emmy"; a name of one word, or one that has its comma, stays."""
    given, _, family = name.rpartition(" ")
    return f"{family}, {given}" if given and "," not in name else name

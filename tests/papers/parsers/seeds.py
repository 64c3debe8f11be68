"""Files made to hurt, by the families of damage that a reader meets; run as a script it prints what becomes of each.

    .venv/bin/python -m tests.papers.parsers.seeds | grep '^\\[' > tests/data/hostile.jsonl

Look at what changed in that file before you keep it: it is what people will read.
"""

import gzip
import io
import json
import re
import resource
import sys
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path

from papers.parsers import registry
from papers.parsers.record import Unreadable
from tests.papers.parsers.hostile import hostile_xml, unstorable
from tests.papers.parsers.readers import samples_of

Seeds = Iterator[tuple[str, bytes]]

_ID = "2303.08968"
_ADDRESS = f"https://arxiv.org/abs/{_ID}"
_HEADING = "# ArXiv cs.CV --Fri, 17 Mar 2023\n"
_GARBAGE = re.compile("‹[^›]*\ufffd[^›]*›")  # a first line that is none, and may differ with the machine
_RSS = (
    '<?xml version="1.0" encoding="UTF-8"?><rss version="2.0" xmlns:arxiv="http://arxiv.org/schemas/atom"><channel>'
    "<title>cs.CV updates on arXiv.org</title><pubDate>Fri, 17 Mar 2023 00:00:00 -0400</pubDate>"
)
_KINDS = {
    "md": "md-listing",
    "rss": "rss20",
    "atom": "atom-feed",
    "oai": "oai",
    "mail": "mail",
    "html": "html-list",
    "jsonl": "json-lines",
    "bib": "bib",
    "ris": "ris",
    "csv": "csv",
}


def _entry(title: str, paper: str = _ID, abstract: str = "We look.") -> str:
    return f"### 1.{title}  [ :arrow_down: ](https://arxiv.org/pdf/{paper}.pdf)\n>  {abstract}\n"


def _item(title: str, paper: str = _ID, abstract: str = "We look.", more: str = "") -> str:
    said = f"arXiv:{paper}v1 Announce Type: new \nAbstract: {abstract}"
    return (
        f"<item><title>{title}</title><guid>oai:arXiv.org:{paper}v1</guid><description>{said}</description>"
        f"<category>cs.CV</category>{more}</item>"
    )


def _rss(*items: str) -> bytes:
    return f"{_RSS}{''.join(items)}</channel></rss>".encode()


def _line(**fields: object) -> bytes:
    return json.dumps(
        {"id": _ID, "title": "A title", "abstract": "We look.", "authors": ["Ada Bell"]} | fields
    ).encode()


# --- B1: cut ----------------------------------------------------------------------------------------------


def truncated() -> Seeds:
    for kind, format in _KINDS.items():
        whole = samples_of(format)[0]
        for percent in (35, 70, 95):
            yield f"{kind}-at-{percent}", whole[: len(whole) * percent // 100]
    yield "md-in-a-character", (_HEADING + _entry("Über")).encode().split(b"\x9c")[0]
    yield "rss-in-a-character", _rss(_item("Über")).split(b"\x9c")[0]
    yield (
        "jsonl-in-a-character",
        json.dumps({"id": _ID, "title": "Über"}, ensure_ascii=False).encode().split(b"\x9c")[0],
    )


# --- B2: not a text ---------------------------------------------------------------------------------------


def binary() -> Seeds:
    yield "pdf", b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n" + _ADDRESS.encode()
    yield "png", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + _ADDRESS.encode()
    yield "jpeg", b"\xff\xd8\xff\xe0\0\x10JFIF"
    yield "gif-with-a-page-inside", b"GIF89a/*<html><a href='" + _ADDRESS.encode() + b"'>*/"
    yield "elf", b"\x7fELF\x02\x01\x01\0" + bytes(100)
    yield "old-office", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
    yield "tar", b"listing.md" + bytes(90) + b"0000644\0" + _entry("A").encode()
    yield "sqlite", b"SQLite format 3\0" + bytes(50)
    yield "random", bytes((n * 167 + 13) % 256 for n in range(2000))
    yield "empty", b""
    yield "blanks", b" \n\t\r\n" * 50


# --- B3: encodings ----------------------------------------------------------------------------------------


def encodings() -> Seeds:
    text = _HEADING + _entry("Über die Kölner Straße")
    for encoding in ("utf-16", "utf-32", "utf-8-sig", "latin-1", "utf-7"):
        yield f"md-{encoding}", text.encode(encoding)
    yield "utf-16-without-mark", text.encode("utf-16-le")
    yield "utf-16-broken", text.encode("utf-16")[:-1]
    yield "utf-16-half-a-pair", text.encode("utf-16") + b"\x00\xd8"
    yield "utf-8-and-latin-1-mixed", text.encode() + _entry("Köln").encode("latin-1")
    yield "overlong", _HEADING.encode() + _entry("A@@").encode().replace(b"@@", b"\xc0\xaf\xe0\x80\xaf")
    yield "surrogates", _HEADING.encode() + _entry("A@@").encode().replace(b"@@", b"\xed\xa0\x80\xed\xb0\x80")
    yield "xml-declares-latin-1-truly", _rss(_item("Köln")).decode().replace("UTF-8", "ISO-8859-1").encode("latin-1")
    yield "xml-declares-latin-1-falsely", _rss(_item("Köln")).replace(b"UTF-8", b"ISO-8859-1")
    yield "xml-declares-nonsense", _rss(_item("Köln")).replace(b"UTF-8", b"x-klingon")
    yield "xml-utf-16", _rss(_item("Köln")).decode().replace("UTF-8", "UTF-16").encode("utf-16")
    yield "two-marks", b"\xef\xbb\xbf\xef\xbb\xbf" + text.encode()
    yield "json-escaped-halves", b'{"id":"2303.08968","title":"A \\ud800 B \\udc00","authors":["\\ud83d"]}'
    yield "json-escaped-pair", b'{"id":"2303.08968","title":"A \\ud83d\\ude00"}'


# --- B4, B5: size and compression -------------------------------------------------------------------------


def sizes() -> Seeds:
    yield "one-line-of-20-MB", b"x" * 20_000_000
    yield "title-of-5-MB", (_HEADING + _entry("t" * 5_000_000)).encode()
    yield "abstract-of-5-MB", _rss(_item("A", abstract="a " * 2_500_000))
    yield "json-line-of-10-MB", _line(abstract="a" * 10_000_000)
    yield "1-MB-of-line-ends", _HEADING.encode() + b"\n" * 1_000_000
    yield "1-MB-of-carriage-returns", _HEADING.encode() + b"\r" * 1_000_000
    yield "gzip", gzip.compress((_HEADING + _entry("A")).encode(), mtime=0)
    yield "gzip-bomb", gzip.compress(bytes(20_000_000), mtime=0)
    yield "bzip2", b"BZh91AY&SY"
    yield "xz", b"\xfd7zXZ\x00\x00"
    kept = io.BytesIO()
    with zipfile.ZipFile(kept, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(zipfile.ZipInfo("../../listing.md"), _HEADING + _entry("A"))
    yield "zip-named-xml", kept.getvalue()
    yield "zip-that-is-empty", b"PK\x05\x06" + bytes(18)


# --- B6: XML and HTML -------------------------------------------------------------------------------------


def markup() -> Seeds:
    for number, document in enumerate(hostile_xml(_RSS, "item", "</channel></rss>"), start=1):
        yield f"rss-{number:02}", document
    yield (
        "xinclude",
        _rss(_item("A", more='<xi:include href="file:///etc/passwd" xmlns:xi="http://www.w3.org/2001/XInclude"/>')),
    )
    yield "parameter-entity", b'<!DOCTYPE r [<!ENTITY % p SYSTEM "http://127.0.0.1:1/p">%p;]>' + _rss(_item("A"))
    yield "doctype-after-a-comment", b"<!-- x --><!DOCTYPE rss SYSTEM 'file:///etc/passwd'>" + _rss(_item("A"))
    yield "doctype-in-cdata", _rss(_item("<![CDATA[<!DOCTYPE x> & more]]>"))
    yield "unknown-entity", _rss(_item("A &eacute; &nope; & B"))
    yield "attributes-100000", _rss(_item("A", more="<x " + " ".join(f'a{n}="1"' for n in range(100_000)) + "/>"))
    yield "processing-instructions", _rss("<?php system('x') ?>" * 1000, _item("A"))
    yield "namespaces-undeclared", _rss(_item("A", more="<foo:bar>x</foo:bar>"))
    yield "entry-in-an-entry", _rss(_item("A", more=_item("B", "2303.08969")))
    yield "script-in-a-title", _rss(_item("&lt;script&gt;alert(1)&lt;/script&gt;"))
    yield "page-nested-deeply", b"<!doctype html><html>" + b"<div>" * 100_000 + _ADDRESS.encode()
    yield "page-of-attributes", b"<!doctype html><html><dl><dt " + b"a=1 " * 100_000 + b">x</dt></dl></html>"
    yield "page-of-something-else", b"<!doctype html><html><body><form>Please log in.</form></body></html>"
    yield "page-that-asks-for-a-picture", b"<html><title>Just a moment...</title><script>x</script></html>"
    yield "page-with-a-script", samples_of("html-list")[0].replace(b"glass", b"<script>alert(1)</script>")
    yield "svg", b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'


# --- B7: counts -------------------------------------------------------------------------------------------


def counts() -> Seeds:
    yield "md-no-entries", _HEADING.encode()
    yield "rss-no-entries", _rss()
    yield "rss-25000-entries", _rss(*(_item("A", f"2303.{n:05}") for n in range(25_000)))
    yield "authors-20000", _line(authors=[f"Ada Bell {'i' * (n % 7)}x" for n in range(20_000)])
    yield "authors-in-one-line", _line(authors=", ".join(["Ada Bell"] * 20_000))
    yield "author-of-100000-characters", _line(authors=["A" * 100_000])
    yield "categories-10000", _line(categories=[f"cs.A{n}" for n in range(10_000)])
    yield "versions-10000", _line(versions=[{"version": f"v{n}"} for n in range(10_000)])
    yield "same-entry-5000-times", _line() * 1 + (b"\n" + _line()) * 4_999
    yield "problems-30000", _line() + b"\n" + b"{]\n" * 30_000
    yield "md-number-of-500-digits", (_HEADING + _entry("A").replace("1.", "9" * 500 + ".")).encode()


# --- B8, B9: characters -----------------------------------------------------------------------------------


def characters() -> Seeds:
    for name, mark in (
        ("nul", "\0"),
        ("bell", "\x07"),
        ("escape", "\x1b[31mred"),
        ("delete", "\x7f"),
        ("c1", "\x9b31m"),
        ("next-line", "\x85"),
        ("line-separator", "\u2028"),
        ("paragraph-separator", "\u2029"),
        ("form-feed", "\x0c"),
        ("vertical-tab", "\x0b"),
        ("lone-carriage-return", "\r"),
        ("no-break-space", "\u00a0"),
        ("right-to-left-override", "\u202etxt.exe"),
        ("isolate", "\u2067left"),
        ("zero-width", "a\u200bb\u200dc\ufeff"),
        ("zalgo", "e" + "\u0301" * 10_000),
        ("homoglyph", "\u0410da \u0392ell"),
        ("emoji", "👩‍🔬"),
        ("private-use", "\ue000"),
        ("noncharacter", "\ufffe\uffff"),
        ("tags", "\U000e0041\U000e0042"),
        ("hangul", "\u1112\u1161\u11ab"),
    ):
        yield f"md-{name}", (_HEADING + _entry(f"A{mark}B", abstract=f"C{mark}D")).encode()
    for name, mark in (
        ("nul", "&#0;"),
        ("escape", "&#27;"),
        ("half", "&#xD800;"),
        ("c1", "&#155;"),
        ("huge", "&#9999999;"),
    ):
        yield f"rss-reference-to-{name}", _rss(_item(f"A{mark}B"))
    yield (
        "jsonl-escaped-controls",
        _line(title="A\0B\x01C\x1bD\x7fE\x9fF", authors=["A\0da", "B\x1bob"], doi="10.1/a\x01b"),
    )
    yield "bib-controls", "@misc{x, title={A\x01B\x9fC}, author={Ada\x07 Bell}, eprint={2303.08968}}".encode()
    yield "csv-controls", f"title,authors,link\nA\x01B,Ada\x7f Bell,{_ADDRESS}\n".encode()


# --- B18, B19: addresses, dates and names that are none ---------------------------------------------------


def parameters() -> Seeds:
    for name, address in (
        ("loopback", f"http://127.0.0.1/abs/{_ID}"),
        ("metadata", f"http://169.254.169.254/{_ID}"),
        ("user-info", f"https://arxiv.org@evil.example/abs/{_ID}"),
        ("subdomain", f"https://arxiv.org.evil.example/abs/{_ID}"),
        ("suffix", f"https://notarxiv.org/abs/{_ID}"),
        ("file", f"file:///abs/{_ID}"),
        ("script", f"javascript:alert('{_ID}')"),
        ("dots", "https://arxiv.org/abs/../../etc/passwd"),
        ("month-13", "https://arxiv.org/abs/2313.08968"),
        ("version-0", f"https://arxiv.org/abs/{_ID}v0"),
        ("long", "https://arxiv.org/abs/" + "9" * 5_000),
        ("right-one", f"see <{_ADDRESS}v2>."),
    ):
        yield f"address-{name}", f"{address}\n".encode()
    for name, day in (
        ("year-0", "Sat, 1 Jan 0000"),
        ("year-9999", "Fri, 31 Dec 9999"),
        ("31-february", "Fri, 31 Feb 2023"),
        ("nonsense", "someday"),
        ("other-digits", "Fri, ١٧ Mar 2023"),
        ("long", "Fri, 17 Mar 2023" * 1_000),
    ):
        yield f"date-{name}", f"# ArXiv cs.CV --{day}\n{_entry('A')}".encode()
    for name, category in (
        ("path", "../../etc"),
        ("script", "<script>alert(1)</script>"),
        ("unknown", "cs.ZZ"),
        ("long", "c" * 5_000),
        ("upper", "CS.cv"),
        ("formula", "=cmd|x"),
    ):
        yield f"category-{name}", f"# ArXiv {category} --Fri, 17 Mar 2023\n{_entry('A')}".encode()


# --- B20: what arXiv really has ---------------------------------------------------------------------------


def reality() -> Seeds:
    yield "old-id", (_HEADING + _entry("A", "hep-th/9901001")).encode()
    yield "old-id-with-class", f"arXiv:math.AG/0301001v1 and {_ADDRESS}".encode()
    yield "version-30", f"{_ADDRESS}v30".encode()
    yield "five-digits-too-early", b"arXiv:1412.00001"
    yield "four-digits-too-late", b"arXiv:1501.0001"
    yield "withdrawn", _line(comments="This paper has been withdrawn by the author")
    yield "no-abstract", _rss(_item("A", abstract=""))
    yield "not-available", _line(abstract="(n/a)", authors=[])
    yield "no-title", (_HEADING + _entry("")).encode()
    yield "retired-category", _line(categories=["chao-dyn", "solv-int"])
    yield "classes-among-categories", _line(categories=["cs.CV", "68T07", "I.2.10; I.4.8"])
    yield "tex-accents", _line(authors='Bohdan Paczy\\\'nski, Erd\\H{o}s, Pei{\\ss}ker, {\\AA}berg, J\\"org M\\"uller')
    yield "tex-unbalanced", _line(authors="Bohdan Paczy\\'{nski, {{{{, }}}}", title="On $x_{1$ and {")
    yield "collaboration", _line(authors="Planck Collaboration: A. Bell, et al. (84 additional authors not shown)")
    yield (
        "error-feed",
        (
            _RSS.replace("cs.CV updates on arXiv.org", "Feed error for query: cs-cv")
            + "<description>Bad archive 'cs-cv'.</description></channel></rss>"
        ).encode(),
    )
    yield (
        "new-and-replaced-at-once",
        _rss(_item("A"), _item("A").replace("v1", "v2").replace("Type: new", "Type: replace")),
    )
    yield "title-that-looks-like-an-entry", (_HEADING + _entry("1.3D [x](y) ### 2.B [ :arrow_down: ](z)")).encode()
    yield "formula-that-runs", (_HEADING + _entry("$\\def\\x{\\x\\x}\\x$ \\href{javascript:alert(1)}{x}")).encode()


FAMILIES = (truncated, binary, encodings, sizes, markup, counts, characters, parameters, reality)


def seeds() -> Seeds:
    """Yield every seed with its name, "family/what it is"."""
    for family in FAMILIES:
        for name, data in family():
            yield f"{family.__name__}/{name}", data


def outcome(data: bytes) -> str:
    """Return what becomes of a file in one line: why it is refused, or what it is, with what was read and reported."""
    try:
        reading = registry.read(data)
        records = list(reading.records)
    except Unreadable as refused:
        said = str(refused).partition(" We read: ")[0]
        return f"refused: {_GARBAGE.sub('‹garbage›', said)}"
    wrong = unstorable(reading, records)
    reasons = list(dict.fromkeys(problem.reason for problem in reading.problems))
    said = [f"{reading.format}, {reading.entries} read", *reasons[:3], *reading.notes[:2], *wrong[:3]]
    return "; ".join(each if len(each) <= 200 else f"{each[:200]}…" for each in said)


def main() -> None:
    """Print what becomes of each seed, and last what all of it took."""
    seconds = 0.0
    for name, data in seeds():
        begun = time.process_time()
        sys.stdout.write(json.dumps([name, outcome(data)]) + "\n")
        seconds = max(seconds, time.process_time() - begun)
    sys.stdout.write(json.dumps({"seconds": seconds, "megabytes": peak_megabytes()}) + "\n")


def peak_megabytes() -> int:
    """Return the most memory that this process had. On Linux `getrusage` would count what its parent had, too."""
    status = Path("/proc/self/status")
    if status.exists() and (found := re.search(r"VmHWM:\s+(\d+) kB", status.read_text())):
        return int(found[1]) // 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // (1024**2 if sys.platform == "darwin" else 1024)


if __name__ == "__main__":
    main()

"""Every reader with small files of its format: what the tests of damage start from."""

import json
from pathlib import Path

from papers.parsers import registry
from papers.parsers.registry import Format

DATA = Path(__file__).parents[2] / "data"

_FILES = {
    "md-listing": ("listing-cs.LG-2016-06-28.md",),
    "json-lines": ("json/papers.jsonl",),
    "html-abs": ("html/abs.html",),
    "html-list": ("html/new.html", "html/recent.html", "html/before-2024.html"),
    "monthly": ("monthly/hep-th-9711.txt",),
    "mail": ("mail/cs.LG-2016-06-28.txt",),
    "rss20": ("feeds/rss-cs.LG-2016-06-28.xml",),
    "rdf10": ("feeds/rdf-cs.LG-2016-06-28.xml",),
    "atom-feed": ("feeds/atom-cs.LG-2016-06-28.xml",),
    "feed-copy": ("feeds/copy-rss.xml", "feeds/copy-atom.xml"),
    "atom-api": ("api/query.xml",),
    "oai": ("oai/arXiv.xml", "oai/arXivRaw.xml", "oai/oai_dc.xml"),
    "md-post": ("markdown/post.md",),
    "md-headings": ("markdown/headings.md",),
    "md-table": ("markdown/table.md", "markdown/details.md"),
    "bib": ("bib/library.bib",),
    "ris": ("ris/library.ris",),
    "csv": ("csv/library.csv",),
    "paste": ("pasted/notes.txt",),
}
_MADE = {
    "preprints-json": {
        "messages": [{"status": "ok", "count": 1, "total": "109", "cursor": 0}],
        "collection": [
            {
                "doi": "10.64898/2026.07.31.741992",
                "title": "On $x$",
                "authors": "Bell, A.; Ek, D.",
                "version": "1",
                "category": "cell biology",
                "abstract": "We look.\n  And see.",
                "published": "NA",
                "server": "bioRxiv",
            }
        ],
    },
    "conference-json": [
        {
            "id": "-4IA4WgNAy4Wx",
            "title": "On matter",
            "track": "main",
            "author": "Ada Bell;Désirée Ek",
            "abstract": "We look.",
            "site": "https://openreview.net/forum?id=-4IA4WgNAy4Wx",
        }
    ],
}


def samples_of(name: str) -> list[bytes]:
    """Return the small files of a format."""
    if name in _MADE:
        return [json.dumps(_MADE[name], ensure_ascii=False, indent=1).encode()]
    return [(DATA / file).read_bytes() for file in _FILES[name]]


def formats() -> list[Format]:
    return list(registry.FORMATS)

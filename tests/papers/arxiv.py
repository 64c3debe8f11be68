"""What arXiv answers, made to measure: feeds, pages and answers of the API."""

from collections.abc import Mapping, Sequence
from datetime import date
from html import escape

RSS = """<?xml version='1.0' encoding='UTF-8'?>
<rss xmlns:arxiv="http://arxiv.org/schemas/atom" xmlns:dc="http://purl.org/dc/elements/1.1/" version="2.0">
<channel><title>{title}</title><description>{about}</description>
<lastBuildDate>{day:%a, %d %b %Y} 05:00:{second:02d} +0000</lastBuildDate>
<pubDate>{day:%a, %d %b %Y} 00:00:00 -0500</pubDate>
{items}</channel></rss>"""
ITEM = """<item><title>A paper about {id}</title><link>https://arxiv.org/abs/{id}</link>
<description>arXiv:{id}v{version} Announce Type: {kind} \nAbstract: {abstract}</description>
<guid isPermaLink="false">oai:arXiv.org:{id}v{version}</guid><category>{category}</category>
<arxiv:announce_type>{kind}</arxiv:announce_type><dc:creator>Ada Lovelace, Emmy Noether</dc:creator></item>
"""
PAGE = """<!doctype html><html><head><title>{category} listing</title></head><body><div id="dlpage">
<ul><li><a id="new-{category}" href="/list/{category}/new">new</a></li></ul>
{sections}</div></body></html>"""
ENTRY = """<dt><a name='item{number}'>[{number}]</a> <a href="/abs/{id}" title="Abstract">arXiv:{id}</a> {beside}</dt>
<dd><div class='meta'><div class='list-title mathjax'><span class='descriptor'>Title:</span> A paper about {id}</div>
<div class='list-authors'><a href="x">Ada Lovelace</a>, <a href="y">Emmy Noether</a></div>
<div class='list-subjects'><span class='primary-subject'>A subject ({category})</span></div>
<p class='mathjax'>We look at {id}.</p></div></dd>
"""
API = """<?xml version='1.0' encoding='UTF-8'?>
<feed xmlns="http://www.w3.org/2005/Atom" xmlns:opensearch="http://a9.com/-/spec/opensearch/1.1/"
 xmlns:arxiv="http://arxiv.org/schemas/atom"><title>arXiv Query</title>
<opensearch:totalResults>{count}</opensearch:totalResults>{entries}</feed>"""
API_ENTRY = """<entry><id>http://arxiv.org/abs/{id}v2</id><title>The API's title of {id}</title>
<summary>The API's abstract of {id}.</summary><published>2020-09-01T00:00:00Z</published>
<author><name>Ada Lovelace</name></author><author><name>Grace Hopper</name></author>
<arxiv:primary_category term="cs.CV"/><category term="cs.CV"/><category term="cs.LG"/></entry>
"""
SECTIONS = {"new": "New submissions", "cross": "Cross submissions", "replace": "Replacement submissions"}


def rss(
    ids: Sequence[str],
    day: date,
    *,
    category: str = "cs.CV",
    kind: str = "new",
    second: int = 2,
    abstract: str = "Yes.",
) -> bytes:
    """Return the feed of a day; `second` changes when it was built and nothing else."""
    items = [ITEM.format(id=each, version=1, kind=kind, category=category, abstract=abstract) for each in ids]
    title = f"{category} updates on arXiv.org"
    return RSS.format(title=title, about=title, day=day, second=second, items="".join(items)).encode()


def error_feed(said: str, day: date) -> bytes:
    """Return the feed that arXiv sends in place of an answer."""
    return RSS.format(title="Feed error for query: cs.xx", about=said, day=day, second=0, items="").encode()


def newest_page(listed: Mapping[str, Sequence[str]], day: date, *, category: str = "cs.CV") -> bytes:
    """Return the page of new submissions; `listed` maps new, cross and replace to ids."""
    parts, number = [f"<h3>Showing new listings for {day:%A}, {day.day} {day:%B %Y}</h3><dl id='articles'>"], 0
    for kind, ids in listed.items():
        parts.append(f"<h3>{SECTIONS[kind]} (showing {len(ids)} of {len(ids)} entries)</h3>")
        for each in ids:
            number += 1
            parts.append(ENTRY.format(number=number, id=each, beside="", category=category))
    return PAGE.format(category=category, sections="".join([*parts, "</dl>"])).encode()


def past_week(days: Mapping[date, Sequence[str]], *, category: str = "cs.CV") -> bytes:
    """Return the page of recent days, newest first."""
    parts, number = ["<dl id='articles'>"], 0
    for day, ids in days.items():
        parts.append(f"<h3>{day:%a}, {day.day} {day:%b %Y} (showing {len(ids)} of {len(ids)} entries )</h3>")
        for each in ids:
            number += 1
            parts.append(ENTRY.format(number=number, id=each, beside="", category=category))
    return PAGE.format(category=category, sections="".join([*parts, "</dl>"])).encode()


def api(ids: Sequence[str]) -> bytes:
    """Return the API's answer about the papers."""
    return API.format(count=len(ids), entries="".join(API_ENTRY.format(id=escape(each)) for each in ids)).encode()

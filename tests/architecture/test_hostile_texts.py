"""Every text that a person may write, in more than 300 hostile forms, on every page that shows it, in a real browser.

The pages are rendered first, and served to the browser as they were, headers included: many payloads a page, so that
the whole costs a few seconds.
"""

import os
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.contrib.staticfiles import finders
from django.test import Client
from playwright.sync_api import Page, Route, sync_playwright

from accounts.models import User
from core.clock import now
from core.text import Known, abstract_html, comment_text, inline_html
from discussion.models import Comment, CommentRevision, Draft, GroupPaper, QueueItem, SavedSearch, Vote
from groups.models import Group, Meeting, Membership
from meetings.models import AgendaItem
from papers.models import Paper
from tests import chromium
from tests.factories import Cast, MeetingFactory
from tests.hostile import PAYLOADS
from tests.journeys.pages import SECONDS

pytestmark = [pytest.mark.journey, pytest.mark.django_db]

HOST = "https://testserver"  # a browser trusts no other
LINES = 90  # of an agenda
# What would run, load or send: handlers, attributes of htmx that are not ours, addresses with a scheme of their own.
SUSPICIOUS = """() => {
  const ours = /^(javascript|data|vbscript):|evil\\.example|ours\\.invalid/i;
  const wrong = [];
  for (const element of document.querySelectorAll("*")) {
    for (const { name, value } of element.attributes) {
      const isHandler = /^on/i.test(name) || name === "style" || name === "srcdoc";
      const isHtmx = /^(data-)?hx-/.test(name) && (/ran/.test(value) || /^(data-)?hx-on/.test(name));
      const isAddress = /^(href|src|action|formaction|data|xlink:href)$/i.test(name) && ours.test(value.trim());
      const isButton = value.endsWith("'+encodeURIComponent(location.href)"); // our own, for the bar
      if (isHandler || isHtmx || (isAddress && !isButton)) wrong.push(`${element.tagName} ${name}=${value}`);
    }
    if (/^(iframe|object|embed|base|svg|animate|video|style)$/i.test(element.tagName)) wrong.push(element.tagName);
  }
  return { wrong, ran: window.ran ?? parent.ran ?? null, chars: document.body.innerText.length };
}"""


@dataclass(frozen=True)
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes


def fill(cast: Cast) -> dict[str, str]:
    """Let the group write every payload in every field; return the addresses of the pages that show them."""
    group = cast.group
    short = [one for one in PAYLOADS if len(one) <= 60]
    Group.objects.filter(pk=group.pk).update(
        name=short[0],
        place=PAYLOADS[1],
        marked_words=list(PAYLOADS[:50]),
        own_authors=list(PAYLOADS[:200]),
        anonymous_questions=True,
    )
    group.refresh_from_db()
    users = User.objects.bulk_create(User(email=f"{uuid4().hex}@example.org", name=one) for one in PAYLOADS)
    Membership.objects.bulk_create(Membership(group=group, user=user) for user in users)
    papers = Paper.objects.bulk_create(
        Paper(
            source="own",
            scope=f"group-{group.pk}",
            external_id=f"own-{n}-{uuid4().hex[:8]}",
            title=one,
            title_html=inline_html(one),
            authors=[one, "Ada Lovelace"],
            abstract=f"{one} quark",
            abstract_html=abstract_html(f"{one} quark"),
        )
        for n, one in enumerate(PAYLOADS)
    )
    about = GroupPaper.objects.bulk_create(
        GroupPaper(group=group, paper=paper, added_by=user) for paper, user in zip(papers, users, strict=True)
    )
    Vote.objects.bulk_create(
        Vote(group=group, group_paper=one, member=user) for one, user in zip(about, users, strict=True)
    )
    talk(cast, about, users)
    meeting = hold(cast, about)
    mine = {"group": group, "member": cast.member}
    QueueItem.objects.bulk_create(
        QueueItem(**mine, paper=paper, position=n, note=paper.title) for n, paper in enumerate(papers[:150])
    )
    SavedSearch.objects.create(**mine, name=short[3], q=short[3], tsquery="'x'")
    Draft.objects.create(**mine, paper=papers[0], text="\n".join(PAYLOADS))
    here, first = f"/g/{group.slug}", papers[0].address
    changed = Comment.objects.filter(group_paper=about[0], revision__gt=0).get()
    return {
        "paper": f"{here}/papers/{first}/",
        "history": f"{here}/papers/{first}/comments/{changed.pk}/history/",
        "printed discussion": f"{here}/papers/{first}/discussion.html",
        "week": f"{here}/?show=all",
        "queue": f"{here}/queue/",
        "inbox": f"{here}/inbox/",
        "talk": f"{here}/talk/",
        "removed": f"{here}/removed/",
        "members": f"{here}/members/",
        "archive": f"{here}/archive/",
        "meeting": f"{here}/meetings/{meeting.slug}/",
        "printed agenda": f"{here}/meetings/{meeting.slug}/agenda.html",
        "search": f"{here}/search/?q=quark",
        "searched": f"{here}/search/?q=%22%3E%3Cscript%3Ewindow.ran%3D1%3C%2Fscript%3E",
        "added": f"{here}/papers/add/?q=%22%3E%3Cimg%20src%3Dx%20onerror%3Dwindow.ran%3D1%3E",
        "settings": f"{here}/settings/",
    }


def talk(cast: Cast, about: list[GroupPaper], users: list[User]) -> None:
    """Comment on the first paper with every payload, give each paper a summary, and change and delete some."""
    known = Known(people={one.lower(): [user.pk] for one, user in zip(PAYLOADS, users, strict=True)})
    texts = [comment_text(f"{one} @{one} {one}", known).html for one in PAYLOADS]

    def said(n: int, **fields: Any) -> Comment:
        text = f"{PAYLOADS[n]} @{PAYLOADS[n]} {PAYLOADS[n]}"
        whole = {"group_paper": about[0], "author": users[n], "markdown": text, "html": texts[n]} | fields
        return Comment(group=cast.group, key=uuid4(), **whole)

    places = range(len(PAYLOADS))
    Comment.objects.bulk_create(said(n) for n in places)
    Comment.objects.bulk_create(said(n, label="summary", group_paper=about[n], markdown=PAYLOADS[n]) for n in places)
    gone = {"deleted_at": now(), "deleted_by": cast.member, "group_paper": about[1]}
    Comment.objects.bulk_create(said(n, **gone, author=cast.member) for n in places[:100])
    changed = said(0, author=cast.member, revision=len(PAYLOADS), edited_at=now(), edited_by=users[0])
    changed.save()
    CommentRevision.objects.bulk_create(
        CommentRevision(
            group=cast.group, comment=changed, number=n, markdown=PAYLOADS[n], writer=users[n], written_at=now()
        )
        for n in places
    )


def hold(cast: Cast, about: list[GroupPaper]) -> Meeting:
    """Close meetings that have discussed every paper, with notes."""
    meetings = []
    for start in range(0, len(about), LINES):
        at = now() - timedelta(weeks=1 + start // LINES)
        meeting = MeetingFactory(group=cast.group, starts_at=at, state="closed", place=PAYLOADS[start])
        AgendaItem.objects.bulk_create(
            AgendaItem(
                group=cast.group,
                meeting=meeting,
                position=n,
                group_paper=one,
                minutes=1,
                note=PAYLOADS[start + n],
                state="discussed",
            )
            for n, one in enumerate(about[start : start + LINES])
        )
        meetings.append(meeting)
    return meetings[0]


def rendered(cast: Cast, pages: dict[str, str]) -> dict[str, Answer]:
    answers = {}
    client = Client()
    client.force_login(cast.member)
    organiser = Client()
    organiser.force_login(cast.organiser)
    for name, address in pages.items():
        answer = (organiser if name == "settings" else client).get(address)
        assert answer.status_code == 200, name
        answers[f"{HOST}{address}"] = Answer(200, dict(answer.headers), answer.content)
    return answers


def look(chromium_path: str, answers: dict[str, Answer]) -> Iterator[str]:
    """Open every page in a browser that is answered with what was rendered; yield what went wrong."""
    wrong: list[str] = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium_path, args=chromium.ARGUMENTS, timeout=SECONDS)
        page = browser.new_page()
        page.set_default_timeout(SECONDS)
        page.on("dialog", lambda dialog: (wrong.append(f"dialog: {dialog.message}"), dialog.dismiss()))
        page.on("console", lambda said: wrong.append(f"{said.type}: {said.text}") if said.type == "error" else None)
        page.on("pageerror", lambda error: wrong.append(f"error: {error}"))
        page.route("**/*", serving(answers, wrong.append))
        for address in answers:
            page.goto(address, wait_until="load")
            yield from seen(page, address)
        browser.close()
    yield from wrong


def serving(answers: dict[str, Answer], complain: Callable[[str], None]) -> Callable[[Route], None]:
    def serve(route: Route) -> None:
        url = route.request.url
        if route.request.method == "GET" and url in answers:
            answer = answers[url]
            route.fulfill(status=answer.status, headers=answer.headers, body=answer.body)
        elif url.startswith(f"{HOST}/static/"):
            path = finders.find(url.removeprefix(f"{HOST}/static/").partition("?")[0])
            route.fulfill(path=str(path)) if path else route.fulfill(status=404)
        else:
            # Our own pages tell that they were read, save drafts and look for a preview.
            if not url.startswith(f"{HOST}/g/") or "ran" in url.partition("/g/")[2].partition("/")[2].partition("?")[0]:
                complain(f"asked for {url}")
            route.fulfill(status=204)

    return serve


def seen(page: Page, address: str) -> Iterator[str]:
    found = page.evaluate(SUSPICIOUS)
    yield from (f"{address}: {one}" for one in found["wrong"])
    if found["ran"] is not None:
        yield f"{address}: something ran"
    if found["chars"] < 200:
        yield f"{address}: nothing is on the page"


def test_nothing_that_a_person_writes_runs_anywhere(chromium_path: str, cast: Cast) -> None:
    assert len(PAYLOADS) >= 300
    pages = fill(cast)
    few = {"paper", "archive", "members", "inbox", "history", "printed discussion", "searched"}
    chosen = {name: address for name, address in pages.items() if name in few or os.environ.get("HOSTILE") == "all"}
    answers = rendered(cast, chosen)

    with ThreadPoolExecutor(1) as thread:  # its event loop would refuse the database in this one
        wrong = thread.submit(lambda: list(look(chromium_path, answers))).result()

    assert wrong == []
    files = [f"/g/{cast.group.slug}/archive/papers.{name}" for name in ("csv", "json", "bib", "ris")]
    files += [f"{pages['printed discussion'].removesuffix('html')}{name}" for name in ("md", "json")]
    files += [f"{pages['printed agenda'].removesuffix('html')}{name}" for name in ("md", "txt", "ics", "csv", "json")]
    client = Client()
    client.force_login(cast.member)
    for address in files:
        answer = client.get(address)
        assert (answer.status_code, answer["X-Content-Type-Options"]) == (200, "nosniff"), address
        assert "html" not in answer["Content-Type"], address

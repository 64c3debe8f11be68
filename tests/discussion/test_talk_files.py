"""A paper's discussion taken along: as Markdown, as JSON and to print, each with all of it and nothing that runs."""

import json
from datetime import UTC, datetime

import pytest
from django.test import Client
from markdown_it import MarkdownIt

from core.text import markdown_html
from discussion.models import GroupPaper
from tests.factories import Cast, CommentFactory, GroupPaperFactory
from tests.pages import page

AT = datetime(2026, 11, 26, 14, 0, tzinfo=UTC)


@pytest.fixture
def group_paper(cast: Cast) -> GroupPaper:
    """A paper with a summary, a question with a reply, and what was deleted."""
    group_paper = GroupPaperFactory(group=cast.group, paper__external_id="2009.14798", paper__title="On *stars* [I]")
    said = {"group_paper": group_paper, "written_at": AT}
    CommentFactory(**said, label="summary", markdown="They turn.", html="<p>They turn.</p>", author=cast.member)
    text = "# Why $x^2$?\n\n- one\n- two"
    question = CommentFactory(**said, label="question", markdown=text, html=markdown_html(text), author=cast.guest)
    CommentFactory(**said, parent=question, markdown="So.", html="<p>So.</p>", author=cast.organiser, edited_at=AT)
    gone = CommentFactory(**said, markdown="Gone.", html="<p>Gone.</p>", deleted_at=AT)
    CommentFactory(**said, parent=gone, markdown="Left.", html="<p>Left.</p>", author=None)
    CommentFactory(**said, markdown="Gone as well.", deleted_at=AT)
    return group_paper


def taken(client: Client, group_paper: GroupPaper, name: str) -> str:
    answer = client.get(f"/g/{group_paper.group.slug}/papers/{group_paper.paper.address}/discussion.{name}")
    assert answer.status_code == 200
    return answer.content.decode()


def test_markdown_has_it_all(client: Client, cast: Cast, group_paper: GroupPaper) -> None:
    client.force_login(cast.guest)
    here = f"{cast.group.slug}/papers/2009.14798/"

    text = taken(client, group_paper, "md")

    lines = [line for line in text.split("\n") if line and here not in line]
    at = "Thu 26 Nov 2026, 15:00 Berlin"
    assert lines == [
        r"# On \*stars\* \[I\]",
        f"- Group: {cast.group.name}",
        "- Paper: arXiv:2009.14798 <https://arxiv.org/abs/2009.14798>",
        "## Summary",
        "They turn.",
        "## Discussion",
        f"### Question by {cast.guest.name}, {at}",
        r"\# Why $x^2$?",
        "- one",
        "- two",
        f"#### {cast.organiser.name}, {at}, edited",
        "So.",
        f"### Deleted, {at}",
        "This comment was deleted.",
        f"#### former member, {at}",
        "Left.",
    ]


def test_json_keeps_its_schema(client: Client, cast: Cast, group_paper: GroupPaper) -> None:
    client.force_login(cast.guest)

    document = json.loads(taken(client, group_paper, "json"))

    assert list(document) == ["schema", "group", "paper", "page", "summary", "comments"]
    assert (document["schema"], document["summary"]["markdown"]) == ("reading-group/discussion/1", "They turn.")
    first, second = document["comments"]
    link = first.pop("link")
    replies = first.pop("replies")
    assert first == {
        "who": cast.guest.name,
        "at": "2026-11-26T14:00:00+00:00",
        "edited_at": None,
        "label": "question",
        "markdown": "# Why $x^2$?\n\n- one\n- two",
    }
    assert link.startswith(document["page"] + "#c")
    assert [one["markdown"] for one in (*replies, second, *second["replies"])] == [
        "So.",
        "This comment was deleted.",
        "Left.",
    ]


def test_printed_page_has_it_all_and_no_script(client: Client, cast: Cast, group_paper: GroupPaper) -> None:
    client.force_login(cast.guest)
    printed = page(client.get(f"/g/{cast.group.slug}/papers/2009.14798/discussion.html"))

    assert [one.words for one in printed.all(".sheet__text")] == [
        "They turn.",
        "Why x2? one two",
        "So.",
        "This comment was deleted.",
        "Left.",
    ]
    assert len(printed.all("math")) == 1
    assert printed.all("script, form, button, nav") == []


@pytest.mark.parametrize(
    "hostile",
    [
        "<script>alert(1)</script>",
        "<!-- x --> <img src=x onerror=alert(1)>",
        "[x](javascript:alert(1))",
        "[x](  <javascript:alert(1)>)",
        "[x]\n\n[x]: javascript:alert(1)",
        "<javascript:alert(1)>",
        "![x](data:text/html;base64,PHNjcmlwdD4=)",
        "<a hx-get='/me/'>x</a>",
    ],
)
def test_markdown_runs_in_no_reader(client: Client, cast: Cast, hostile: str) -> None:
    group_paper = GroupPaperFactory(group=cast.group, paper__title=hostile)
    CommentFactory(group_paper=group_paper, markdown=hostile, author__name=hostile)
    client.force_login(cast.guest)

    # A reader that takes raw HTML, and follows every scheme.
    reader = MarkdownIt("commonmark", {"html": True})
    reader.validateLink = lambda _: True
    html = reader.render(taken(client, group_paper, "md"))

    for sign in ("<script", "<img", "<a hx", "<!--", 'href="javascript', 'href="data', 'src="'):
        assert sign not in html.lower()

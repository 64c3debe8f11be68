"""What is being written is saved meanwhile: for its writer alone, once a thread, and never over another text unseen."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from core import limits
from discussion.models import Comment, Draft, GroupPaper
from tests.factories import Cast, CommentFactory, GroupPaperFactory, make_cast
from tests.pages import page

HTMX = {"HX-Request": "true"}
Save = Callable[..., tuple[int, Any]]


@pytest.fixture
def group_paper(cast: Cast) -> GroupPaper:
    return GroupPaperFactory(group=cast.group)


@pytest.fixture
def here(group_paper: GroupPaper) -> str:
    return f"/g/{group_paper.group.slug}/papers/{group_paper.paper.address}/"


@pytest.fixture
def save(client: Client, cast: Cast, here: str) -> Save:
    """Save a draft as the member's page does; give the code and what is told."""
    client.force_login(cast.member)

    def saved(text: str, seen: int, **fields: object) -> tuple[int, Any]:
        answer = client.post(f"{here}comments/draft/", {"text": text, "seen": seen, **fields}, headers=HTMX)
        is_told = answer["Content-Type"] == "application/json"
        return answer.status_code, answer.json() if is_told else answer.content.decode()

    return saved


def field(client: Client, here: str, name: str = "text-new") -> tuple[str, str]:
    """Return the text of a field on the paper's page, and the version of the draft in it."""
    form = next(one for one in page(client.get(here)).all("form") if one.all(f"#{name}"))
    return form.one("textarea").text.strip(), form.one("[name=seen]").get("value") or ""


def test_draft_is_back_on_the_page_wherever_one_logs_in(
    client: Client, cast: Cast, save: Save, here: str, group_paper: GroupPaper
) -> None:
    thread = CommentFactory(group_paper=group_paper)

    told = [save("I wonder", 0), save("I wonder whether", 1), save("A rep", 0, parent=thread.pk)]

    assert told == [(200, {"version": 1}), (200, {"version": 2}), (200, {"version": 1})]
    client.logout()
    client.force_login(cast.member)
    assert field(client, here) == ("I wonder whether", "2")
    assert field(client, here, f"text-{thread.pk}") == ("A rep", "1")
    opened = [one for one in page(client.get(here)).all("details[open]") if one.all(f"#reply-{thread.pk}")]
    assert len(opened) == 1
    for who in (cast.organiser, cast.guest):
        client.force_login(who)
        assert field(client, here) == ("", "0")
    assert not Comment.objects.exclude(pk=thread.pk).exists()


def test_second_tab_gets_both_texts(client: Client, save: Save, here: str) -> None:
    save("From the first tab", 0)

    told = save("From the second tab", 0)
    plain = client.post(f"{here}comments/draft/", {"text": "From the second tab", "seen": 0})

    assert told == (409, {"version": 1, "text": "From the first tab"})
    shown = page(plain)
    assert (plain.status_code, shown.one(".composer__theirs pre").text) == (409, "From the first tab")
    assert shown.one("#text-new").text.strip() == "From the second tab"
    assert Draft.objects.get().text == "From the first tab"
    assert save("From the second tab", 1) == (200, {"version": 2})


def test_same_text_again_is_no_conflict(save: Save) -> None:
    assert [save("Once.", seen) for seen in (0, 0, 7)] == [(200, {"version": 1})] * 3
    assert save("", 1) == (200, {"version": 2})


def test_draft_is_gone_when_it_was_sent_and_an_older_tab_learns_of_it(
    client: Client, save: Save, here: str, group_paper: GroupPaper
) -> None:
    thread = CommentFactory(group_paper=group_paper)
    save("I wonder", 0)
    save("A reply", 0, parent=thread.pk)

    client.post(f"{here}comments/", {"text": "I wonder.", "key": str(uuid4())})

    assert field(client, here) == ("", "2")
    assert field(client, here, f"text-{thread.pk}") == ("A reply", "1")
    assert save("I wonder", 1) == (409, {"version": 2, "text": ""})
    assert save("Something else", 2) == (200, {"version": 3})


@pytest.mark.parametrize(
    ("length", "code"), [(limits.COMMENT_CHARS - 1, 200), (limits.COMMENT_CHARS, 200), (limits.COMMENT_CHARS + 1, 422)]
)
def test_draft_is_as_long_as_a_comment(save: Save, length: int, code: int) -> None:
    answered, told = save("x" * length, 0)

    assert answered == code
    assert code == 200 or told == "A comment has at most 20,000 characters; this one has 20001."


def test_save_that_comes_later_than_what_was_sent_leaves_nothing(client: Client, save: Save, here: str) -> None:
    client.post(f"{here}comments/", {"text": "Quickly.", "key": str(uuid4())})

    assert save("Quickly.", 0) == (409, {"version": 1, "text": ""})
    assert field(client, here) == ("", "1")


def test_draft_stands_in_its_own_group_and_thread(save: Save, group_paper: GroupPaper) -> None:
    elsewhere = CommentFactory(group_paper=GroupPaperFactory(group=make_cast().group, paper=group_paper.paper))
    reply = CommentFactory(group_paper=group_paper, parent=CommentFactory(group_paper=group_paper))

    assert [save("Hm", 0, parent=one.pk)[0] for one in (elsewhere, reply)] == [404, 404]
    assert save("Hm", -1)[0] == 422
    assert not Draft.objects.exists()


def test_draft_is_kept_and_looked_at_by_buttons_without_a_script(client: Client, save: Save, here: str) -> None:
    save("Old", 0)
    buttons = [(one.words, one.get("formaction")) for one in page(client.get(here)).all("noscript button[formaction]")]
    assert buttons == [("Preview", f"{here}comments/preview/"), ("Keep as a draft", f"{here}comments/draft/")]

    kept = client.post(f"{here}comments/draft/", {"text": "A *thought*", "seen": 1, "next": here})
    looked = page(client.post(f"{here}comments/preview/", {"text": "A *better* thought", "seen": 2}))

    assert kept["Location"] == f"{here}#discussion"
    assert field(client, here) == ("A *thought*", "2")
    assert looked.one("#preview-new em").words == "better"
    assert looked.one("#text-new").text.strip() == "A *better* thought"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("", ""),
        ("Just words, 5 < 6 & so.\n\nAnd more.", ""),
        ("So *new*: `x`", "Preview So new: x"),
        ("1. one\n2. two", "Preview one two"),
    ],
)
def test_preview_shows_what_would_look_otherwise(client: Client, save: Save, here: str, text: str, shown: str) -> None:
    answer = client.post(f"{here}comments/preview/", {"text": text}, headers=HTMX)

    assert (answer.status_code, page(answer).words) == (200, shown)
    assert not Comment.objects.exists()

"""Changes of what was said: what it said before stays in sight, and whoever comes second loses nothing."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.test import Client

from accounts.models import User
from core import limits
from core.clock import now
from discussion import actions
from discussion.models import Comment, CommentRevision
from discussion.queries.history import changes
from tests.factories import Cast, CommentFactory, GroupPaperFactory, MembershipFactory
from tests.pages import Element, page

HTMX = {"HX-Request": "true"}
STALE = "Someone changed this meanwhile. Nothing is lost: below is what it says now, and your text."


@pytest.fixture
def comment(cast: Cast) -> Comment:
    """What the member wrote an hour ago."""
    group_paper = GroupPaperFactory(group=cast.group)
    return CommentFactory(
        group_paper=group_paper, author=cast.member, markdown="It is *old*.", written_at=now() - timedelta(hours=1)
    )


def here(comment: Comment) -> str:
    return f"/g/{comment.group.slug}/papers/{comment.group_paper.paper.address}/"


def change(
    client: Client, who: User, comment: Comment, text: str, *, seen: int = 0, htmx: bool = True
) -> tuple[int, Element]:
    client.force_login(who)
    sent = {"comment": comment.pk, "seen": seen, "text": text}
    answer = client.post(f"{here(comment)}comments/edited/", sent, headers=HTMX if htmx else {})
    return answer.status_code, page(answer)


def history(client: Client, comment: Comment) -> list[str]:
    return [
        one.words for one in page(client.get(f"{here(comment)}comments/{comment.pk}/history/")).all(".history__text")
    ]


def test_changed_comment_says_so_and_what_it_said_before(client: Client, cast: Cast, comment: Comment) -> None:
    code, answer = change(client, cast.member, comment, "It is *new*.")

    shown = answer.one(f"#c{comment.pk}")
    assert (code, shown.one(".comment__text").words, shown.one(".comment__text em").words) == (200, "It is new.", "new")
    assert answer.one("#status").words == "Change saved."
    assert [one.get("id") for one in answer.all("[data-focus]")] == [f"c{comment.pk}"]
    address = f"{here(comment)}comments/{comment.pk}/history/"
    assert [one.get("href") for one in shown.all(".comment__head a") if one.words == "edited"] == [address]

    client.force_login(cast.guest)
    said = page(client.get(address))
    assert [one.text for one in said.all(".history__text")] == ["It is *oldnew*.", "It is *old*."]
    assert [one.words for one in said.all("del, ins")][-2:] == ["old", "new"]
    assert [one.words for one in said.all(".comment__author")] == [cast.member.name] * 2


def test_same_text_again_is_no_change(client: Client, cast: Cast, comment: Comment) -> None:
    codes = [change(client, cast.member, comment, "It is new.")[0] for _ in range(3)]

    assert codes == [200, 200, 200]
    assert list(CommentRevision.objects.values_list("number", "markdown")) == [(0, "It is *old*.")]
    assert Comment.objects.get().revision == 1


@pytest.mark.parametrize("htmx", [True, False], ids=["htmx", "plain"])
def test_stale_change_gets_both_texts_and_can_be_saved_then(
    client: Client, cast: Cast, comment: Comment, htmx: bool
) -> None:
    change(client, cast.member, comment, "Of the first tab.")

    code, answer = change(client, cast.member, comment, "Of the second tab.", htmx=htmx)

    assert code == 409
    assert answer.one(f"#theirs-{comment.pk} .prose").words == "Of the first tab."
    assert answer.one(f"#text-edit-{comment.pk}").words == "Of the second tab."
    assert answer.one(f"#error-edit-{comment.pk}").words == STALE
    assert [one.get("id") for one in answer.all("[data-focus]")] == [f"text-edit-{comment.pk}"]
    assert Comment.objects.get().markdown == "Of the first tab."
    form = next(one for one in answer.all("form") if one.all(f"#text-edit-{comment.pk}"))
    seen = int(form.one("[name=seen]").get("value") or "")
    assert change(client, cast.member, comment, "Of the second tab.", seen=seen)[0] == 200
    assert history(client, comment)[-1] == "It is *old*."
    assert len(history(client, comment)) == 3


def test_change_of_what_was_deleted_meanwhile_is_kept_for_a_new_comment(
    client: Client, cast: Cast, comment: Comment
) -> None:
    actions.set_deleted(
        by=cast.organiser,
        slug=cast.group.slug,
        address=comment.group_paper.paper.address,
        comment=comment.pk,
        deleted=True,
    )

    code, answer = change(client, cast.member, comment, "A better thought.")

    assert (code, answer.one("#text-new").words) == (409, "A better thought.")
    said = "This was deleted meanwhile. Your text is kept here: send it as a new comment if you like."
    assert answer.one("#error-new").words == said


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({"text": ""}, "Write something first."),
        ({"text": "x" * (limits.COMMENT_CHARS + 1)}, "A comment has at most 20,000 characters; this one has 20001."),
        ({"seen": "x"}, "The form did not arrive whole. Your text is kept."),
    ],
)
def test_change_that_cannot_be_saved_comes_back(
    client: Client, cast: Cast, comment: Comment, sent: dict[str, str], said: str
) -> None:
    client.force_login(cast.member)
    whole = {"comment": comment.pk, "seen": 0, "text": "Mine."} | sent

    answer = client.post(f"{here(comment)}comments/edited/", whole, headers=HTMX)

    came_back = page(answer)
    assert (answer.status_code, came_back.one(f"#error-edit-{comment.pk}").words) == (422, said)
    assert came_back.one(f"#text-edit-{comment.pk}").text.strip() == whole["text"]
    assert Comment.objects.get().markdown == "It is *old*."


def test_only_its_author_changes_a_comment(client: Client, cast: Cast, comment: Comment) -> None:
    codes = {who: change(client, getattr(cast, who), comment, "Mine.")[0] for who in ("organiser", "guest", "outsider")}

    assert codes == {"organiser": 403, "guest": 403, "outsider": 404}
    assert Comment.objects.get().markdown == "It is *old*."


@pytest.mark.parametrize(("changed", "code"), [(limits.COMMENT_REVISIONS - 1, 200), (limits.COMMENT_REVISIONS, 422)])
def test_comment_is_changed_so_often_and_no_more(
    client: Client, cast: Cast, comment: Comment, changed: int, code: int
) -> None:
    Comment.objects.update(revision=changed, edited_at=now())

    assert change(client, cast.member, comment, "Once more.", seen=changed)[0] == code


def test_history_goes_with_the_text(client: Client, cast: Cast, comment: Comment) -> None:
    change(client, cast.member, comment, "New.")
    Comment.objects.update(deleted_at=now() - timedelta(days=limits.DELETED_DAYS, minutes=1), deleted_by=cast.member)
    client.force_login(cast.member)

    assert client.get(f"{here(comment)}comments/{comment.pk}/history/").status_code == 404
    assert actions.forget_deleted() == 1
    assert actions.forget_deleted() == 0
    assert not CommentRevision.objects.exists()
    assert Comment.objects.get().markdown == ""


def test_removed_comments_rest_where_those_find_them_who_can_bring_them_back(
    client: Client, cast: Cast, comment: Comment
) -> None:
    spam = CommentFactory(group_paper=comment.group_paper, author=cast.guest, markdown="Buy my book.")
    long_ago = CommentFactory(group_paper=comment.group_paper, author=cast.member, markdown="Once upon a time.")
    other_organiser = MembershipFactory(group=cast.group, role="organiser").user
    for one, who in ((comment, cast.member), (spam, cast.organiser), (long_ago, cast.member)):
        Comment.objects.filter(pk=one.pk).update(deleted_at=now(), deleted_by=who)
    Comment.objects.filter(pk=long_ago.pk).update(deleted_at=now() - timedelta(days=limits.DELETED_DAYS, minutes=1))

    def resting(who: User) -> list[str]:
        client.force_login(who)
        shown = page(client.get(f"/g/{cast.group.slug}/removed/"))
        return [one.all("p")[1].words for one in shown.all(".talk__list li")]

    assert [resting(who) for who in (cast.member, cast.guest)] == [["It is old."], []]
    assert resting(cast.organiser) == resting(other_organiser) == ["Buy my book."]
    form = page(client.get(f"/g/{cast.group.slug}/removed/")).one(".talk__list form")
    sent = {"comment": form.one("[name=comment]").get("value"), "state": "off"}
    assert client.post(form.get("action") or "", sent).status_code == 302
    assert resting(cast.organiser) == []
    assert not Comment.objects.get(pk=spam.pk).deleted_at


def test_changes_join_to_both_texts() -> None:
    pairs = [
        ("", "a"),
        ("a b c", "a x c"),
        ("one\ntwo\n", "two\nthree"),
        ("w " * 3_000, "v " + "w " * 3_000),
        ("a", ""),
    ]

    for before, after in pairs:
        found = list(changes(before, after))
        assert "".join(text for kind, text in found if kind != "new") == before
        assert "".join(text for kind, text in found if kind != "gone") == after


def test_key_sent_again_is_the_comment_even_when_it_is_a_question(client: Client, cast: Cast, comment: Comment) -> None:
    client.force_login(cast.guest)
    sent = {"key": str(uuid4()), "text": "Why?", "label": "question"}

    codes = [client.post(f"{here(comment)}comments/", sent, headers=HTMX).status_code for _ in range(3)]
    shown = page(client.get(here(comment)))

    assert codes == [200] * 3
    assert [one.words for one in shown.all(".comment .tag")] == ["Question"]
    assert Comment.objects.filter(label="question").count() == 1

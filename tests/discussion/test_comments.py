"""Comments through the outer door: each once, with its text kept when it cannot be saved, and never more than text."""

import threading
from collections.abc import Callable
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from django.db import connections
from django.test import Client

from core import limits
from core.clock import now
from discussion import actions
from discussion.models import Comment, GroupPaper
from papers.models import Paper
from tests.factories import Cast, CommentFactory, GroupPaperFactory, MembershipFactory, PaperFactory, make_cast
from tests.pages import Element, page, press_undo

HTMX = {"HX-Request": "true"}
USED = "This form was used already. Send it again to add this text as a new comment."

Send = Callable[..., tuple[int, Element]]


@pytest.fixture
def paper(db: None) -> Paper:
    return PaperFactory()


@pytest.fixture
def send(client: Client, cast: Cast, paper: Paper) -> Send:
    """Send a comment as the member, by htmx unless told otherwise; give the code and the answer."""
    client.force_login(cast.member)

    def sent(text: str, *, htmx: bool = True, key: object = None, **fields: object) -> tuple[int, Element]:
        answer = client.post(
            f"/g/{cast.group.slug}/papers/{paper.address}/comments/",
            {"text": text, "key": str(key or uuid4()), **fields},
            headers=HTMX if htmx else {},
        )
        return answer.status_code, page(answer)

    return sent


def kept() -> list[str]:
    return list(Comment.objects.order_by("pk").values_list("markdown", flat=True))


def composers(answer: Element) -> dict[str, str]:
    """Map the name of each text field for comments and replies to the text in it."""
    fields = {field.get("id") or "": field.text.strip() for field in answer.all("textarea")}
    return {name: text for name, text in fields.items() if name != "text-summary" and "edit" not in name}


def test_comment_comes_back_in_the_discussion_with_the_focus_and_a_new_key(
    send: Send, cast: Cast, paper: Paper
) -> None:
    key = uuid4()

    code, answer = send("Is *this* new?", key=key)

    comment = Comment.objects.get()
    assert (code, kept()) == (200, ["Is *this* new?"])
    shown = answer.one(f"#c{comment.pk}")
    assert shown.one(".comment__text").words == "Is this new?"
    assert shown.one(".comment__author").words == cast.member.name
    assert [one.get("id") for one in answer.all("[data-focus]")] == [f"c{comment.pk}"]
    assert answer.one(".section-head__count").words == "1"
    assert str(key) not in {one.get("value") for one in answer.all("[name=key]")}
    assert answer.one("#status").words == "Comment saved."


def test_comment_without_htmx_leads_to_itself(client: Client, cast: Cast, paper: Paper) -> None:
    client.force_login(cast.guest)
    where = f"/g/{cast.group.slug}/papers/{paper.address}/"

    answer = client.post(f"{where}comments/", {"text": "Hm.", "key": str(uuid4())})

    assert answer["Location"] == f"{where}#c{Comment.objects.get().pk}"


@pytest.mark.parametrize("htmx", [True, False], ids=["htmx", "plain"])
@pytest.mark.parametrize("text", ["", "   ", "\n \r\n\t", "\0", "\0 \0"])
def test_blank_comment_is_refused_at_its_field(send: Send, text: str, htmx: bool) -> None:
    code, answer = send(text, htmx=htmx)

    assert (code, kept()) == (422, [])
    field = answer.one("#text-new")
    assert (field.get("aria-invalid"), field.get("data-focus")) == ("true", "")
    assert answer.one(f"#{(field.get('aria-describedby') or '').split()[0]}").words == "Write something first."


@pytest.mark.parametrize(
    ("length", "code"), [(limits.COMMENT_CHARS - 1, 200), (limits.COMMENT_CHARS, 200), (limits.COMMENT_CHARS + 1, 422)]
)
def test_comment_of_a_limits_length(send: Send, length: int, code: int) -> None:
    # A line's end counts once, though a browser sends two characters for it.
    text = "a\r\n" * 100 + "b" * (length - 200)

    answered, answer = send(text)

    assert answered == code
    if code == 200:
        assert [len(one) for one in kept()] == [length]
    else:
        said = f"A comment has at most {limits.COMMENT_CHARS:,} characters; this one has {length}."
        assert answer.one("#error-new").words == said
        assert composers(answer)["text-new"].replace("\r\n", "\n") == text.replace("\r\n", "\n")


def test_nul_is_left_out_and_code_keeps_its_indent(send: Send) -> None:
    send("\n    one\0 line\r\n\n")

    assert kept() == ["    one line"]


@pytest.mark.parametrize("fields", [{"key": "not-a-key"}, {"key": "\0"}, {"parent": "x"}, {"parent": "9" * 40}])
def test_form_that_is_not_whole_keeps_the_text(send: Send, fields: dict[str, str]) -> None:
    code, answer = send("A long thought.", **fields)

    assert (code, kept()) == (422, [])
    assert composers(answer) == {"text-new": "A long thought."}
    assert answer.one("#error-new").words == "The form did not arrive whole. Your text is kept: send it again."
    UUID(answer.all("[name=key]")[-1].get("value"))


def test_reply_joins_its_thread_and_so_does_a_reply_to_a_reply(send: Send, cast: Cast, paper: Paper) -> None:
    first = CommentFactory(group_paper=GroupPaperFactory(group=cast.group, paper=paper))

    code, answer = send("Yes.", parent=first.pk)
    reply = Comment.objects.get(markdown="Yes.")
    send("And how.", parent=reply.pk)

    assert (code, answer.one("#status").words) == (200, "Reply saved.")
    assert list(Comment.objects.order_by("pk").values_list("parent", flat=True)) == [None, first.pk, first.pk]


def test_bad_reply_comes_back_open_in_its_own_thread(send: Send, cast: Cast, paper: Paper) -> None:
    group_paper = GroupPaperFactory(group=cast.group, paper=paper)
    first, second = CommentFactory(group_paper=group_paper), CommentFactory(group_paper=group_paper)
    reply = CommentFactory(group_paper=group_paper, parent=second)
    long = "a" * (limits.COMMENT_CHARS + 1)

    for parent in (second, reply):
        _, answer = send(long, parent=parent.pk)

        assert composers(answer) == {f"text-{first.pk}": "", f"text-{second.pk}": long, "text-new": ""}
        assert [one.all("summary")[0].get("id") for one in answer.all("details[open]")] == [f"reply-{second.pk}"]


@pytest.mark.parametrize("where", ["other paper", "other group", "nowhere"])
def test_parent_that_is_not_on_this_paper_is_not_found(send: Send, cast: Cast, paper: Paper, where: str) -> None:
    parent = {
        "other paper": lambda: CommentFactory(group_paper=GroupPaperFactory(group=cast.group)).pk,
        "other group": lambda: CommentFactory(group_paper=GroupPaperFactory(group=make_cast().group, paper=paper)).pk,
        "nowhere": lambda: 2**63 - 1,
    }[where]()
    before = kept()

    assert send("Hello?", parent=parent)[0] == 404
    assert kept() == before
    assert not GroupPaper.objects.filter(group=cast.group, paper=paper).exists()


def test_key_sent_again_finds_the_first_comment(send: Send) -> None:
    key = uuid4()

    codes = [send("Once.", key=key)[0] for _ in range(3)]

    assert (codes, kept()) == ([200, 200, 200], ["Once."])


def test_key_sent_again_with_another_text_comes_back_with_a_new_key(send: Send) -> None:
    key = uuid4()
    send("First thought.", key=key)

    code, answer = send("Second thought.", key=key)

    assert code == 422
    assert answer.one("#error-new").words == USED
    assert composers(answer)["text-new"] == "Second thought."
    fresh = answer.all("[name=key]")[-1].get("value")
    assert send("Second thought.", key=fresh)[0] == 200
    assert kept() == ["First thought.", "Second thought."]


@pytest.mark.parametrize("same_text", [True, False])
def test_key_of_someone_else_tells_nothing(send: Send, cast: Cast, same_text: bool) -> None:
    theirs = CommentFactory(group_paper=GroupPaperFactory(group=make_cast().group), markdown="Our secret plan.")

    code, answer = send(theirs.markdown if same_text else "Mine.", key=theirs.key)

    assert code == 422
    assert answer.one("#error-new").words == USED
    assert answer.all(".comment") == []
    assert kept() == ["Our secret plan."]


@pytest.mark.django_db(transaction=True)
def test_comments_sent_three_times_at_once_are_kept_once() -> None:
    cast = make_cast()
    paper = PaperFactory()
    people = [MembershipFactory(group=cast.group).user for _ in range(10)]
    sent = [(person, uuid4()) for person in people for _ in range(3)]
    start = threading.Barrier(len(people) * 3)
    found: list[tuple[UUID, int]] = []

    def send(lot: int) -> None:
        try:
            for person, key in sent[lot // 3 * 3 : lot // 3 * 3 + 3]:
                start.wait()
                comment = actions.add_comment(
                    by=person, slug=cast.group.slug, address=paper.address, key=key, text=f"From {key}."
                )
                found.append((key, comment.pk))
        finally:
            connections.close_all()

    threads = [threading.Thread(target=send, args=[lot]) for lot in range(len(people) * 3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(kept()) == sorted(f"From {key}." for _, key in sent)
    assert (len(found), len(set(found))) == (90, 30)


XSS = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "[x](javascript:alert(1))",
    "[x](JaVaScRiPt&colon;alert(1))",
    "[x](data:text/html;base64,PHNjcmlwdD4=)",
    "![x](https://evil.example/beacon.png)",
    '<a href="javascript:alert(1)" hx-get=\'/me/\' data-hx-get="/me/">x</a>',
    "</textarea><script>alert(1)</script>",
    '<svg onload=alert(1)><template><base href="//evil"><meta http-equiv=refresh content="0;url=//evil">',
    '"><form id=status><input name=csrfmiddlewaretoken autofocus onfocus=alert(1)>',
    "$\\href{javascript:alert(1)}{x}$",
    "$\\text{<img src=x onerror=alert(1)>}$",
    '`</code><script>alert(1)</script>` <!--><img src=x onerror="alert(1)">-->',
]
OURS = {"p", "a", "code", "em", "strong", "div", "math", "semantics", "annotation", "mrow", "mi", "mo", "mtext", "mn"}


@pytest.mark.parametrize("payload", XSS)
def test_hostile_comment_is_text_where_it_is_shown_and_where_it_comes_back(send: Send, payload: str) -> None:
    _, answer = send(payload)

    text = answer.one(".comment__text")
    assert {one.tag for one in text.all("p, a, code, em, strong, math, img, script, svg, form, input")} <= OURS
    for one in every(text):
        assert one.tag in OURS
        assert not [name for name in one.attributes if name.startswith(("on", "hx-", "data-", "id", "style", "src"))]
        assert (one.get("href") or "https:").startswith(("https:", "http:", "mailto:"))

    code, answer = send(payload + "x" * limits.COMMENT_CHARS)

    assert code == 422
    assert composers(answer)["text-new"].startswith(payload)
    assert answer.all("script, img, svg, base, meta") == []


def every(element: Element) -> list[Element]:
    return [one for child in element.elements for one in (child, *every(child))]


def test_formula_becomes_mathml(send: Send) -> None:
    _, answer = send("So $E = mc^2$, and $5 is a price.")

    text = answer.one(".comment__text")
    assert len(text.all("math msup")) == 1
    assert text.one("p").words.endswith("and $5 is a price.")


def test_name_of_the_author_is_text(client: Client, cast: Cast, paper: Paper) -> None:
    hostile = MembershipFactory(group=cast.group, user__name='"><script>alert(1)</script>').user
    CommentFactory(group_paper=GroupPaperFactory(group=cast.group, paper=paper), author=hostile)
    client.force_login(cast.member)

    answer = page(client.get(f"/g/{cast.group.slug}/papers/{paper.address}/"))

    assert answer.one(".comment__author").words == hostile.name
    assert answer.one(".comment").get("aria-label") == f"Comment by {hostile.name}"


def test_comment_of_a_deleted_account_stays_without_a_name(client: Client, cast: Cast, paper: Paper) -> None:
    CommentFactory(group_paper=GroupPaperFactory(group=cast.group, paper=paper), author=None)
    client.force_login(cast.member)

    answer = page(client.get(f"/g/{cast.group.slug}/papers/{paper.address}/"))

    assert answer.one(".comment__author").words == "former member"


def set_deleted(client: Client, cast: Cast, comment: Comment, state: str) -> int:
    address = f"/g/{cast.group.slug}/papers/{comment.group_paper.paper.address}/comments/deleted/"
    return client.post(address, {"comment": comment.pk, "state": state}, headers=HTMX).status_code


@pytest.fixture
def comment(cast: Cast, paper: Paper) -> Comment:
    """What the member wrote."""
    return CommentFactory(group_paper=GroupPaperFactory(group=cast.group, paper=paper), author=cast.member)


@pytest.mark.parametrize("htmx", [True, False], ids=["htmx", "plain"])
def test_deleted_comment_is_gone_and_comes_back_by_undo(
    client: Client, cast: Cast, paper: Paper, comment: Comment, htmx: bool
) -> None:
    headers = {"headers": HTMX} if htmx else {}
    here = f"/g/{cast.group.slug}/papers/{paper.address}/"
    client.force_login(cast.member)

    def shown(answer: object) -> Element:
        return page(answer if htmx else client.get(here))

    gone = shown(client.post(f"{here}comments/deleted/", {"comment": comment.pk, "state": "on"}, **headers))
    found = page(client.get(f"/g/{cast.group.slug}/search/?talk=on")).all(".row__title")
    back = shown(press_undo(client, gone.one(".undo"), **headers))

    assert gone.all(".comment__text") == found == back.all(".undo") == []
    assert (
        gone.one(".comment--deleted").words
        == "You deleted your comment. Bring it back — comment by " + cast.member.name
    )
    assert gone.one("#discussion .section-head__count").words == "0"
    assert back.one(".comment__text").words == comment.markdown
    assert back.one("#discussion .section-head__count").words == "1"


def test_deleted_comment_keeps_an_empty_place_for_its_replies(client: Client, cast: Cast, comment: Comment) -> None:
    reply = CommentFactory(group_paper=comment.group_paper, parent=comment, author=cast.organiser)
    client.force_login(cast.member)

    set_deleted(client, cast, comment, "on")
    thread = page(client.get(f"/g/{cast.group.slug}/papers/{comment.group_paper.paper.address}/")).one(".thread")

    assert thread.one(".comment--deleted").words.startswith("You deleted your comment. Bring it back")
    client.force_login(cast.organiser)
    theirs = page(client.get(f"/g/{cast.group.slug}/papers/{comment.group_paper.paper.address}/")).one(".thread")
    assert theirs.one(".comment--deleted").words.startswith("This comment was deleted.")
    assert theirs.one(".comment__text").words == reply.markdown
    assert thread.one(".comment__text").words == reply.markdown


@pytest.mark.parametrize(
    ("who", "by", "codes"),
    [
        ("member", "member", (200, 200)),
        ("organiser", "organiser", (200, 200)),
        ("guest", "guest", (403, 403)),
        ("organiser", "member", (200, 403)),
        ("member", "organiser", (200, 403)),
    ],
)
def test_who_deletes_and_who_brings_back(
    client: Client, cast: Cast, comment: Comment, who: str, by: str, codes: tuple[int, int]
) -> None:
    client.force_login(getattr(cast, who))
    deleted = set_deleted(client, cast, comment, "on")
    client.force_login(getattr(cast, by))
    back = set_deleted(client, cast, comment, "off")

    assert (deleted, back) == codes


def test_text_of_a_deleted_comment_is_emptied_after_its_days(client: Client, cast: Cast, comment: Comment) -> None:
    old = CommentFactory(group_paper=comment.group_paper, author=cast.member)
    client.force_login(cast.member)
    set_deleted(client, cast, old, "on")
    Comment.objects.filter(pk=old.pk).update(deleted_at=now() - timedelta(days=limits.DELETED_DAYS, minutes=1))

    set_deleted(client, cast, comment, "on")

    assert Comment.objects.get(pk=old.pk).markdown == Comment.objects.get(pk=old.pk).html == ""
    assert set_deleted(client, cast, old, "off") == 409
    assert Comment.objects.get(pk=comment.pk).markdown
    assert set_deleted(client, cast, comment, "off") == 200


def test_last_comments_stand_on_their_page_and_fewer_of_them_beside_the_week(client: Client, cast: Cast) -> None:
    for number in range(limits.TALK_BESIDE + 1):
        CommentFactory(group_paper__group=cast.group, markdown=f"Thought {number}: " + "long " * 99)
    gone = CommentFactory(group_paper__group=cast.group, markdown="Gone", deleted_at=now())
    other = CommentFactory(markdown="Of another group")
    client.force_login(cast.guest)
    address = f"/g/{cast.group.slug}/talk/"

    whole, beside = page(client.get(address)), page(client.get(address, headers=HTMX))

    said = [each.all("p")[1].words for each in whole.all(".talk__list li")]
    assert [text.split(":")[0] for text in said] == [f"Thought {n}" for n in range(limits.TALK_BESIDE, -1, -1)]
    assert max(map(len, said)) <= limits.TALK_CHARS
    assert len(beside.all(".talk__list li")) == limits.TALK_BESIDE
    assert {gone.group_paper, other.group_paper} <= set(GroupPaper.objects.all())
    link = page(client.get(f"/g/{cast.group.slug}/")).one("#talk-heading a")
    assert link.get("href") == link.get("hx-get") == address


def test_deleted_comment_without_replies_has_no_place_for_others(client: Client, cast: Cast, comment: Comment) -> None:
    client.force_login(cast.member)
    set_deleted(client, cast, comment, "on")
    client.force_login(cast.organiser)

    shown = page(client.get(f"/g/{cast.group.slug}/papers/{comment.group_paper.paper.address}/"))

    assert shown.all(".comment") == []
    assert shown.one("#discussion .section-head__count").words == "0"

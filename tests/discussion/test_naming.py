"""What a comment names: members by "@", and papers by their arXiv ids and addresses."""

from uuid import uuid4

import pytest
from django.test import Client

from core.clock import now
from discussion.models import Comment, GroupPaper, Mention
from groups.models import Membership
from tests.factories import Cast, GroupPaperFactory, MembershipFactory, PaperFactory
from tests.pages import Element, page

HTMX = {"HX-Request": "true"}


@pytest.fixture
def group_paper(cast: Cast) -> GroupPaper:
    return GroupPaperFactory(group=cast.group)


def say(client: Client, group_paper: GroupPaper, text: str) -> Element:
    """Send a comment; return its text as it is shown."""
    address = f"/g/{group_paper.group.slug}/papers/{group_paper.paper.address}/comments/"
    shown = page(client.post(address, {"text": text, "key": str(uuid4())}, headers=HTMX))
    return shown.one(f"#c{Comment.objects.latest('pk').pk} .comment__text".replace("#", "article#"))


def test_mention_marks_the_name_and_is_remembered(client: Client, cast: Cast, group_paper: GroupPaper) -> None:
    ana, twin, other = (
        MembershipFactory(group=cast.group, user__name=name).user for name in ("Ana Novák", "Bo Li", "Bo Li")
    )
    gone = MembershipFactory(group=cast.group, user__name="Cy Gone", left_at=now()).user
    client.force_login(cast.member)
    text = f"@Ana Novák, @bo li: not x@ana.org, `@Ana Novák` or @{gone.name}, nor me, @{cast.member.name}. @Nobody Here"

    shown = say(client, group_paper, text)

    assert [one.words for one in shown.all(".mention")] == ["@Ana Novák", "@bo li", f"@{cast.member.name}"]
    assert Comment.objects.get().markdown == text
    assert set(Mention.objects.values_list("member", flat=True)) == {ana.pk, twin.pk, other.pk}


def test_first_name_will_do_when_one_alone_has_it(client: Client, cast: Cast, group_paper: GroupPaper) -> None:
    ana = MembershipFactory(group=cast.group, user__name="Xanthippe Novák").user
    client.force_login(cast.member)

    assert [one.words for one in say(client, group_paper, "Hi @xanthippe!").all(".mention")] == ["@xanthippe"]
    MembershipFactory(group=cast.group, user__name="Xanthippe Other")
    assert say(client, group_paper, "Hi again @xanthippe!").all(".mention") == []
    assert list(Mention.objects.values_list("member", flat=True)) == [ana.pk]


def test_change_changes_who_is_mentioned(client: Client, cast: Cast, group_paper: GroupPaper) -> None:
    ana, bo = (MembershipFactory(group=cast.group, user__name=name).user for name in ("Ana Novák", "Bo Li"))
    client.force_login(cast.member)
    say(client, group_paper, "@Ana Novák?")
    comment = Comment.objects.get()

    address = f"/g/{cast.group.slug}/papers/{group_paper.paper.address}/comments/edited/"
    client.post(address, {"comment": comment.pk, "seen": 0, "text": "@Bo Li?"})

    assert list(Mention.objects.values_list("member", flat=True)) == [bo.pk] != [ana.pk]


def test_known_paper_stands_with_its_title_and_our_page_behind_it(
    client: Client, cast: Cast, group_paper: GroupPaper
) -> None:
    PaperFactory(external_id="2009.14798", title="On $x^2$ & more", title_html="")
    PaperFactory(external_id="hep-th/9901001", title="An old one", by_members=True)  # another group's business
    client.force_login(cast.member)
    text = (
        "See 2009.14798v2, arXiv:2009.14798, https://arxiv.org/pdf/2009.14798v1, <https://arxiv.org/abs/2009.14798>, "
        "but [mine](https://arxiv.org/abs/2009.14798), `2009.14798`, hep-th/9901001, https://arxiv.org/abs/2001.00001."
    )

    shown = say(client, group_paper, text)

    here = f"/g/{cast.group.slug}/papers/2009.14798/"
    links = [(one.get("href"), one.words) for one in shown.all("a")]
    ours = [link for link in links if link[0] == here]
    assert len(ours) == 4
    assert {words.replace(" ", "") for _, words in ours} == {"Onx2&more"}
    assert [link for link in links if link not in ours] == [
        ("https://arxiv.org/abs/2009.14798", "mine"),
        ("https://arxiv.org/abs/2001.00001", "https://arxiv.org/abs/2001.00001"),
    ]
    assert Comment.objects.get().markdown == text


def test_names_cost_nothing_where_there_are_none(client: Client, cast: Cast, group_paper: GroupPaper) -> None:
    Membership.objects.filter(group=cast.group).exclude(user=cast.member).delete()
    client.force_login(cast.member)

    assert say(client, group_paper, "@ @@ a@b @, 99.99999").all("a, .mention") == []

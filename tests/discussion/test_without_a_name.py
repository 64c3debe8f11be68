"""Questions without a name: an organiser's switch, and no trace of who asked where anyone could look."""

import json
from uuid import uuid4

import pytest
from django.apps import apps
from django.core import serializers
from django.test import Client

from accounts.models import User
from discussion import actions
from discussion.models import Comment, GroupPaper
from tests.factories import Cast, CommentFactory, GroupPaperFactory
from tests.pages import Element, page

HTMX = {"HX-Request": "true"}


@pytest.fixture
def group_paper(cast: Cast) -> GroupPaper:
    cast.group.anonymous_questions = True
    cast.group.save()
    return GroupPaperFactory(group=cast.group)


def here(group_paper: GroupPaper) -> str:
    return f"/g/{group_paper.group.slug}/papers/{group_paper.paper.address}/"


def ask(client: Client, who: User, group_paper: GroupPaper, **fields: object) -> tuple[int, Element]:
    client.force_login(who)
    sent = {"text": "Is it naïve to ask?", "key": str(uuid4()), "label": "question", "anonymous": "on", **fields}
    answer = client.post(f"{here(group_paper)}comments/", sent, headers=HTMX)
    return answer.status_code, page(answer)


def test_question_is_by_a_member_to_everyone_and_ones_own_to_who_asked(
    client: Client, cast: Cast, group_paper: GroupPaper
) -> None:
    key = str(uuid4())
    codes = [ask(client, cast.member, group_paper, key=key)[0] for _ in range(3)]

    comment = Comment.objects.get()
    assert codes == [200, 200, 200]
    own = page(client.get(here(group_paper))).one(f"#c{comment.pk}")
    assert own.one(".comment__head").words.startswith("a member you; nobody else is told Question")
    for who in (cast.organiser, cast.guest):
        client.force_login(who)
        shown = page(client.get(here(group_paper))).one(f"#c{comment.pk}")
        assert shown.get("aria-label") == "Question by a member"
        assert shown.one(".comment__author").words == "a member"
        assert (len(shown.all(f"#change-{comment.pk}")), len(shown.all(".tag"))) == (0, 1)
    changed = {"comment": comment.pk, "seen": 0, "text": "May one ask?"}
    assert client.post(f"{here(group_paper)}comments/edited/", changed).status_code == 403
    client.force_login(cast.member)
    assert client.post(f"{here(group_paper)}comments/edited/", changed).status_code == 302


def test_name_is_nowhere(client: Client, cast: Cast, group_paper: GroupPaper) -> None:
    """Neither in a table that belongs to the group, nor in anything that its members reach."""
    asker = cast.guest
    asker.name = "Zebedee Quixote"
    asker.save()
    client.force_login(asker)
    client.post(f"{here(group_paper)}comments/draft/", {"text": "Is it", "seen": 0}, headers=HTMX)
    ask(client, asker, group_paper)
    comment = Comment.objects.get()
    client.post(f"{here(group_paper)}comments/edited/", {"comment": comment.pk, "seen": 0, "text": "May one ask that?"})
    for state in ("on", "off"):
        client.post(f"{here(group_paper)}comments/deleted/", {"comment": comment.pk, "state": state})
    mine = {"membership", "draft", "lastread"}  # that one is a member, writes and reads; none names the question

    rows = [
        row
        for app in ("groups", "discussion", "meetings")
        for model in apps.get_app_config(app).get_models()
        if model._meta.model_name not in mine
        for row in json.loads(serializers.serialize("json", model._default_manager.all()))
    ]
    naming = [row for row in rows if asker.pk in row["fields"].values() and row["model"] != "groups.group"]
    assert [row for row in naming if row["model"].startswith("discussion.")] == []
    assert Comment.objects.get().deleted_at is None
    draft = serializers.serialize("json", apps.get_model("discussion.draft").objects.all())
    assert "Is it" not in draft

    client.force_login(cast.organiser)
    group = f"/g/{cast.group.slug}"
    sinks = [here(group_paper), f"{group}/talk/", f"{group}/inbox/", f"{group}/search/?q=ask&talk=on"]
    sinks += [f"{here(group_paper)}discussion.{name}" for name in ("md", "json", "html")]
    sinks += [f"{here(group_paper)}comments/{comment.pk}/history/"]
    for address in sinks:
        said = page(client.get(address)).one("main").words if "discussion." not in address else ""
        said = said or client.get(address).content.decode()
        assert "ask that?" in said, address
        assert "Quixote" not in said.replace(f"{asker.name} (guest)", ""), address


def test_switch_is_the_organisers(client: Client, cast: Cast, group_paper: GroupPaper) -> None:
    client.force_login(cast.member)
    assert len(page(client.get(here(group_paper))).all("[name=anonymous]")) == 1
    client.force_login(cast.organiser)
    settings = f"/g/{cast.group.slug}/settings/"

    assert client.post(settings, {"section": "talk"}).status_code == 302

    client.force_login(cast.member)
    assert page(client.get(here(group_paper))).all("[name=anonymous]") == []
    assert ask(client, cast.member, group_paper)[0] == 403
    assert not Comment.objects.exists()
    assert client.post(settings, {"section": "talk", "anonymous_questions": "on"}).status_code == 403


def test_only_questions_and_what_one_adds_to_ones_own_go_without_a_name(
    client: Client, cast: Cast, group_paper: GroupPaper
) -> None:
    theirs = CommentFactory(group_paper=group_paper)

    assert ask(client, cast.member, group_paper, label="")[0] == 422
    assert ask(client, cast.member, group_paper, label="", parent=theirs.pk)[0] == 422
    ask(client, cast.member, group_paper)
    own = Comment.objects.get(anonymous=True)
    assert ask(client, cast.member, group_paper, label="", parent=own.pk, text="I mean it.")[0] == 200
    assert ask(client, cast.organiser, group_paper, label="", parent=own.pk)[0] == 422


def test_organiser_takes_it_away_and_any_organiser_brings_it_back(
    client: Client, cast: Cast, group_paper: GroupPaper
) -> None:
    ask(client, cast.member, group_paper)
    comment = Comment.objects.get()
    place = {"slug": cast.group.slug, "address": group_paper.paper.address, "comment": comment.pk}

    actions.set_deleted(by=cast.organiser, **place, deleted=True)
    client.force_login(cast.organiser)
    assert len(page(client.get(f"/g/{cast.group.slug}/removed/")).all(".talk__list li")) == 1
    actions.set_deleted(by=cast.organiser, **place, deleted=False)
    actions.set_deleted(by=cast.member, **place, deleted=True)
    assert Comment.objects.get().deleted_by is None
    assert page(client.get(f"/g/{cast.group.slug}/removed/")).all(".talk__list li") == []
    client.force_login(cast.member)
    assert len(page(client.get(f"/g/{cast.group.slug}/removed/")).all(".talk__list li")) == 1

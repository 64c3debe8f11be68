"""The summary of a paper: one, by all members, in the discussion, in agendas, in the archive and in searches."""

import csv
import json
from io import StringIO
from uuid import uuid4

import pytest
from django.test import Client

from core import limits
from core.clock import now
from core.text import markdown_html
from discussion.models import Comment, GroupPaper
from meetings.models import AgendaItem
from tests.factories import Cast, CommentFactory, GroupPaperFactory, MeetingFactory
from tests.pages import Element, page

HTMX = {"HX-Request": "true"}
SAID = "They weigh $10^6$ suns. The method is new."


@pytest.fixture
def group_paper(cast: Cast) -> GroupPaper:
    return GroupPaperFactory(group=cast.group)


def here(group_paper: GroupPaper) -> str:
    return f"/g/{group_paper.group.slug}/papers/{group_paper.paper.address}/"


def summarise(client: Client, group_paper: GroupPaper, text: str = SAID, **fields: object) -> tuple[int, Element]:
    sent = {"text": text, "label": "summary", "key": str(uuid4()), **fields}
    answer = client.post(f"{here(group_paper)}comments/", sent, headers=HTMX)
    return answer.status_code, page(answer)


def test_summary_stands_above_what_was_said_and_every_member_changes_it(
    client: Client, cast: Cast, group_paper: GroupPaper
) -> None:
    CommentFactory(group_paper=group_paper)
    client.force_login(cast.member)

    code, answer = summarise(client, group_paper)

    summary = Comment.objects.get(label="summary")
    assert (code, answer.one("#status").words) == (200, "Summary saved.")
    assert answer.one("#summary .comment__text").words.endswith("suns. The method is new.")
    assert len(answer.all("#summary .comment__text math")) == 1
    assert len(answer.all(".thread li")) == 1
    client.force_login(cast.organiser)
    changed = {"comment": summary.pk, "seen": 0, "text": "They weigh suns."}
    answer = page(client.post(f"{here(group_paper)}comments/edited/", changed, headers=HTMX))
    assert answer.one("#summary .comment__text").words == "They weigh suns."
    head = answer.one("#summary .comment__head").words
    assert head.startswith(f"Summary by {cast.member.name}, changed by {cast.organiser.name}")
    guest = Client()
    guest.force_login(cast.guest)
    assert guest.post(f"{here(group_paper)}comments/edited/", changed | {"text": "No."}).status_code == 403
    assert page(guest.get(here(group_paper))).all("#summary form") == []


def test_paper_has_one_summary(client: Client, cast: Cast, group_paper: GroupPaper) -> None:
    client.force_login(cast.member)
    summarise(client, group_paper)

    code, _ = summarise(client, group_paper, "Another one.")

    assert code == 422
    assert [one.markdown for one in Comment.objects.all()] == [SAID]
    client.post(f"{here(group_paper)}comments/deleted/", {"comment": Comment.objects.get().pk, "state": "on"})
    assert summarise(client, group_paper, "Another one.")[0] == 200
    back = {"comment": Comment.objects.get(markdown=SAID).pk, "state": "off"}
    answered = client.post(f"{here(group_paper)}comments/deleted/", back, headers=HTMX)
    said = "The paper has another summary by now. Copy what you need of this one into it."
    assert (answered.status_code, answered.content.decode()) == (409, said)


@pytest.mark.parametrize(
    ("length", "code"), [(limits.SUMMARY_CHARS - 1, 200), (limits.SUMMARY_CHARS, 200), (limits.SUMMARY_CHARS + 1, 422)]
)
def test_summary_is_short(client: Client, cast: Cast, group_paper: GroupPaper, length: int, code: int) -> None:
    client.force_login(cast.member)

    answered, answer = summarise(client, group_paper, "x" * length)

    assert answered == code
    if code == 422:
        assert answer.one("#error-summary").words == "A summary has at most 600 characters; this one has 601."
        assert answer.one("#text-summary").words == "x" * length


def test_guest_and_reply_make_no_summary(client: Client, cast: Cast, group_paper: GroupPaper) -> None:
    first = CommentFactory(group_paper=group_paper)
    client.force_login(cast.member)
    assert summarise(client, group_paper, parent=first.pk)[0] == 422
    client.force_login(cast.guest)
    assert summarise(client, group_paper)[0] == 403
    assert page(client.get(here(group_paper))).all("#summary form") == []
    assert not Comment.objects.filter(label="summary").exists()


def test_summary_goes_into_agenda_and_archive(client: Client, cast: Cast, group_paper: GroupPaper) -> None:
    CommentFactory(group_paper=group_paper, label="summary", markdown=SAID, html=markdown_html(SAID))
    CommentFactory(group_paper=group_paper)
    meeting = MeetingFactory(group=cast.group, state="closed", starts_at=now())
    AgendaItem.objects.create(
        group=cast.group, meeting=meeting, position=1, group_paper=group_paper, minutes=15, state="discussed"
    )
    client.force_login(cast.guest)
    archive = f"/g/{cast.group.slug}/archive/"

    agenda = json.loads(client.get(f"/g/{cast.group.slug}/meetings/{meeting.slug}/agenda.json").content)
    shown = page(client.get(archive)).one(".agenda__summary")
    table = csv.DictReader(StringIO(client.get(f"{archive}papers.csv").content.decode("utf-8-sig")))

    assert [item["summary"] for item in agenda["items"]] == [SAID]
    assert (shown.words.endswith("suns. The method is new."), len(shown.all("math"))) == (True, 1)
    assert [(row["summary"], row["comments"]) for row in table] == [(SAID, "2")]


def test_search_shows_summaries_and_finds_the_papers_that_have_one(
    client: Client, cast: Cast, group_paper: GroupPaper
) -> None:
    CommentFactory(group_paper=group_paper, label="summary", markdown=SAID, html=markdown_html(SAID))
    other = GroupPaperFactory(group=cast.group)
    CommentFactory(group_paper=other, markdown="No summary.")
    client.force_login(cast.member)

    found = page(client.get(f"/g/{cast.group.slug}/search/?q=matter&summary=on"))

    assert [one.words for one in found.all(".row__title")] == [group_paper.paper.title]
    assert found.one(".snippet--summary").words.endswith("suns. The method is new.")
    assert [one.words for one in found.all(".chip")] == ["Has a summary × — take this filter away"]
    assert len(page(client.get(f"/g/{cast.group.slug}/search/?q=matter")).all(".row__title")) == 2

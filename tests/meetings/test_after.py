"""After a meeting: whoever presented is asked once for two sentences and their slides, and gives both in one form."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from core.clock import now
from discussion.actions import add_comment, take_paper
from discussion.models import Comment
from groups.models import Meeting
from meetings.actions import add_paper, close_meeting, keep_what_stays
from meetings.models import AgendaItem
from notifications.actions import send_due
from notifications.models import Message
from tests.factories import Cast, GroupPaperFactory, MeetingFactory, PaperFactory
from tests.pages import Element, page

SLIDES = "https://slides.example.org/one_two.pdf"
DISGUISED = "https://arxiv.org@example.net/a"
SUMMARY = "It measures the spin of forty stars. Half of them turn the wrong way."


@pytest.fixture
def held(cast: Cast) -> AgendaItem:
    """A line that the member presented, of a meeting that was closed."""
    meeting = MeetingFactory(group=cast.group)
    paper = GroupPaperFactory(group=cast.group, paper=PaperFactory(title="The one"))
    add_paper(by=cast.organiser, slug=cast.group.slug, meeting=meeting.slug, paper=paper.paper.address)
    take_paper(by=cast.member, slug=cast.group.slug, address=paper.paper.address)
    Meeting.objects.update(starts_at=now() - timedelta(hours=1), closes_at=now() - timedelta(days=1))
    close_meeting(by=cast.organiser, slug=cast.group.slug, meeting=meeting.slug)
    close_meeting(by=cast.organiser, slug=cast.group.slug, meeting=meeting.slug)
    return AgendaItem.objects.select_related("meeting", "group_paper__paper").get()


def address(held: AgendaItem, name: str = "after") -> str:
    more = [held.pk] if name == "after" else []
    return reverse(f"meetings:{name}", args=[held.group.slug, held.meeting.slug, *more])


def filled_in(form: Element) -> dict[str, str]:
    """Return what the form sends when its button is pressed as it stands."""
    fields = {one.get("name"): one.get("value") or "" for one in form.all("input")}
    fields |= {one.get("name"): one.words for one in form.all("textarea")}
    return {name: value for name, value in fields.items() if name and name != "csrfmiddlewaretoken"}


def test_presenter_is_asked_once(cast: Cast, held: AgendaItem) -> None:
    asked = Message.objects.get(object=f"summary:{held.pk}")

    assert (asked.recipient, asked.kind) == (cast.member, "reminder")
    assert asked.payload["said"].startswith("You presented this paper on ")
    assert asked.payload["text"].startswith("Write two sentences that last")
    assert asked.payload["address"] == f"{address(held, 'meeting')}#item-{held.pk}"


def test_presenter_gives_both_in_one_form_without_javascript(client: Client, cast: Cast, held: AgendaItem) -> None:
    client.force_login(cast.member)
    form = page(client.get(address(held, "meeting"))).one(f"#item-{held.pk} details.asked form")
    sent = {one.get("name"): one.get("value") for one in form.all("[type=hidden]")}

    for _ in range(2):
        client.post(str(form.get("action")), sent | {"summary": SUMMARY, "slides": SLIDES}, follow=True)

    written = Comment.objects.get()
    assert (written.label, written.markdown, written.author) == ("summary", SUMMARY, cast.member)
    shown = page(client.get(address(held, "meeting")))
    assert [one.get("href") for one in shown.all("a[rel=noopener]") if "Slides" in one.words] in ([], [SLIDES])
    assert SLIDES in client.get(address(held, "meeting")).content.decode()
    archive = client.get(reverse("meetings:archive", args=[held.group.slug])).content.decode()
    assert f'href="{SLIDES}"' in archive
    assert "(slides.example.org)" in archive
    assert "(slides.example.org)" in shown.one(f"#item-{held.pk}").words
    exported = client.get(reverse("meetings:export", args=[held.group.slug, held.meeting.slug, "json"])).json()
    assert (exported["items"][0]["slides"], exported["items"][0]["summary"]) == (SLIDES, SUMMARY)


def test_who_has_given_both_before_the_mail_goes_is_not_asked(cast: Cast, held: AgendaItem) -> None:
    keep_what_stays(
        by=cast.member,
        slug=held.group.slug,
        meeting=held.meeting.slug,
        pk=held.pk,
        key=uuid4(),
        summary=SUMMARY,
        slides=SLIDES,
    )
    Message.objects.update(due_at=now())
    send_due()

    asked = Message.objects.get(object=f"summary:{held.pk}")
    assert asked.state in ("dropped", "waiting")
    assert asked.reason == "Both are there meanwhile." or asked.state == "waiting"


def test_summary_that_is_there_is_not_asked_for(client: Client, cast: Cast, held: AgendaItem) -> None:
    add_comment(
        by=cast.organiser,
        slug=held.group.slug,
        address=held.group_paper.paper.address,
        key=uuid4(),
        text="Done.",
        label="summary",
    )
    client.force_login(cast.member)

    form = page(client.get(address(held, "meeting"))).one("details.asked")

    assert form.all("textarea") == []
    assert "Its summary is written." in form.words


@pytest.mark.parametrize(
    "slides", ["http://example.org/a", "javascript:alert(1)", "ftp://example.org/a", "no address", DISGUISED]
)
def test_slides_are_an_https_address(client: Client, cast: Cast, held: AgendaItem, slides: str) -> None:
    client.force_login(cast.member)

    answer = client.post(address(held), {"key": str(uuid4()), "summary": "", "slides": slides})

    assert answer.status_code == 422
    assert AgendaItem.objects.get().slides == ""
    with pytest.raises(IntegrityError), transaction.atomic():
        AgendaItem.objects.update(slides="http://example.org/a")


def test_slides_that_another_presenter_gave_stay_when_only_the_summary_is_sent(
    client: Client, cast: Cast, held: AgendaItem
) -> None:
    sent = {"key": str(uuid4()), "summary": SUMMARY, "slides": "", "was": ""}
    AgendaItem.objects.update(slides=SLIDES)
    client.force_login(cast.member)

    assert client.post(address(held), sent).status_code == 302

    assert (AgendaItem.objects.get().slides, Comment.objects.get().markdown) == (SLIDES, SUMMARY)


def test_who_was_slower_with_slides_sees_both_and_keeps_what_was_typed(
    client: Client, cast: Cast, held: AgendaItem
) -> None:
    mine = "https://slides.example.org/mine"
    AgendaItem.objects.update(slides=SLIDES)
    client.force_login(cast.member)

    refused = client.post(address(held), {"key": str(uuid4()), "summary": SUMMARY, "slides": mine, "was": ""})

    shown = page(refused)
    again = filled_in(shown.one("details.asked form"))
    assert (refused.status_code, AgendaItem.objects.get().slides) == (409, SLIDES)
    assert SLIDES in shown.one(".notice--error").words
    assert (again["slides"], again["summary"], again["was"]) == (mine, SUMMARY, SLIDES)
    assert client.post(address(held), again).status_code == 302
    assert (AgendaItem.objects.get().slides, Comment.objects.get().markdown) == (mine, SUMMARY)


def test_summary_that_comes_second_is_shown_to_be_copied(client: Client, cast: Cast, held: AgendaItem) -> None:
    paper = held.group_paper.paper.address
    add_comment(by=cast.organiser, slug=held.group.slug, address=paper, key=uuid4(), text="Done.", label="summary")
    client.force_login(cast.member)

    refused = client.post(address(held), {"key": str(uuid4()), "summary": SUMMARY, "slides": SLIDES, "was": ""})

    form = page(refused).one("details.asked form")
    again = filled_in(form)
    assert (refused.status_code, form.one("textarea[readonly]").words) == (409, SUMMARY)
    assert client.post(address(held), again).status_code == 302
    assert (AgendaItem.objects.get().slides, Comment.objects.get().markdown) == (SLIDES, "Done.")


def test_slides_that_cannot_be_used_do_not_cost_the_summary(client: Client, cast: Cast, held: AgendaItem) -> None:
    client.force_login(cast.member)

    refused = client.post(address(held), {"key": str(uuid4()), "summary": SUMMARY, "slides": DISGUISED, "was": ""})

    shown = page(refused)
    assert (refused.status_code, shown.one("details.asked textarea").words) == (422, SUMMARY)
    assert shown.one(".notice--error a").get("href") == f"#slides-{held.pk}"


def test_only_who_presented_and_organisers_keep_them(client: Client, cast: Cast, held: AgendaItem) -> None:
    sent = {"key": str(uuid4()), "slides": SLIDES}
    answers = {}
    for name in ("outsider", "guest", "organiser"):
        client.force_login(getattr(cast, name))
        answers[name] = client.post(address(held), sent).status_code

    assert answers == {"outsider": 404, "guest": 403, "organiser": 302}

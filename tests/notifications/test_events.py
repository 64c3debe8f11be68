"""What people are told of: each event reaches those whom it concerns, and nobody else."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from django.core import mail

from discussion.actions import add_comment, answer_assignment, ask_member, give_back, set_deleted, take_paper
from discussion.models import Follow
from meetings.actions import add_paper, set_presenter
from notifications.actions import send_due
from notifications.models import Message
from papers import actions as papers
from papers.parsers.record import Unreadable
from tests.factories import Cast, CommentFactory, GroupPaperFactory, MeetingFactory, UserFactory
from tests.papers.samples import listing

THURSDAY = datetime(2026, 11, 26, 10, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def moment(db: None) -> Any:
    with time_machine.travel(THURSDAY, tick=False):
        yield


@pytest.fixture
def where(cast: Cast) -> dict[str, Any]:
    MeetingFactory(group=cast.group)
    return {"slug": cast.group.slug, "address": GroupPaperFactory(group=cast.group).paper.address}


def told() -> list[tuple[str, str]]:
    """Send what is due within the hour; return to whom, and the first line of what each was told."""
    mail.outbox.clear()
    with time_machine.travel(THURSDAY + timedelta(hours=1), tick=False):
        send_due()
    return sorted((one.to[0].rpartition("<")[2].rstrip(">"), one.body.splitlines()[0]) for one in mail.outbox)


def test_comment_by_itself_is_mailed_to_nobody(cast: Cast, where: dict[str, Any]) -> None:
    add_comment(by=cast.member, key=uuid4(), text="Nice.", **where)

    assert told() == []


def test_reply_reaches_who_wrote_what_it_answers_and_who_began(cast: Cast, where: dict[str, Any]) -> None:
    begun = add_comment(by=cast.member, key=uuid4(), text="Why?", **where)
    answer = add_comment(by=cast.guest, key=uuid4(), text="Because.", parent=begun.pk, **where)
    told()
    add_comment(by=cast.organiser, key=uuid4(), text="No.", parent=answer.pk, **where)

    said = f"{cast.organiser.name} replied to what you wrote."
    assert told() == sorted([(cast.member.email, said), (cast.guest.email, said)])


def test_answer_to_oneself_and_the_same_form_again_tell_nothing_more(cast: Cast, where: dict[str, Any]) -> None:
    begun = add_comment(by=cast.member, key=uuid4(), text="Why?", **where)
    key = uuid4()
    for _ in range(2):
        add_comment(by=cast.guest, key=key, text="Because.", parent=begun.pk, **where)
    add_comment(by=cast.member, key=uuid4(), text="I see.", parent=begun.pk, **where)

    assert told() == [(cast.member.email, f"{cast.guest.name} replied to what you wrote.")]


def test_reply_that_was_deleted_at_once_is_not_mailed(cast: Cast, where: dict[str, Any]) -> None:
    begun = add_comment(by=cast.member, key=uuid4(), text="Why?", **where)
    answer = add_comment(by=cast.guest, key=uuid4(), text="Oops.", parent=begun.pk, **where)
    set_deleted(by=cast.guest, comment=answer.pk, deleted=True, **where)

    assert told() == []


def test_reply_on_a_paper_that_one_mutes_before_it_is_sent_is_not_mailed(cast: Cast, where: dict[str, Any]) -> None:
    begun = add_comment(by=cast.member, key=uuid4(), text="Why?", **where)
    add_comment(by=cast.guest, key=uuid4(), text="Because.", parent=begun.pk, **where)
    Follow.objects.create(group=cast.group, member=cast.member, paper=begun.group_paper.paper, state="mute")

    assert told() == []
    assert Message.objects.get().reason == "The person muted the paper."


WHEN = "on Sun 29 Nov 2026, 11:00 Berlin"


def test_who_is_asked_to_present_is_told(cast: Cast, where: dict[str, Any]) -> None:
    ask_member(by=cast.organiser, member=cast.member.pk, **where)
    ask_member(by=cast.organiser, member=cast.member.pk, **where)

    assert told() == [(cast.member.email, f"{cast.organiser.name} asks you to present this paper {WHEN}.")]


def test_who_takes_a_paper_or_has_answered_already_is_not_mailed(cast: Cast, where: dict[str, Any]) -> None:
    take_paper(by=cast.organiser, **where)
    give_back(by=cast.organiser, **where)
    ask_member(by=cast.organiser, member=cast.member.pk, **where)
    answer_assignment(by=cast.member, accept=True, **where)

    assert told() == []


def test_who_presents_no_longer_is_told_unless_they_never_knew(cast: Cast, where: dict[str, Any]) -> None:
    ask_member(by=cast.organiser, member=cast.member.pk, **where)
    give_back(by=cast.organiser, **where)
    never_knew = told()
    take_paper(by=cast.member, **where)
    give_back(by=cast.organiser, **where)

    said = f"You do not present this paper {WHEN} any more: {cast.organiser.name} gave it back."
    assert (never_knew, told()) == ([], [(cast.member.email, said)])


def test_who_accepted_and_is_freed_within_minutes_is_told(cast: Cast, where: dict[str, Any]) -> None:
    ask_member(by=cast.organiser, member=cast.member.pk, **where)
    answer_assignment(by=cast.member, accept=True, **where)
    give_back(by=cast.organiser, **where)

    assert [person for person, _ in told()] == [cast.member.email]


def test_agenda_builder_tells_who_is_asked_and_who_is_freed(cast: Cast, where: dict[str, Any]) -> None:
    meeting = cast.group.meetings.get()
    line = {"by": cast.organiser, "slug": cast.group.slug, "meeting": meeting.slug}
    item = add_paper(**line, paper=where["address"])
    set_presenter(**line, pk=item.pk, member=cast.member.pk)
    asked = told()
    set_presenter(**line, pk=item.pk, member=cast.organiser.pk)

    assert asked == [(cast.member.email, f"{cast.organiser.name} asks you to present this paper {WHEN}.")]
    freed = f"You do not present this paper {WHEN} any more: {cast.organiser.name} gave it back."
    assert told() == [(cast.member.email, freed)]


def test_who_uploaded_a_listing_is_told_what_became_of_it(cast: Cast) -> None:
    admin = UserFactory(is_staff=True)
    batch = papers.receive(by=admin, content=listing(3), filename="day.md").batch
    papers.carry_on(batch.pk)
    papers.request_publish(by=None, pk=batch.pk)
    papers.carry_on(batch.pk)
    papers.receive(by=None, content=listing(4))

    assert told() == [(admin.email, "day.md was imported: 3 entries, 3 new papers.")]
    assert mail.outbox[0].subject == "day.md: imported"
    assert f"/listings/imports/{batch.pk}/" in mail.outbox[0].body


def test_who_uploaded_a_listing_is_told_why_it_failed(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    def read(*_: object) -> None:
        raise Unreadable("Line 3 has no end.")

    admin = UserFactory(is_staff=True)
    batch = papers.receive(by=admin, content=listing(3), filename="day.md").batch
    monkeypatch.setattr("papers.actions.reading.registry.read", read)
    papers.carry_on(batch.pk)

    assert told() == [(admin.email, "day.md could not be imported.")]
    assert "Line 3 has no end." in mail.outbox[0].body


def test_guest_who_was_mentioned_in_a_reply_reads_it_once(cast: Cast, where: dict[str, Any]) -> None:
    from notifications.actions import Notice, enqueue

    begun = CommentFactory(author=cast.guest, group_paper=GroupPaperFactory(group=cast.group))
    where = {"slug": cast.group.slug, "address": begun.group_paper.paper.address}
    answer = add_comment(by=cast.member, key=uuid4(), text="Ask **her**.", parent=begun.pk, **where)
    row = Message.objects.get()
    said = {"kind": "mention", "said": f"{cast.member.name} mentioned you."}
    columns = {"object": row.object, "scope": row.scope, "thread": row.thread}
    enqueue(Notice(**row.payload | said | columns), to=[cast.guest.pk], by=cast.member)

    ((person, first),) = told()

    assert person == cast.guest.email
    assert first == f"{cast.member.name} replied to what you wrote. {cast.member.name} mentioned you."
    assert mail.outbox[0].body.count("Ask **her**.") == 1
    assert row.object == f"comment:{answer.pk}"

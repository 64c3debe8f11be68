"""Who presents a paper: every step from one state to the next, and who is told what."""

import threading
from collections import Counter
from datetime import timedelta

import pytest
from django.db import connections
from django.test import Client

from accounts.models import User
from core.clock import now
from core.errors import Conflict
from discussion import actions
from discussion.models import Assignment, GroupPaper
from groups.models import Meeting, Membership, Role
from papers.models import Paper
from tests.factories import (
    Cast,
    GroupPaperFactory,
    MeetingFactory,
    MembershipFactory,
    PaperFactory,
    make_cast,
)
from tests.pages import Element, page

HTMX = {"HX-Request": "true"}


@pytest.fixture
def paper(db: None) -> Paper:
    return PaperFactory()


@pytest.fixture
def meeting(cast: Cast) -> Meeting:
    return MeetingFactory(group=cast.group)


@pytest.fixture
def later(cast: Cast) -> Meeting:
    return MeetingFactory(group=cast.group, starts_at=now() + timedelta(days=10))


def send(client: Client, cast: Cast, paper: Paper, who: User, **fields: object) -> tuple[int, str]:
    """Send a step as someone by htmx, and return the code and the sentence that is said."""
    client.force_login(who)
    answer = client.post(f"/g/{cast.group.slug}/papers/{paper.address}/assignment/", fields, headers=HTMX)
    if answer.status_code >= 400:
        return answer.status_code, answer.content.decode()
    return answer.status_code, page(answer).one("#status").words


def states(paper: Paper) -> list[tuple[str, int | None, str]]:
    """List who, for which meeting (its id), in which state."""
    found = Assignment.objects.filter(group_paper__paper=paper).order_by("pk").select_related("member")
    return [(one.member.name, one.meeting_id, one.state) for one in found]


def panel(client: Client, cast: Cast, paper: Paper, who: User) -> Element:
    client.force_login(who)
    return page(client.get(f"/g/{cast.group.slug}/papers/{paper.address}/")).one("#presenting")


def offers(panel: Element) -> list[str]:
    return [button.words for button in panel.all("button")]


def held(cast: Cast, paper: Paper, who: User, state: str, meeting: Meeting | None = None, **more: object) -> Assignment:
    group_paper, _ = GroupPaper.objects.get_or_create(group=cast.group, paper=paper)
    return Assignment.objects.create(
        group=cast.group, group_paper=group_paper, member=who, state=state, meeting=meeting, **more
    )


def test_taking_is_for_the_next_meeting(client: Client, cast: Cast, paper: Paper, meeting: Meeting) -> None:
    assert send(client, cast, paper, cast.member, state="taken") == (200, "You have taken this paper.")

    assert states(paper) == [(cast.member.name, meeting.pk, "accepted")]


def test_taking_without_htmx_leads_to_the_paper_and_says_so(client: Client, cast: Cast, paper: Paper) -> None:
    client.force_login(cast.member)

    answer = client.post(f"/g/{cast.group.slug}/papers/{paper.address}/assignment/", {"state": "taken"}, follow=True)

    assert answer.redirect_chain == [(f"/g/{cast.group.slug}/papers/{paper.address}/", 302)]
    assert page(answer).one(".undo__done").words == f"You have taken this paper. {paper.title}"


def test_taking_from_a_row_answers_with_the_rows_side(
    client: Client, cast: Cast, paper: Paper, meeting: Meeting
) -> None:
    client.force_login(cast.member)
    where = f"/g/{cast.group.slug}/papers/{paper.address}/assignment/"

    answer = page(client.post(where, {"state": "taken", "part": "side"}, headers=HTMX))

    side = answer.one(f"#side-{paper.pk}")
    assert side.one(".presenter").words == f"you ▸for {meeting.day:%a} {meeting.day.day} {meeting.day:%b}"
    assert side.one(f"#take-{paper.pk}").get("value") == "returned"


def test_paper_taken_while_no_meeting_is_planned_moves_to_the_one_it_is_taken_for(
    client: Client, cast: Cast, paper: Paper
) -> None:
    send(client, cast, paper, cast.member, state="taken")
    assert states(paper) == [(cast.member.name, None, "accepted")]

    meeting = MeetingFactory(group=cast.group)
    code, said = send(client, cast, paper, cast.organiser, state="taken")
    assert (code, said) == (409, f"{cast.member.name} has taken this paper.")

    send(client, cast, paper, cast.member, state="taken")
    assert states(paper) == [(cast.member.name, meeting.pk, "accepted")]


def test_whoever_comes_second_is_told_who_was_first(client: Client, cast: Cast, paper: Paper, meeting: Meeting) -> None:
    send(client, cast, paper, cast.member, state="taken")

    code, said = send(client, cast, paper, cast.organiser, state="taken")

    day = f"{meeting.day:%a} {meeting.day.day} {meeting.day:%b}"
    assert (code, said) == (409, f"{cast.member.name} has taken this paper for {day}.")
    assert states(paper) == [(cast.member.name, meeting.pk, "accepted")]


def test_asking_waits_for_the_answer_and_twice_is_once(
    client: Client, cast: Cast, paper: Paper, meeting: Meeting
) -> None:
    for _ in range(2):
        asked = send(client, cast, paper, cast.organiser, state="asked", member=cast.member.pk)
        assert asked == (200, "Asked. The answer will show here.")

    assert states(paper) == [(cast.member.name, meeting.pk, "asked")]
    assert offers(panel(client, cast, paper, cast.member)) == ["Accept", "Decline"]
    assert "You are asked by " + cast.organiser.name in panel(client, cast, paper, cast.member).words


def test_asking_oneself_is_taking(client: Client, cast: Cast, paper: Paper, meeting: Meeting) -> None:
    send(client, cast, paper, cast.member, state="asked", member=cast.member.pk)

    assert states(paper) == [(cast.member.name, meeting.pk, "accepted")]


@pytest.mark.parametrize(
    ("answer", "kept"), [("accepted", "accepted"), ("declined", "declined"), ("taken", "accepted")]
)
def test_answer_is_kept_and_can_be_repeated(
    client: Client, cast: Cast, paper: Paper, meeting: Meeting, answer: str, kept: str
) -> None:
    held(cast, paper, cast.member, "asked", meeting, asked_by=cast.organiser)

    codes = [send(client, cast, paper, cast.member, state=answer)[0] for _ in range(2)]

    assert codes == [200, 200]
    assert states(paper) == [(cast.member.name, meeting.pk, kept)]


def test_answer_goes_to_the_assignment_that_asks_and_not_to_a_later_one(
    client: Client, cast: Cast, paper: Paper, meeting: Meeting, later: Meeting
) -> None:
    held(cast, paper, cast.member, "asked", meeting, asked_by=cast.organiser)
    held(cast, paper, cast.member, "accepted", later)

    send(client, cast, paper, cast.member, state="declined")

    assert states(paper) == [(cast.member.name, meeting.pk, "declined"), (cast.member.name, later.pk, "accepted")]


def test_answer_names_the_meeting_when_several_ask(
    client: Client, cast: Cast, paper: Paper, meeting: Meeting, later: Meeting
) -> None:
    for each in (meeting, later):
        held(cast, paper, cast.member, "asked", each, asked_by=cast.organiser)

    send(client, cast, paper, cast.member, state="accepted", meeting=later.slug)

    assert states(paper) == [(cast.member.name, meeting.pk, "asked"), (cast.member.name, later.pk, "accepted")]


@pytest.mark.parametrize("state", ["accepted", "declined"])
def test_nobody_answers_for_someone_else(
    client: Client, cast: Cast, paper: Paper, meeting: Meeting, state: str
) -> None:
    held(cast, paper, cast.member, "asked", meeting, asked_by=cast.organiser)

    answer = send(client, cast, paper, cast.organiser, state=state)

    assert answer == (403, "Only the member who was asked can answer, and nobody is asking you now.")
    assert states(paper) == [(cast.member.name, meeting.pk, "asked")]


def test_declining_what_was_accepted_is_refused(client: Client, cast: Cast, paper: Paper, meeting: Meeting) -> None:
    held(cast, paper, cast.member, "accepted", meeting)

    assert send(client, cast, paper, cast.member, state="declined")[0] == 403
    assert states(paper) == [(cast.member.name, meeting.pk, "accepted")]


@pytest.mark.parametrize(
    ("who", "state", "asked_by", "code"),
    [
        ("member", "accepted", None, 200),  # the presenter
        ("organiser", "accepted", None, 200),
        ("other", "accepted", None, 403),
        ("other", "accepted", "other", 403),  # asked, and was accepted
        ("other", "asked", "other", 200),  # withdraws the question
        ("other", "asked", "organiser", 403),
    ],
)
def test_who_can_give_a_paper_back(
    client: Client,
    cast: Cast,
    paper: Paper,
    meeting: Meeting,
    who: str,
    state: str,
    asked_by: str | None,
    code: int,
) -> None:
    people = {"member": cast.member, "organiser": cast.organiser, "other": MembershipFactory(group=cast.group).user}
    held(cast, paper, cast.member, state, meeting, asked_by=people.get(asked_by or ""))

    assert send(client, cast, paper, people[who], state="returned")[0] == code

    assert states(paper) == [(cast.member.name, meeting.pk, "returned" if code == 200 else state)]


def test_giving_back_what_nobody_holds_changes_nothing(client: Client, cast: Cast, paper: Paper) -> None:
    assert send(client, cast, paper, cast.member, state="returned")[0] == 200

    assert not GroupPaper.objects.exists()


def test_paper_that_was_given_back_can_be_taken_again(
    client: Client, cast: Cast, paper: Paper, meeting: Meeting
) -> None:
    for who, state in [(cast.member, "taken"), (cast.member, "returned"), (cast.organiser, "taken")]:
        assert send(client, cast, paper, who, state=state)[0] == 200

    assert states(paper) == [
        (cast.member.name, meeting.pk, "returned"),
        (cast.organiser.name, meeting.pk, "accepted"),
    ]


@pytest.mark.parametrize("change", [{"left_at": now()}, {"role": Role.GUEST}], ids=["left", "guest"])
@pytest.mark.parametrize("state", ["asked", "accepted"])
def test_whoever_leaves_or_becomes_a_guest_frees_the_paper(
    client: Client, cast: Cast, paper: Paper, meeting: Meeting, change: dict[str, object], state: str
) -> None:
    other = MembershipFactory(group=cast.group).user
    held(cast, paper, other, state, meeting)

    Membership.objects.filter(user=other).update(**change)

    assert panel(client, cast, paper, cast.member).all(".presenting__one") == []
    assert send(client, cast, paper, cast.member, state="taken")[0] == 200
    assert states(paper) == [(other.name, meeting.pk, "returned"), (cast.member.name, meeting.pk, "accepted")]


def test_organiser_can_put_a_paper_on_the_agenda_that_someone_left_behind(
    client: Client, cast: Cast, paper: Paper, meeting: Meeting
) -> None:
    held(cast, paper, cast.former_member, "accepted", meeting)
    held(cast, paper, cast.member, "accepted", None)
    client.force_login(cast.organiser)

    answer = client.post(f"/g/{cast.group.slug}/meetings/{meeting.slug}/items/", {"paper": paper.address})

    assert answer.status_code == 302
    assert states(paper) == [
        (cast.former_member.name, meeting.pk, "returned"),
        (cast.member.name, meeting.pk, "accepted"),
    ]


def test_carried_paper_takes_its_presenter_along_and_leaves_the_past_agenda_as_it_was(
    cast: Cast, paper: Paper, meeting: Meeting
) -> None:
    past = MeetingFactory(group=cast.group, starts_at=now() - timedelta(days=4), state="closed")
    held(cast, paper, cast.member, "accepted", past)

    actions.bring_assignment(GroupPaper.objects.get(), meeting)

    assert states(paper) == [(cast.member.name, past.pk, "accepted"), (cast.member.name, meeting.pk, "accepted")]


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"state": "closed"}, "is held; choose another."),
        ({"state": "cancelled"}, "is cancelled; choose another."),
        ({"starts_at": now() - timedelta(hours=2)}, "is over; choose another."),
    ],
    ids=["held", "cancelled", "over"],
)
def test_paper_is_not_taken_for_a_meeting_that_is_over(
    client: Client, cast: Cast, paper: Paper, fields: dict[str, object], says: str
) -> None:
    past = MeetingFactory(group=cast.group, **fields)

    code, said = send(client, cast, paper, cast.member, state="taken", meeting=past.slug)

    assert (code, said) == (409, f"The meeting of {past.day:%a} {past.day.day} {past.day:%b} {says}")
    assert states(paper) == []


@pytest.mark.parametrize(
    ("fields", "code", "says"),
    [
        ({}, 422, "Choose what to do with this paper"),
        ({"state": "done"}, 422, "Choose what to do with this paper"),
        ({"state": "asked"}, 422, "Choose whom to ask."),
        ({"state": "asked", "member": "9" * 30}, 422, "This member or meeting is not in the group."),
        ({"state": "asked", "member": "-1"}, 422, "This member or meeting is not in the group."),
        ({"state": "asked", "member": str(2**63 - 1)}, 422, "Choose an organiser or a member of the group."),
        ({"state": "taken", "meeting": "\0"}, 422, "This member or meeting is not in the group."),
        ({"state": "taken", "meeting": "x" * 15}, 422, "This member or meeting is not in the group."),
        ({"state": "taken", "meeting": "1999-01-01"}, 404, ""),
    ],
)
def test_odd_values_are_refused(
    client: Client, cast: Cast, paper: Paper, fields: dict[str, str], code: int, says: str
) -> None:
    answer, said = send(client, cast, paper, cast.member, **fields)

    assert answer == code
    assert said.startswith(says)
    assert states(paper) == []


def test_only_members_who_take_papers_can_be_asked(client: Client, cast: Cast, paper: Paper) -> None:
    shy = MembershipFactory(group=cast.group, presents=False).user
    stranger = make_cast().member
    refused = "Choose an organiser or a member of the group."

    for person, says in [
        (cast.guest, refused),
        (cast.former_member, refused),
        (stranger, refused),
        (shy, f"{shy.name} takes no papers at present. Choose someone else."),
    ]:
        assert send(client, cast, paper, cast.member, state="asked", member=person.pk) == (422, says)

    choices = panel(client, cast, paper, cast.member).all("[name=member] option")
    assert [one.words for one in choices] == ["Choose …", cast.organiser.name]


def test_meeting_of_another_group_is_not_found(client: Client, cast: Cast, paper: Paper) -> None:
    theirs = MeetingFactory(group=make_cast().group, slug="2031-01-02")

    assert send(client, cast, paper, cast.member, state="taken", meeting=theirs.slug)[0] == 404


@pytest.mark.parametrize(
    ("who", "shows"),
    [("organiser", ["Free it"]), ("member", ["Give it back"]), ("guest", [])],
)
def test_panel_offers_what_the_person_can_do(
    client: Client, cast: Cast, paper: Paper, meeting: Meeting, who: str, shows: list[str]
) -> None:
    held(cast, paper, cast.member, "accepted", meeting)

    assert offers(panel(client, cast, paper, getattr(cast, who))) == shows


def test_panel_of_an_untouched_paper_offers_to_take_it_and_to_ask(
    client: Client, cast: Cast, paper: Paper, meeting: Meeting, later: Meeting
) -> None:
    found = panel(client, cast, paper, cast.member)

    assert offers(found) == ["I’ll take it", "Ask"]
    assert [one.get("value") for one in found.all("[name=meeting] option")] == [meeting.slug, later.slug]
    assert panel(client, cast, paper, cast.guest).words == (
        "Who presents it? Nobody yet. Members take papers; guests read and comment."
    )


def test_panel_of_a_group_with_nobody_else_to_ask_offers_to_take_it(
    client: Client, cast: Cast, paper: Paper, meeting: Meeting
) -> None:
    Membership.objects.filter(group=cast.group, user=cast.organiser).update(presents=False)

    assert offers(panel(client, cast, paper, cast.member)) == ["I’ll take it"]


def test_meeting_that_nobody_closed_does_not_keep_the_paper_from_the_next_one(
    client: Client, cast: Cast, paper: Paper, meeting: Meeting
) -> None:
    forgotten = MeetingFactory(group=cast.group, starts_at=now() - timedelta(days=4))
    held(cast, paper, cast.organiser, "accepted", forgotten)

    assert send(client, cast, paper, cast.member, state="taken")[0] == 200

    assert states(paper)[1:] == [(cast.member.name, meeting.pk, "accepted")]
    day = page(client.get(f"/g/{cast.group.slug}/?show=assigned"))
    assert day.one(".presenter").words.startswith("you")


@pytest.mark.django_db(transaction=True)
def test_of_twenty_who_take_a_paper_at_once_one_has_it_and_the_others_hear_who() -> None:
    cast = make_cast()
    paper = GroupPaperFactory(group=cast.group).paper
    MeetingFactory(group=cast.group)
    people = [MembershipFactory(group=cast.group, user__name=f"Member {n}").user for n in range(20)]
    start = threading.Barrier(len(people))
    said: dict[str, str] = {}

    def take(person: User) -> None:
        start.wait()
        try:
            actions.take_paper(by=person, slug=cast.group.slug, address=paper.address)
            said[person.name] = "taken"
        except Conflict as error:
            said[person.name] = error.sentence
        finally:
            connections.close_all()

    threads = [threading.Thread(target=take, args=[person]) for person in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    [(winner, _, state)] = states(paper)
    assert state == "accepted"
    assert said.pop(winner) == "taken"
    assert Counter(sentence.split(" has taken this paper for ")[0] for sentence in said.values()) == {winner: 19}

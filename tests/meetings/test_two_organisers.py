"""Two organisers change one agenda at once: what touches other things goes in, what touches the same is shown."""

from dataclasses import dataclass

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from discussion.models import Assignment
from groups.models import Meeting
from meetings.models import AgendaChange, AgendaItem
from tests.factories import Cast, GroupPaperFactory, MeetingFactory, MembershipFactory, PaperFactory, UserFactory
from tests.pages import Element, page, sent_by

HTMX = {"HX-Request": "true"}


@dataclass
class Desk:
    """An organiser with the meeting's page open: the forms send what they sent when the page was loaded."""

    client: Client
    meeting: Meeting
    seen: int

    def look(self) -> Element:
        shown = page(self.client.get(self._at("meeting")))
        self.seen = int(shown.all("[name=seen]")[0].get("value") or -1)
        return shown

    def post(self, name: str, *more: object, htmx: bool = True, **sent: object) -> tuple[int, Element]:
        answer = self.client.post(self._at(name, *more), {"seen": self.seen, **sent}, headers=HTMX if htmx else {})
        return answer.status_code, page(answer)

    def _at(self, name: str, *more: object) -> str:
        return reverse(f"meetings:{name}", args=[self.meeting.group.slug, self.meeting.slug, *more])


@pytest.fixture
def meeting(cast: Cast) -> Meeting:
    return MeetingFactory(group=cast.group)


@pytest.fixture
def lines(cast: Cast, meeting: Meeting) -> list[AgendaItem]:
    """Four papers, A to D, on the agenda."""
    papers = [GroupPaperFactory(group=cast.group, paper=PaperFactory(title=title)) for title in "ABCD"]
    return [
        AgendaItem.objects.create(
            group=cast.group, meeting=meeting, position=at, group_paper=paper, minutes=15, pinned=True
        )
        for at, paper in enumerate(papers, start=1)
    ]


def organiser(cast: Cast, name: str) -> User:
    return MembershipFactory(group=cast.group, user=UserFactory(name=name), role="organiser").user


@pytest.fixture
def desks(cast: Cast, meeting: Meeting, lines: list[AgendaItem]) -> tuple[Desk, Desk]:
    """Ana and Ben, both with the page as it is at first."""
    both = []
    for name in ("Ana", "Ben"):
        client = Client()
        client.force_login(organiser(cast, name))
        both.append(Desk(client, meeting, 0))
    for one in both:
        one.look()
    return both[0], both[1]


def order(meeting: Meeting) -> str:
    items = AgendaItem.objects.filter(meeting=meeting).exclude(state="dropped").order_by("position")
    return "".join(item.title or item.group_paper.paper.title for item in items)


def sentences(part: Element, whose: str) -> list[str]:
    return [one.words for one in part.one(f"[aria-labelledby=versions-{whose}]").all("li")]


def test_same_minutes_are_shown_twice_and_kept_by_one_button(
    desks: tuple[Desk, Desk], lines: list[AgendaItem], meeting: Meeting
) -> None:
    ana, ben = desks
    ana.post("item", lines[0].pk, minutes=20, note="")

    code, part = ben.post("item", lines[0].pk, minutes=30, note="")

    assert code == 409
    assert part.one(".versions strong").words.startswith("Ana changed this agenda at ")
    assert sentences(part, "theirs") == ["A: 20 minutes (was 15)."]
    assert sentences(part, "mine") == ["A: 30 minutes (was 20)."]
    assert AgendaItem.objects.get(pk=lines[0].pk).minutes == 20
    keep = next(form for form in part.all("form") if form.all("#keep-mine"))
    sent = {name: values[-1] for name, values in sent_by(keep).items()}
    assert ben.client.post(keep.get("action") or "", sent).status_code == 302
    assert AgendaItem.objects.get(pk=lines[0].pk).minutes == 30


def test_without_javascript_both_versions_are_a_page(desks: tuple[Desk, Desk], lines: list[AgendaItem]) -> None:
    ana, ben = desks
    ana.post("item", lines[0].pk, minutes=20, note="", htmx=False)

    code, whole = ben.post("item", lines[0].pk, minutes=30, note="", htmx=False)

    assert (code, len(whole.all("html")), sentences(whole, "mine")) == (409, 1, ["A: 30 minutes (was 20)."])
    assert whole.one("#take-theirs").get("href") == f"/g/{ana.meeting.group.slug}/meetings/{ana.meeting.slug}/"


def test_what_touches_other_things_goes_in_beside_it(
    cast: Cast, desks: tuple[Desk, Desk], lines: list[AgendaItem], meeting: Meeting
) -> None:
    ana, ben = desks
    ana.post("item", lines[0].pk, minutes=20, note="")
    ana.post("item", lines[0].pk, move="down")
    ana.post("items", title="E", minutes=5)

    codes = [
        ben.post("item", lines[3].pk, move="up")[0],
        ben.post("item", lines[1].pk, minutes=25, note="")[0],
        ben.post("presenter", lines[0].pk, member=cast.member.pk, was=0)[0],
        ben.post("items", title="F", minutes=5)[0],
        ben.post("item", lines[2].pk, drop="1")[0],
    ]

    assert codes == [200] * 5
    assert order(meeting) == "BADEF"
    assert list(AgendaItem.objects.order_by("pk").values_list("minutes", flat=True)[:2]) == [20, 25]
    assert Assignment.objects.get().member == cast.member


def test_what_one_left_as_it_was_is_no_change(desks: tuple[Desk, Desk], lines: list[AgendaItem]) -> None:
    ana, ben = desks
    ana.post("item", lines[0].pk, minutes=15, note="Bring coffee.")

    code, _ = ben.post("item", lines[0].pk, minutes=30, note="")

    assert code == 200
    lines[0].refresh_from_db()
    assert (lines[0].minutes, lines[0].note) == (30, "Bring coffee.")


def test_order_that_both_changed_is_shown(desks: tuple[Desk, Desk], lines: list[AgendaItem], meeting: Meeting) -> None:
    ana, ben = desks
    ana.post("item", lines[2].pk, move="to", before=lines[0].pk)
    assert order(meeting) == "CABD"

    code, part = ben.post("item", lines[1].pk, move="up")

    assert (code, order(meeting)) == (409, "CABD")
    assert sentences(part, "theirs") == ["C: number 1 (was 3)."]
    assert sentences(part, "mine") == ["B: number 2 (was 3)."]
    ben.look()
    assert (ben.post("item", lines[1].pk, move="up")[0], order(meeting)) == (200, "CBAD")


def test_line_that_was_taken_off_is_not_changed_unseen_and_comes_back_when_mine_is_kept(
    desks: tuple[Desk, Desk], lines: list[AgendaItem], meeting: Meeting
) -> None:
    ana, ben = desks
    ana.post("item", lines[1].pk, drop="1")
    ben.post("item", lines[1].pk, drop="1")  # the same wish

    for sent in ({"minutes": 30, "note": ""}, {"move": "up"}, {"move": "to", "before": ""}):
        code, part = ben.post("item", lines[1].pk, **sent)
        assert (code, sentences(part, "theirs")) == (409, ["B: taken off."])
    assert order(meeting) == "ACD"
    ben.seen = meeting_revision(meeting)

    assert ben.post("item", lines[1].pk, minutes=30, note="")[0] == 200
    assert order(meeting) == "ABCD"


def test_line_that_someone_works_on_is_not_taken_off_unseen(
    desks: tuple[Desk, Desk], lines: list[AgendaItem], meeting: Meeting
) -> None:
    ana, ben = desks
    ana.post("item", lines[0].pk, minutes=20, note="")
    ana.post("item", lines[1].pk, move="up")

    code, part = ben.post("item", lines[0].pk, drop="1")

    assert (code, sentences(part, "theirs"), sentences(part, "mine")) == (
        409,
        ["A: 20 minutes (was 15)."],
        ["A: taken off."],
    )
    assert ben.post("item", lines[1].pk, drop="1")[0] == 200, "only its place is new"


def test_presenter_whom_someone_else_set_is_shown(
    cast: Cast, desks: tuple[Desk, Desk], lines: list[AgendaItem]
) -> None:
    ana, ben = desks
    ana.post("presenter", lines[0].pk, member=cast.member.pk, was=0)

    code, part = ben.post("presenter", lines[0].pk, member=cast.organiser.pk, was=0)

    assert code == 409
    assert sentences(part, "theirs") == [f"A: {cast.member.name} presents it (was open)."]
    assert sentences(part, "mine") == [f"A: {cast.organiser.name} presents it (was {cast.member.name})."]
    assert Assignment.objects.get().member == cast.member
    assert ben.post("presenter", lines[0].pk, member="", was=0)[0] == 200, "left open as it was: no change"
    assert Assignment.objects.standing().get().member == cast.member


def test_member_who_took_the_paper_meanwhile_keeps_it_until_that_is_seen(
    client: Client, cast: Cast, desks: tuple[Desk, Desk], lines: list[AgendaItem], meeting: Meeting
) -> None:
    _, ben = desks
    client.force_login(cast.member)
    to = reverse("discussion:assignment", args=[cast.group.slug, lines[0].group_paper.paper.address])
    client.post(to, {"state": "taken", "meeting": meeting.slug})

    code, part = ben.post("presenter", lines[0].pk, member=cast.organiser.pk, was=0)

    assert code == 409
    assert part.one(".versions strong").words.startswith(f"{cast.member.name} changed this agenda at ")
    assert Assignment.objects.get().member == cast.member
    keep = next(form for form in part.all("form") if form.all("#keep-mine"))
    sent = {name: values[-1] for name, values in sent_by(keep).items()}
    ben.client.post(keep.get("action") or "", sent)
    assert Assignment.objects.standing().get().member == cast.organiser


@pytest.mark.parametrize("wanted", ["nobody", "organiser"])
def test_mine_is_kept_for_the_presenter_of_a_line_that_was_taken_off(
    cast: Cast, desks: tuple[Desk, Desk], lines: list[AgendaItem], meeting: Meeting, wanted: str
) -> None:
    ana, ben = desks
    person = getattr(cast, wanted, None)
    ana.post("presenter", lines[0].pk, member=cast.member.pk, was=0)
    ben.look()
    ana.post("item", lines[0].pk, drop="1")

    code, part = ben.post("presenter", lines[0].pk, member=person.pk if person else "", was=cast.member.pk)
    keep = next(form for form in part.all("form") if form.all("#keep-mine"))
    sent = {name: values[-1] for name, values in sent_by(keep).items()}
    kept = ben.client.post(keep.get("action") or "", sent)

    assert (code, kept.status_code, order(meeting)) == (409, 302, "ABCD")
    assert [one.member for one in Assignment.objects.standing()] == ([person] if person else [])


def test_agenda_that_someone_changed_is_not_published_unseen(
    desks: tuple[Desk, Desk], lines: list[AgendaItem], meeting: Meeting
) -> None:
    ana, ben = desks
    ana.post("items", title="E", minutes=5)

    code, part = ben.post("publish")

    meeting.refresh_from_db()
    assert (code, meeting.state) == (409, "planned")
    assert (sentences(part, "theirs"), sentences(part, "mine")) == (["E: new on the agenda."], ["Send the agenda."])


def test_own_changes_are_no_ones_else_and_older_pages_of_programs_see_all(
    desks: tuple[Desk, Desk], lines: list[AgendaItem], meeting: Meeting
) -> None:
    ana, ben = desks
    for minutes in (20, 25):
        assert ana.post("item", lines[0].pk, minutes=minutes, note="")[0] == 200
    for _ in range(2):
        assert ana.post("item", lines[3].pk, move="up")[0] == 200

    ben.seen = ""
    assert ben.post("item", lines[0].pk, minutes=40, note="")[0] == 200
    assert order(meeting) == "ADBC"
    assert AgendaChange.objects.count() == 5


def meeting_revision(meeting: Meeting) -> int:
    return Meeting.objects.get(pk=meeting.pk).revision

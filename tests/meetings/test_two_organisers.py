"""Two organisers change one agenda at once: what touches other things goes in, what touches the same is shown."""

from dataclasses import dataclass
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from core.clock import now
from core.wording import wall_clock
from discussion.models import Assignment
from groups.models import Meeting
from meetings.models import AgendaChange, AgendaItem
from tests.factories import (
    Cast,
    GroupPaperFactory,
    MeetingFactory,
    MembershipFactory,
    PaperFactory,
    UserFactory,
    VoteFactory,
)
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
    return MeetingFactory(group=cast.group, starts_at=now().replace(second=0, microsecond=0) + timedelta(days=3))


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


def planned(meeting: Meeting, **other: object) -> dict[str, object]:
    """Return what the form for time and place sends, as the meeting is planned but for `other`."""
    local = meeting.starts_at.astimezone(ZoneInfo(meeting.group.zone))
    as_it_is = {"start_time": f"{local:%H:%M}", "minutes": meeting.minutes, "place": meeting.place}
    return {"day": f"{local:%Y-%m-%d}", **as_it_is, **other}


def keep_mine(desk: Desk, part: Element) -> int:
    keep = next(form for form in part.all("form") if form.all("#keep-mine"))
    sent = {name: values[-1] for name, values in sent_by(keep).items()}
    return desk.client.post(keep.get("action") or "", sent).status_code


def test_length_that_both_changed_is_shown_twice_and_other_things_go_in_beside_it(
    desks: tuple[Desk, Desk], meeting: Meeting
) -> None:
    ana, ben = desks
    ana.post("move", **planned(meeting, minutes=90))

    placed, _ = ben.post("move", **planned(meeting, place="Attic"), htmx=False)
    code, whole = ben.post("move", **planned(meeting, minutes=45, place="Attic"), htmx=False)

    meeting.refresh_from_db()
    assert (placed, code, meeting.minutes, meeting.place) == (302, 409, 90, "Attic")
    assert whole.one(".versions strong").words.startswith("Ana changed this agenda at ")
    assert sentences(whole, "theirs") == ["The meeting: 90 minutes (was 60)."]
    assert sentences(whole, "mine") == ["The meeting: 45 minutes (was 90)."]
    assert keep_mine(ben, whole) == 302
    meeting.refresh_from_db()
    assert (meeting.minutes, meeting.place) == (45, "Attic")


def test_place_that_both_changed_is_shown_twice(desks: tuple[Desk, Desk], meeting: Meeting) -> None:
    ana, ben = desks
    ana.post("move", **planned(meeting, place="Attic"))

    code, part = ben.post("move", **planned(meeting, place="Cellar"))

    assert (code, sentences(part, "theirs"), sentences(part, "mine")) == (
        409,
        ["The meeting: the place is “Attic”."],
        ["The meeting: the place is “Cellar”."],
    )


def test_meeting_that_was_moved_to_another_day_is_still_found_by_an_older_page(
    desks: tuple[Desk, Desk], lines: list[AgendaItem], meeting: Meeting
) -> None:
    ana, ben = desks
    zone = ZoneInfo(meeting.group.zone)
    day, other = (meeting.starts_at.astimezone(zone) + timedelta(days=days) for days in (1, 2))
    ana.post("move", **planned(meeting, day=f"{day:%Y-%m-%d}"))

    written, _ = ben.post("item", lines[0].pk, minutes=20, note="")
    opened = ben.client.get(reverse("meetings:meeting", args=[meeting.group.slug, meeting.slug]))
    code, part = ben.post("move", **planned(meeting, day=f"{other:%Y-%m-%d}"))

    assert (written, AgendaItem.objects.get(pk=lines[0].pk).minutes) == (200, 20)
    assert opened["Location"] == f"/g/{meeting.group.slug}/meetings/{day:%Y-%m-%d}/"
    assert code == 409
    was, theirs, mine = (wall_clock(at, meeting.group.zone) for at in (meeting.starts_at, day, other))
    assert sentences(part, "theirs") == [f"The meeting: {theirs} (was {was})."]
    assert sentences(part, "mine") == [f"The meeting: {mine} (was {theirs})."]
    assert keep_mine(ben, part) == 302
    assert Meeting.objects.get(pk=meeting.pk).slug == f"{other:%Y-%m-%d}"


def test_agenda_of_a_meeting_that_someone_moved_is_not_published_unseen_and_still_made_by_the_votes(
    desks: tuple[Desk, Desk], meeting: Meeting
) -> None:
    ana, ben = desks
    ana.post("move", **planned(meeting, minutes=90))

    code, part = ben.post("publish")

    meeting.refresh_from_db()
    assert (code, sentences(part, "theirs")) == (409, ["The meeting: 90 minutes (was 60)."])
    assert meeting.waits_for_votes(meeting.closes_at - timedelta(minutes=1))


def test_length_of_a_paper_in_the_pool_that_both_chose_is_shown_twice(cast: Cast, desks: tuple[Desk, Desk]) -> None:
    ana, ben = desks
    paper = GroupPaperFactory(group=cast.group, paper=PaperFactory(title="P"))
    VoteFactory(group_paper=paper, member=cast.member)
    address = paper.paper.address
    assert sent_by(next(form for form in ben.look().all("form") if form.all("[name=kind]")))["was"] == ["normal"]
    ana.post("kind", address, kind="deep", was="normal")

    same, _ = ben.post("kind", address, kind="deep", was="normal")
    untouched, _ = ben.post("kind", address, kind="normal", was="normal")
    code, part = ben.post("kind", address, kind="short", was="normal")

    paper.refresh_from_db()
    assert (same, untouched, code, paper.kind) == (200, 200, 409, "deep")
    assert part.one(".versions strong").words.startswith("Ana changed this agenda at ")
    assert sentences(part, "theirs") == ["P: deep (was normal)."]
    assert sentences(part, "mine") == ["P: short (was deep)."]
    assert keep_mine(ben, part) == 302
    paper.refresh_from_db()
    assert paper.kind == "short"


def meeting_revision(meeting: Meeting) -> int:
    return Meeting.objects.get(pk=meeting.pk).revision

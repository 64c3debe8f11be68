"""Start a group through the form, as its organiser."""

from datetime import date, time
from uuid import uuid4

from django.test import Client

from core import limits
from core.categories import all_categories
from groups.models import Group, Meeting, Membership
from tests.factories import Cast, ListingFactory
from tests.pages import page

NEW = "/groups/new/"


def form(**fields: object) -> dict[str, object]:
    return {
        "key": uuid4(),
        "name": "Galaxy Club",
        "categories": "astro-ph.GA, cs.cl",
        "rule": "FREQ=WEEKLY;BYDAY=TU",
        "start_time": "14:30",
        "meeting_minutes": 45,
        "zone": "Europe/Berlin",
    } | fields


def test_start_makes_the_group_its_organiser_and_its_next_meetings(client: Client, cast: Cast) -> None:
    client.force_login(cast.outsider)

    answer = client.post(NEW, form())

    group = Group.objects.get(slug="galaxy-club")
    assert answer.url == "/g/galaxy-club/"
    assert (group.name, group.zone, group.start_time, group.meeting_minutes, group.categories) == (
        "Galaxy Club",
        "Europe/Berlin",
        time(14, 30),
        45,
        ["astro-ph.GA", "cs.CL"],
    )
    assert list(group.memberships.values_list("user", "role")) == [(cast.outsider.pk, "organiser")]
    meetings = list(Meeting.objects.filter(group=group).order_by("starts_at"))
    assert [meeting.scheduled_for.weekday() for meeting in meetings] == [1, 1, 1, 1]
    assert [meeting.slug for meeting in meetings] == [f"{meeting.scheduled_for}" for meeting in meetings]


def test_start_with_a_name_alone_uses_the_defaults_on_the_page(client: Client, cast: Cast) -> None:
    client.force_login(cast.outsider)
    page = client.get(NEW)

    shown = [f'value="{value}"' in page.content.decode() for value in ("15:00", "60")]
    client.post(NEW, form(name="Few words", categories=""))

    assert shown == [True, True]
    assert Group.objects.get(slug="few-words").categories == []


def test_start_sent_twice_makes_one_group(client: Client, cast: Cast) -> None:
    client.force_login(cast.outsider)
    sent = form()

    answers = [client.post(NEW, sent).url for _ in range(2)]

    assert answers == ["/g/galaxy-club/", "/g/galaxy-club/"]
    assert Group.objects.filter(name="Galaxy Club").count() == 1


def test_start_with_the_key_of_someone_else_makes_nothing(client: Client, cast: Cast) -> None:
    client.force_login(cast.outsider)
    sent = form()
    client.post(NEW, sent)
    client.force_login(cast.member)

    answer = client.post(NEW, sent)

    assert answer.status_code == 409
    assert Membership.objects.filter(group__name="Galaxy Club").count() == 1


def test_start_numbers_an_address_that_is_taken(client: Client, cast: Cast) -> None:
    client.force_login(cast.outsider)

    answers = [client.post(NEW, form(name=name)).url for name in ("Galaxy Club", "Galaxy  club!", "星系", "銀河")]

    assert answers == ["/g/galaxy-club/", "/g/galaxy-club-2/", "/g/group/", "/g/group-2/"]


def test_start_with_an_unknown_category_names_the_nearest(client: Client, cast: Cast) -> None:
    client.force_login(cast.outsider)

    answer = client.post(NEW, form(categories="cs.CL astro-ph.GAX"))

    assert answer.status_code == 422
    assert "arXiv has no category “astro-ph.GAX”. Did you mean astro-ph.GA?" in answer.content.decode()
    assert 'value="cs.CL astro-ph.GAX"' in answer.content.decode()
    assert not Group.objects.filter(name="Galaxy Club").exists()


def test_start_takes_a_whole_archive_as_a_category(client: Client, cast: Cast) -> None:
    client.force_login(cast.outsider)

    client.post(NEW, form(categories="astro-ph HEP-TH"))

    assert Group.objects.get(name="Galaxy Club").categories == ["astro-ph", "hep-th"]


def test_start_cleans_the_name_of_marks_that_turn_the_text(client: Client, cast: Cast) -> None:
    client.force_login(cast.outsider)

    client.post(NEW, form(name="Galaxy\u202e\r\n  Club"))

    assert Group.objects.get(slug="galaxy-club").name == "Galaxy Club"


def test_categories_that_are_here_can_be_ticked(client: Client, cast: Cast) -> None:
    ListingFactory(category="hep-th", announced_on=date(2026, 11, 23))
    ListingFactory(category="cs.CL", announced_on=date(2026, 11, 24))
    client.force_login(cast.outsider)

    offered = [one.get("value") for one in page(client.get(NEW)).all("[name=here]")]
    client.post(NEW, form(categories="math.AG cs.CL", here=["hep-th", "cs.CL"]))

    assert offered == ["cs.CL", "hep-th"]
    assert Group.objects.get(slug="galaxy-club").categories == ["math.AG", "cs.CL", "hep-th"]


def test_what_is_typed_and_ticked_together_keeps_the_limit(client: Client, cast: Cast) -> None:
    ListingFactory(category="hep-th")
    client.force_login(cast.outsider)
    most = list(all_categories())[: limits.GROUP_CATEGORIES]

    answer = client.post(NEW, form(categories=" ".join(most), here=["hep-th"]))

    assert answer.status_code == 422
    assert f"these are {limits.GROUP_CATEGORIES + 1}" in page(answer).one(".field__error").words


def test_server_without_papers_offers_none_to_tick(client: Client, cast: Cast) -> None:
    client.force_login(cast.outsider)

    assert page(client.get(NEW)).all("[name=here]") == []

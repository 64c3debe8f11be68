"""A paper known by its id alone: wherever its title would stand, a sentence stands in its place."""

from urllib.parse import unquote

from django.test import Client

from discussion.actions import add_paper, set_vote
from meetings.exports import registry
from papers.models import Paper
from tests.factories import Cast, MeetingFactory
from tests.meetings.agenda_readers import text_of
from tests.pages import page

SHOWN = "arXiv:2009.14798, title not known yet"


def test_paper_without_a_title_leaves_no_place_empty(client: Client, cast: Cast) -> None:
    add_paper(by=cast.member, slug=cast.group.slug, q="2009.14798")
    meeting = MeetingFactory(group=cast.group)
    client.force_login(cast.organiser)
    here = f"/g/{cast.group.slug}/"
    pool = page(client.get(f"{here}meetings/{meeting.slug}/"))
    set_vote(by=cast.member, slug=cast.group.slug, address="2009.14798", on=True)

    shown = {
        "week": page(client.get(f"{here}?show=top")).one(".row__title"),
        "paper": page(client.get(f"{here}papers/2009.14798/")).one("h1"),
        "pool": pool.one(".pool-item__title"),
        "agenda": page(client.get(f"{here}meetings/{meeting.slug}/")).one(".agenda__title"),
        "window": page(client.get(f"{here}papers/2009.14798/")).one("title"),
    }

    assert {name: each.words.removesuffix(f" · {cast.group.name}") for name, each in shown.items()} == dict.fromkeys(
        shown, SHOWN
    )
    for name in registry.EXPORTS:
        content = text_of(name, client.get(f"{here}meetings/{meeting.slug}/agenda.{name}").content)
        assert SHOWN in unquote(" ".join(content.replace("\r\n ", "").replace("\\", "").split())), name
    assert Paper.objects.get().fill_due is not None

"""The group's home."""

from django.test import Client

from tests.factories import Cast, EntryFactory, GroupPaperFactory, VoteFactory
from tests.pages import page


def test_tabs_lead_to_the_papers_that_they_count(client: Client, cast: Cast) -> None:
    EntryFactory(paper__title="Announced")
    group_paper = GroupPaperFactory(group=cast.group, paper__title="Voted for")
    VoteFactory(group_paper=group_paper, member=cast.member)
    client.force_login(cast.member)
    address = f"/g/{cast.group.slug}/"

    tabs = {tab.words: tab.get("href") for tab in page(client.get(address)).all(".tabs a")}

    assert tabs == {
        "Candidates 1": f"{address}?show=candidates",
        "New 1": f"{address}?show=new",
        "Assigned 0": f"{address}?show=assigned",
    }
    shown = [[row.words for row in page(client.get(each)).all(".row__title")] for each in tabs.values()]
    assert shown == [["Voted for"], ["[1] Announced"], []]

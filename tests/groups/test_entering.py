"""An admin looks into a group only with a reason, for an hour, and in its eyes."""

from datetime import timedelta

import pytest
import time_machine
from django.test import Client

from accounts.models import User
from core import limits
from core.clock import now
from groups.models import AuditEvent, Membership
from tests.factories import Cast, UserFactory
from tests.pages import page


def look(user: User, cast: Cast, reason: str) -> tuple[Client, object]:
    client = Client()
    client.force_login(user)
    sent = {"action": "look_into", "_selected_action": cast.group.pk, "reason": reason}
    return client, client.post("/admin/groups/group/", sent, follow=True)


def test_admin_reads_for_an_hour_and_the_group_is_told(cast: Cast) -> None:
    before = Client()
    before.force_login(cast.admin)
    closed = before.get(f"/g/{cast.group.slug}/").status_code

    client, _ = look(cast.admin, cast, "A member asked us to find a lost comment")
    read = client.get(f"/g/{cast.group.slug}/").status_code
    member = Client()
    member.force_login(cast.guest)
    told = page(member.get(f"/g/{cast.group.slug}/log/")).one(".log li span").words
    listed = page(member.get(f"/g/{cast.group.slug}/members/")).one("#members").words
    with time_machine.travel(now() + timedelta(minutes=limits.LOOK_MINUTES, seconds=1), tick=False):
        over = client.get(f"/g/{cast.group.slug}/").status_code

    assert (closed, read, over) == (404, 200, 404)
    assert told == (
        f"\u2068{cast.admin.name}\u2069, who runs this server, looked into the group. "
        "The reason given: A member asked us to find a lost comment."
    )
    assert f"{cast.admin.name} runs this server; looks in until" in listed
    assert Membership.objects.get(group=cast.group, user=cast.admin).role == "guest"


@pytest.mark.parametrize("reason", ["", "  "])
def test_nobody_looks_in_without_a_reason(cast: Cast, reason: str) -> None:
    client, answer = look(cast.admin, cast, reason)

    assert "Give the reason: the group reads it in its activity log." in answer.content.decode()
    assert client.get(f"/g/{cast.group.slug}/").status_code == 404
    assert AuditEvent.objects.count() == 0


def test_staff_who_upload_listings_do_not_look_in(cast: Cast) -> None:
    uploader = UserFactory(is_staff=True)

    client, _ = look(uploader, cast, "Curious.")

    assert client.get(f"/g/{cast.group.slug}/").status_code == 404
    assert Membership.objects.filter(user=uploader).count() == 0

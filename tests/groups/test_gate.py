"""The gate is asked once for a page and its version, and anew for everything else."""

import pytest
from pytest_django import DjangoAssertNumQueries

from core.clock import now
from core.errors import NotFound
from groups.access import membership_for, version_of_pages
from groups.models import Membership
from tests.factories import Cast, GroupFactory


def test_page_is_let_in_by_what_found_its_version(
    cast: Cast, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(1):
        version_of_pages(cast.member, cast.group.slug)
        first = membership_for(cast.member, cast.group.slug)
    with django_assert_num_queries(1):
        second = membership_for(cast.member, cast.group.slug)

    assert first == second
    assert (first.user, first.group.name, first.role) == (cast.member, cast.group.name, "member")


def test_who_was_let_into_one_group_is_not_let_into_another(cast: Cast) -> None:
    version_of_pages(cast.member, cast.group.slug)

    with pytest.raises(NotFound):
        membership_for(cast.member, GroupFactory().slug)


def test_an_action_looks_itself(cast: Cast) -> None:
    version_of_pages(cast.member, cast.group.slug)
    Membership.objects.filter(group=cast.group, user=cast.member).update(left_at=now())

    with pytest.raises(NotFound):
        membership_for(cast.member, cast.group.slug, lock=True)
    with pytest.raises(NotFound):
        membership_for(cast.member, cast.group.slug)


def test_version_is_told_to_members_alone(cast: Cast) -> None:
    for person in (cast.outsider, cast.former_member, cast.admin):
        with pytest.raises(NotFound):
            version_of_pages(person, cast.group.slug)


def test_version_tells_what_changed(cast: Cast) -> None:
    before = version_of_pages(cast.member, cast.group.slug)
    cast.group.save()
    group = version_of_pages(cast.member, cast.group.slug)
    cast.member.save()
    own = version_of_pages(cast.member, cast.group.slug)

    assert [group.shared != before.shared, group.own == before.own, group.papers == before.papers] == [True] * 3
    assert [own.own != group.own, own.papers == group.papers] == [True] * 2

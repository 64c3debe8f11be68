"""The cast: one group with an organiser, a member and a guest; someone who left, an outsider, and an admin."""

from dataclasses import dataclass
from datetime import timedelta
from uuid import uuid4

import factory
from django.contrib.auth.hashers import make_password

from accounts.models import User
from core.clock import now
from discussion.models import Comment, GroupPaper, Vote
from groups.models import Group, Meeting, Membership, Role
from papers.models import Entry, Listing, Paper

PASSWORD = "a long enough password"

GIVEN_NAMES = ("Ada", "Caleb", "Emmy", "Jian", "Maria", "Noor", "Soren", "Tevita")
SYLLABLES = ("ba", "de", "fi", "go", "ku", "la", "me", "ni", "po", "ru", "sa", "te", "vi", "wo", "yu", "ze")


def _name(n: int) -> str:
    """A name that no other of 65,536 people has or holds: tests look for names in whole pages."""
    family = "".join(SYLLABLES[n >> shift & 15] for shift in (12, 8, 4, 0))
    return f"{GIVEN_NAMES[n % len(GIVEN_NAMES)]} {family.capitalize()}"


class UserFactory(factory.django.DjangoModelFactory[User]):
    class Meta:
        model = User
        skip_postgeneration_save = True

    name = factory.Sequence(_name)
    email = factory.LazyAttribute(lambda user: f"{uuid4().hex[:12]}@example.org")
    password = make_password(PASSWORD)


class GroupFactory(factory.django.DjangoModelFactory[Group]):
    class Meta:
        model = Group

    name = factory.Sequence(lambda n: f"Galaxy group {n:05d}")
    slug = factory.LazyAttribute(lambda group: f"group-{uuid4().hex[:10]}")
    zone = "Europe/Berlin"
    rule = "FREQ=WEEKLY;BYDAY=TH"
    categories = factory.LazyFunction(lambda: ["cs.CV"])


class MembershipFactory(factory.django.DjangoModelFactory[Membership]):
    class Meta:
        model = Membership

    group = factory.SubFactory(GroupFactory)
    user = factory.SubFactory(UserFactory)
    role = Role.MEMBER


class PaperFactory(factory.django.DjangoModelFactory[Paper]):
    class Meta:
        model = Paper

    external_id = factory.Sequence(lambda n: f"20{n // 100_000 + 10:02d}.{n % 100_000:05d}")
    title = factory.Sequence(lambda n: f"A paper about matter number {n:05d}")
    title_html = factory.SelfAttribute("title")
    abstract = "We look at matter and find it."
    abstract_html = "<p>We look at matter and find it.</p>"
    authors = factory.LazyFunction(lambda: ["Ada Lovelace", "Emmy Noether"])
    primary_category = "cs.CV"
    categories = factory.LazyFunction(lambda: ["cs.CV"])


class ListingFactory(factory.django.DjangoModelFactory[Listing]):
    class Meta:
        model = Listing
        django_get_or_create = ("category", "announced_on")

    category = "cs.CV"
    announced_on = factory.LazyFunction(lambda: now().date())


class EntryFactory(factory.django.DjangoModelFactory[Entry]):
    class Meta:
        model = Entry

    listing = factory.SubFactory(ListingFactory)
    paper = factory.SubFactory(PaperFactory)
    position = factory.LazyAttribute(lambda entry: entry.listing.entries.count() + 1)
    announce_type = "new"


class MeetingFactory(factory.django.DjangoModelFactory[Meeting]):
    class Meta:
        model = Meeting

    group = factory.SubFactory(GroupFactory)
    starts_at = factory.LazyFunction(lambda: now().replace(microsecond=0) + timedelta(days=3))
    closes_at = factory.LazyAttribute(lambda meeting: meeting.starts_at - timedelta(hours=15))
    slug = factory.LazyAttribute(lambda meeting: f"{meeting.starts_at:%Y-%m-%d}")
    scheduled_for = factory.LazyAttribute(lambda meeting: meeting.starts_at.date())
    minutes = 60


class GroupPaperFactory(factory.django.DjangoModelFactory[GroupPaper]):
    class Meta:
        model = GroupPaper

    group = factory.SubFactory(GroupFactory)
    paper = factory.SubFactory(PaperFactory)


class VoteFactory(factory.django.DjangoModelFactory[Vote]):
    class Meta:
        model = Vote

    group_paper = factory.SubFactory(GroupPaperFactory)
    group = factory.SelfAttribute("group_paper.group")
    member = factory.SubFactory(UserFactory)


class CommentFactory(factory.django.DjangoModelFactory[Comment]):
    class Meta:
        model = Comment

    group_paper = factory.SubFactory(GroupPaperFactory)
    group = factory.SelfAttribute("group_paper.group")
    author = factory.SubFactory(UserFactory)
    key = factory.LazyFunction(uuid4)
    markdown = "Have we read this?"
    html = "<p>Have we read this?</p>"


@dataclass
class Cast:
    """The people every test speaks of, by their part."""

    group: Group
    organiser: User
    member: User
    guest: User
    former_member: User
    outsider: User
    admin: User


def make_cast(**group_fields: object) -> Cast:
    """Make a group with its people, and one more group for the outsider."""
    group, elsewhere = GroupFactory(**group_fields), GroupFactory()
    parts = (*Role.values, "former_member", "outsider", "admin")
    made = [*UserFactory.build_batch(len(parts) - 1), UserFactory.build(is_staff=True, is_superuser=True)]
    people = dict(zip(parts, User.objects.bulk_create(made), strict=True))  # most tests make them: at one go
    Membership.objects.bulk_create(
        [Membership(group=group, user=people[role], role=role) for role in Role.values]
        + [Membership(group=group, user=people["former_member"], left_at=now())]
        + [Membership(group=elsewhere, user=people["outsider"], role=Role.ORGANISER)]
    )
    return Cast(group=group, **people)

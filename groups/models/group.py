"""A group, its members and the links that invite more."""

from collections.abc import Mapping
from datetime import time
from typing import ClassVar
from uuid import uuid4

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q

from core import limits
from core.clock import now


class Role(models.TextChoices):
    ORGANISER = "organiser", "Organiser"
    MEMBER = "member", "Member"
    GUEST = "guest", "Guest"


class Names(models.TextChoices):
    """When members see who voted."""

    ALWAYS = "always"
    CLOSED = "closed"  # from the closing of the vote until the meeting is over
    NEVER = "never"


class SelectionRule(models.TextChoices):
    """How votes choose papers: the keys of meetings.selection.RULES."""

    SHARED_TIME = "shared_time"
    MOST_VOTES = "most_votes"


class OwnPapers(models.TextChoices):
    """Whether authors are asked to present their own papers."""

    AVOID = "avoid"
    ALLOW = "allow"
    PREFER = "prefer"


class GroupQuerySet(models.QuerySet["Group"]):
    def active(self) -> "GroupQuerySet":
        """Return those that neither rest before they go nor are archived."""
        return self.filter(delete_on__isnull=True, archived_at__isnull=True)


class Group(models.Model):
    key = models.UUIDField(unique=True, default=uuid4, editable=False)  # made with the form: a retry finds the group
    slug = models.SlugField(max_length=limits.SLUG_CHARS, unique=True)
    name = models.CharField(max_length=limits.GROUP_NAME_CHARS)
    zone = models.CharField(max_length=64, default="UTC")
    # The schedule: an RFC 5545 rule on the group's wall clock; an empty rule means no regular meeting.
    rule = models.CharField(max_length=200, blank=True, default="")
    rule_from = models.DateField(null=True, blank=True)  # where "every two weeks" counts from
    start_time = models.TimeField(default=time(15, 0))
    meeting_minutes = models.PositiveSmallIntegerField(default=60)
    place = models.CharField(max_length=limits.PLACE_CHARS, blank=True)
    link = models.URLField(blank=True)
    closes_hours_before = models.PositiveSmallIntegerField(default=15)
    minutes_per_paper = models.PositiveSmallIntegerField(default=15)
    short_minutes = models.PositiveSmallIntegerField(default=limits.SHORT_MINUTES)
    deep_minutes = models.PositiveSmallIntegerField(default=limits.DEEP_MINUTES)
    selection_rule = models.CharField(max_length=11, choices=SelectionRule, default=SelectionRule.SHARED_TIME)
    publishes_itself = models.BooleanField(default=True)  # the agenda, when voting closes; else an organiser does
    own_papers = models.CharField(max_length=6, choices=OwnPapers, default=OwnPapers.AVOID)
    names_shown = models.CharField(max_length=6, choices=Names, default=Names.ALWAYS)
    # Against herding: members see how many votes a paper has once they voted for it, or once voting has closed.
    counts_wait = models.BooleanField(default=False)
    # Members may ask without their name; see discussion.access for what is kept of it.
    anonymous_questions = models.BooleanField(db_default=False, default=False)
    # Roles in the discussion of each paper, by turn: who leads it, and who looks at it in which way.
    discussion_roles = models.BooleanField(db_default=False, default=False)
    vote_budget = models.PositiveSmallIntegerField(null=True, blank=True)  # votes a member and week; none without
    pool_weeks = models.PositiveSmallIntegerField(default=limits.POOL_WEEKS)
    categories = ArrayField(models.CharField(max_length=40), default=list, blank=True, size=limits.GROUP_CATEGORIES)
    # What is marked in lists: words in titles and abstracts, and the authors who belong to the group.
    marked_words = ArrayField(
        models.CharField(max_length=limits.MARKED_CHARS), default=list, blank=True, size=limits.MARKED_WORDS
    )
    own_authors = ArrayField(
        models.CharField(max_length=limits.AUTHOR_NAME_CHARS), default=list, blank=True, size=limits.OWN_AUTHORS
    )
    created_at = models.DateTimeField(default=now, editable=False)
    archived_at = models.DateTimeField(null=True)  # since then it is read only
    # It rests until then, seen by nobody but its organisers, who can bring it back; then it goes.
    delete_on = models.DateTimeField(null=True)
    deleted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")

    objects = GroupQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(
                    meeting_minutes__gte=limits.MEETING_MINUTES_MIN, meeting_minutes__lte=limits.MEETING_MINUTES_MAX
                ),
                name="group_meeting_minutes",
            ),
            models.CheckConstraint(
                condition=Q(minutes_per_paper__gte=1, minutes_per_paper__lte=limits.ITEM_MINUTES_MAX),
                name="group_minutes_per_paper",
            ),
            models.CheckConstraint(
                condition=Q(names_shown__in=["always", "closed", "never"]), name="group_names_shown"
            ),
            models.CheckConstraint(
                condition=Q(
                    short_minutes__gte=1,
                    short_minutes__lte=limits.ITEM_MINUTES_MAX,
                    deep_minutes__gte=1,
                    deep_minutes__lte=limits.ITEM_MINUTES_MAX,
                ),
                name="group_minutes_by_kind",
            ),
            models.CheckConstraint(
                condition=Q(selection_rule__in=["shared_time", "most_votes"]), name="group_selection_rule"
            ),
            models.CheckConstraint(condition=Q(own_papers__in=["avoid", "allow", "prefer"]), name="group_own_papers"),
            models.CheckConstraint(
                condition=Q(vote_budget__gte=1, vote_budget__lte=limits.VOTE_BUDGET_MAX), name="group_vote_budget"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def notice_scope(self) -> str:
        """Return the name under which the outbox keeps what is the group's."""
        return f"group:{self.pk}"


class MembershipQuerySet(models.QuerySet["Membership"]):
    def present(self) -> "MembershipQuerySet":
        """Return those who have not left; an admin who looks into the group is there for a while."""
        return self.filter(Q(until__isnull=True) | Q(until__gt=now()), left_at__isnull=True)


class Membership(models.Model):
    group = models.ForeignKey(Group, models.CASCADE, related_name="memberships")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="memberships")
    role = models.CharField(max_length=9, choices=Role, default=Role.MEMBER)
    presents = models.BooleanField("takes papers", default=True)
    joined_at = models.DateTimeField(default=now)
    active_on = models.DateField(null=True)  # the Monday of the last week in which the person did something here
    left_at = models.DateTimeField(null=True, blank=True)
    until = models.DateTimeField(null=True)  # of an admin who looks into the group
    # Who sent the person out; null for someone who left, whom nobody else may bring back.
    removed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")

    is_frozen: bool = False  # set by the gate: the group is archived, and nobody votes
    unread_counts: Mapping[int, int] | None = None  # set by who has counted: the app that knows comments

    objects = MembershipQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint("group", "user", name="membership_unique"),
            models.CheckConstraint(condition=Q(role__in=["organiser", "member", "guest"]), name="membership_role"),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} in {self.group_id}"

    @property
    def is_organiser(self) -> bool:
        return self.role == Role.ORGANISER

    @property
    def may_vote(self) -> bool:
        """Tell whether the role has a vote and can take papers: guests read and comment."""
        return self.role != Role.GUEST and not self.is_frozen


class InvitationQuerySet(models.QuerySet["Invitation"]):
    def usable(self) -> "InvitationQuerySet":
        """Return links that still work, by the database's clock and counter."""
        return self.filter(revoked_at__isnull=True, expires_at__gt=models.functions.Now(), used__lt=F("max_uses"))


class Invitation(models.Model):
    key = models.UUIDField(unique=True, default=uuid4, editable=False)  # made with the form: a retry makes no second
    group = models.ForeignKey(Group, models.CASCADE, related_name="invitations")
    token_hash = models.CharField(max_length=64, unique=True)
    role = models.CharField(max_length=9, choices=Role, default=Role.MEMBER)
    max_uses = models.PositiveSmallIntegerField(
        default=limits.INVITATION_USES, validators=[MinValueValidator(1), MaxValueValidator(limits.GROUP_MEMBERS)]
    )
    used = models.PositiveSmallIntegerField(default=0)
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)
    email = models.EmailField(
        max_length=limits.EMAIL_CHARS, blank=True, db_default=""
    )  # to whom it goes; empty for a link
    mailed_at = models.DateTimeField(null=True)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(default=now, editable=False)

    objects = InvitationQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(used__lte=F("max_uses")), name="invitation_used_at_most_max"),
            models.CheckConstraint(condition=~Q(role="organiser"), name="invitation_never_organiser"),
        ]

    def __str__(self) -> str:
        return f"invitation {self.pk}"

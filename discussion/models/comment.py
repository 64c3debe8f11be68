"""What members say about a paper; one reply level."""

from typing import ClassVar

from django.conf import settings
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import Func, GeneratedField, Q

from core.clock import now
from discussion.models.group_paper import GroupPaper
from groups.models import Group


class CommentQuerySet(models.QuerySet["Comment"]):
    def kept(self) -> "CommentQuerySet":
        """Leave out those that were deleted."""
        return self.filter(deleted_at__isnull=True)

    def summaries(self) -> "CommentQuerySet":
        """Return those that are the summary of their paper."""
        return self.kept().filter(label=Comment.Label.SUMMARY)


class CommentManager(models.Manager["Comment"]):
    def get_queryset(self) -> CommentQuerySet:
        """Leave the search vector in the database: only searching needs it."""
        return CommentQuerySet(self.model, using=self._db).defer("search")

    def kept(self) -> CommentQuerySet:
        return self.get_queryset().kept()

    def summaries(self) -> CommentQuerySet:
        return self.get_queryset().summaries()


class Comment(models.Model):
    class Label(models.TextChoices):
        QUESTION = "question", "Question"
        SUMMARY = "summary", "Summary"  # the lasting two or three sentences; one a paper, changed by all members

    group = models.ForeignKey(Group, models.CASCADE, related_name="+")
    group_paper = models.ForeignKey(GroupPaper, models.CASCADE, related_name="comments")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    parent = models.ForeignKey("self", models.CASCADE, null=True, related_name="replies")
    key = models.UUIDField(unique=True)  # made with the form: a retry finds the first result
    # Who asked without a name has no `author`; the mark lets them alone find what is theirs (discussion.access).
    anonymous = models.BooleanField(default=False)
    author_mark = models.CharField(max_length=64, blank=True, default="")
    label = models.CharField(max_length=8, choices=Label, blank=True, default="")
    markdown = models.TextField()
    html = models.TextField()
    written_at = models.DateTimeField(default=now)
    # What it said before its last change stands in its revisions.
    revision = models.PositiveSmallIntegerField(default=0)  # how often it was changed
    edited_at = models.DateTimeField(null=True)
    edited_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    # A deleted one rests a while and can come back; what was replied to it stays under its empty place.
    deleted_at = models.DateTimeField(null=True)
    deleted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")

    search = GeneratedField(
        expression=Func("markdown", function="comment_search"), output_field=SearchVectorField(), db_persist=True
    )

    objects = CommentManager()

    # What a query adds for whoever looks.
    is_new: bool
    is_mine: bool
    thanks: int
    same: int
    gave: frozenset[str]  # the kinds of reactions that are theirs

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(label__in=["", "question", "summary"]), name="comment_label"),
            models.CheckConstraint(
                condition=~Q(label="summary") | Q(parent__isnull=True), name="comment_summary_is_no_reply"
            ),
            models.CheckConstraint(
                condition=Q(anonymous=False, author_mark="")
                | (Q(anonymous=True, author__isnull=True, edited_by__isnull=True) & ~Q(label="summary")),
                name="comment_without_a_name",
            ),
            models.UniqueConstraint(
                "group_paper", name="comment_one_summary", condition=Q(label="summary", deleted_at__isnull=True)
            ),
        ]
        indexes: ClassVar = [
            models.Index("group_paper", "written_at", name="comment_in_order"),
            models.Index(
                fields=["group", "group_paper", "written_at"],
                name="comment_kept",
                condition=Q(deleted_at__isnull=True),
                include=["author"],
            ),
            GinIndex("search", name="comment_search"),
        ]

    def __str__(self) -> str:
        return f"comment {self.pk}"

    @property
    def author_shown(self) -> str:
        """Return who wrote it, as far as anyone is told."""
        if self.anonymous:
            return "a member"
        return self.author.name if self.author else "former member"

    @property
    def named(self) -> str:
        """Return the same inside a sentence."""
        return "a former member" if self.author_shown == "former member" and not self.author else self.author_shown

    def is_resting_for(self, user: int) -> bool:
        """Tell whether it was deleted by this person, who can bring it back; a query has told whose it is."""
        by_nobody = self.anonymous and self.deleted_by_id is None and self.is_mine
        return bool(self.deleted_at and self.markdown) and (self.deleted_by_id == user or by_nobody)


class CommentRevision(models.Model):
    """What a comment said before a change; the first one has number 0."""

    group = models.ForeignKey(Group, models.CASCADE, related_name="+")
    comment = models.ForeignKey(Comment, models.CASCADE, related_name="revisions")
    number = models.PositiveSmallIntegerField()
    markdown = models.TextField()
    writer = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    written_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint("comment", "number", name="comment_revision_unique")]

    def __str__(self) -> str:
        return f"revision {self.number} of {self.comment_id}"


class Mention(models.Model):
    """That a comment, as it stands, names a member by "@" and their name."""

    group = models.ForeignKey(Group, models.CASCADE, related_name="+")
    comment = models.ForeignKey(Comment, models.CASCADE, related_name="mentions")
    member = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint("comment", "member", name="mention_unique")]

    def __str__(self) -> str:
        return f"{self.member_id} in comment {self.comment_id}"


class Reaction(models.Model):
    """A member's "thanks" for a comment, or that they have the same question; the row is it, no row is none."""

    class Kind(models.TextChoices):
        THANKS = "thanks", "Thanks"
        SAME = "same", "Same question"

    group = models.ForeignKey(Group, models.CASCADE, related_name="+")
    comment = models.ForeignKey(Comment, models.CASCADE, related_name="reactions")
    member = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    kind = models.CharField(max_length=6, choices=Kind)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint("comment", "member", "kind", name="reaction_unique"),
            models.CheckConstraint(condition=Q(kind__in=["thanks", "same"]), name="reaction_kind"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} by {self.member_id} for comment {self.comment_id}"

"""What members say about a paper; one reply level."""

from typing import ClassVar

from django.conf import settings
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import Func, GeneratedField

from core.clock import now
from discussion.models.group_paper import GroupPaper
from groups.models import Group


class CommentQuerySet(models.QuerySet["Comment"]):
    def kept(self) -> "CommentQuerySet":
        """Leave out those that were deleted."""
        return self.filter(deleted_at__isnull=True)


class CommentManager(models.Manager["Comment"]):
    def get_queryset(self) -> CommentQuerySet:
        """Leave the search vector in the database: only searching needs it."""
        return CommentQuerySet(self.model, using=self._db).defer("search")

    def kept(self) -> CommentQuerySet:
        return self.get_queryset().kept()


class Comment(models.Model):
    group = models.ForeignKey(Group, models.CASCADE, related_name="+")
    group_paper = models.ForeignKey(GroupPaper, models.CASCADE, related_name="comments")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    parent = models.ForeignKey("self", models.CASCADE, null=True, related_name="replies")
    key = models.UUIDField(unique=True)  # made with the form: a retry finds the first result
    markdown = models.TextField()
    html = models.TextField()
    written_at = models.DateTimeField(default=now)
    # A deleted one rests a while and can come back; what was replied to it stays under its empty place.
    deleted_at = models.DateTimeField(null=True)
    deleted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")

    search = GeneratedField(
        expression=Func("markdown", function="comment_search"), output_field=SearchVectorField(), db_persist=True
    )

    objects = CommentManager()

    class Meta:
        indexes: ClassVar = [
            models.Index("group_paper", "written_at", name="comment_in_order"),
            GinIndex("search", name="comment_search"),
        ]

    def __str__(self) -> str:
        return f"comment {self.pk}"

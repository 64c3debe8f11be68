"""Find what a group wrote, and when, without the comments themselves: every page says how much is unread."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("discussion", "0020_anonymous_comments")]
    operations = [
        AddIndexConcurrently(
            "comment",
            models.Index(
                fields=["group", "group_paper", "written_at"],
                name="comment_kept",
                condition=models.Q(deleted_at__isnull=True),
                include=["author"],
            ),
        )
    ]

"""The votes of the last weeks without looking at those of years; built while others vote."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("discussion", "0004_comment_deleted")]

    operations = [
        AddIndexConcurrently(
            "vote",
            models.Index(
                "group", "cast_at", condition=models.Q(settled_by__isnull=True), name="vote_open_by_time"
            ),
        ),
    ]

"""Questions without a name: no author is kept, only a mark that its author can be recognised by."""

from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("discussion", "0019_follow")]

    operations = [
        migrations.AddField("comment", "anonymous", models.BooleanField(default=False)),
        migrations.AddField("comment", "author_mark", models.CharField(blank=True, default="", max_length=64)),
        migrations.AddConstraint(
            "comment",
            models.CheckConstraint(
                condition=Q(anonymous=False, author_mark="")
                | (Q(anonymous=True, author__isnull=True, edited_by__isnull=True) & ~Q(label="summary")),
                name="comment_without_a_name",
            ),
        ),
    ]

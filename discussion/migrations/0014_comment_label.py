"""Labels of comments, and the one summary of a paper."""

from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("discussion", "0013_asked_by_turn")]

    operations = [
        migrations.AddField(
            "comment",
            "label",
            models.CharField(
                blank=True, choices=[("question", "Question"), ("summary", "Summary")], default="", max_length=8
            ),
        ),
        migrations.AddConstraint(
            "comment",
            models.CheckConstraint(condition=Q(label__in=["", "question", "summary"]), name="comment_label"),
        ),
        migrations.AddConstraint(
            "comment",
            models.CheckConstraint(
                condition=~Q(label="summary") | Q(parent__isnull=True), name="comment_summary_is_no_reply"
            ),
        ),
        migrations.AddConstraint(
            "comment",
            models.UniqueConstraint(
                models.F("group_paper"),
                condition=Q(label="summary", deleted_at__isnull=True),
                name="comment_one_summary",
            ),
        ),
    ]

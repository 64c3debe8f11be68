"""What comments said before they were changed; kept pages show it."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

MAKE = "SELECT watch_changes('discussion_commentrevision', 'group:', 'group_id')"
REMOVE = "SELECT unwatch_changes('discussion_commentrevision')"


class Migration(migrations.Migration):
    dependencies = [
        ("discussion", "0014_comment_label"),
        ("accounts", "0004_changes"),
        ("groups", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField("comment", "revision", models.PositiveSmallIntegerField(default=0)),
        migrations.AddField("comment", "edited_at", models.DateTimeField(null=True)),
        migrations.AddField(
            "comment",
            "edited_by",
            models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.CreateModel(
            "CommentRevision",
            [
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.PositiveSmallIntegerField()),
                ("markdown", models.TextField()),
                ("written_at", models.DateTimeField()),
                (
                    "comment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="revisions",
                        to="discussion.comment",
                    ),
                ),
                (
                    "group",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="groups.group"
                    ),
                ),
                (
                    "writer",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(models.F("comment"), models.F("number"), name="comment_revision_unique")
                ]
            },
        ),
        migrations.RunSQL(MAKE, REMOVE),
    ]

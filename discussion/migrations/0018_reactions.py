"""Thanks, and the same question (accounts, 0004: counted as changes of the group)."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [
        ("discussion", "0017_drafts"),
        ("accounts", "0004_changes"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            "Reaction",
            [
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(choices=[("thanks", "Thanks"), ("same", "Same question")], max_length=6),
                ),
                ("comment", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="reactions", to="discussion.comment")),
                ("group", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="+", to="groups.group")),
                ("member", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="+", to=settings.AUTH_USER_MODEL)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        models.F("comment"), models.F("member"), models.F("kind"), name="reaction_unique"
                    ),
                    models.CheckConstraint(condition=Q(kind__in=["thanks", "same"]), name="reaction_kind"),
                ]
            },
        ),
        migrations.RunSQL(
            "SELECT watch_changes('discussion_reaction', 'group:', 'group_id')", "SELECT unwatch_changes('discussion_reaction')"
        ),
    ]

"""What members are writing, kept for them alone."""

import django.db.models.deletion

import core.clock
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("discussion", "0016_mentions"),
        ("accounts", "0004_changes"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            "Draft",
            [
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("text", models.TextField(blank=True)),
                ("version", models.PositiveIntegerField(default=1)),
                ("saved_at", models.DateTimeField(default=core.clock.now)),
                ("group", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="+", to="groups.group")),
                ("member", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="+", to=settings.AUTH_USER_MODEL)),
                ("paper", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="+", to="papers.paper")),
                ("parent", models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name="+", to="discussion.comment")),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("member", "group", "paper", "parent"), name="draft_unique", nulls_distinct=False
                    )
                ]
            },
        ),
        migrations.RunSQL(
            "SELECT watch_changes('discussion_draft', 'member:', 'member_id')", "SELECT unwatch_changes('discussion_draft')"
        ),
    ]

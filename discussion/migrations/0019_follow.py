"""Papers whose discussion members follow or mute, for them alone."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [
        ("discussion", "0018_reactions"),
        ("accounts", "0004_changes"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            "Follow",
            [
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("state", models.CharField(choices=[("follow", "Follow"), ("mute", "Mute")], max_length=6)),
                ("group", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="+", to="groups.group")),
                ("member", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="+", to=settings.AUTH_USER_MODEL)),
                ("paper", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="+", to="papers.paper")),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        models.F("member"), models.F("group"), models.F("paper"), name="follow_unique"
                    ),
                    models.CheckConstraint(condition=Q(state__in=["follow", "mute"]), name="follow_state"),
                ]
            },
        ),
        migrations.RunSQL(
            "SELECT watch_changes('discussion_follow', 'member:', 'member_id')", "SELECT unwatch_changes('discussion_follow')"
        ),
    ]

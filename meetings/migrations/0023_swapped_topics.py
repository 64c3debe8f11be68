import django.db.models.deletion
from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    """Let topics be swapped, too."""

    dependencies = [("meetings", "0022_slot_version"), ("discussion", "0020_anonymous_comments")]

    operations = [
        migrations.AlterField(
            "swap",
            "given",
            models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to="discussion.assignment",
            ),
        ),
        *(
            migrations.AddField(
                "swap",
                name,
                models.ForeignKey(
                    null=True,
                    on_delete=django.db.models.deletion.CASCADE,
                    related_name="+",
                    to="meetings.agendaitem",
                ),
            )
            for name in ("given_topic", "taken_topic")
        ),
        migrations.AddConstraint(
            "swap",
            models.UniqueConstraint("given_topic", name="swap_one_question_of_topic", condition=Q(state="asked")),
        ),
        migrations.AddConstraint(
            "swap",
            models.CheckConstraint(
                condition=Q(given__isnull=False, given_topic__isnull=True)
                | Q(given__isnull=True, given_topic__isnull=False),
                name="swap_gives_one",
            ),
        ),
        migrations.AddConstraint(
            "swap",
            models.CheckConstraint(
                condition=Q(taken__isnull=True) | Q(taken_topic__isnull=True), name="swap_takes_one_at_most"
            ),
        ),
    ]

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    """Let changes be of a meeting's time and place, and of papers in the pool, beside those of lines."""

    dependencies = [("meetings", "0020_here"), ("groups", "0019_meeting_moves"), ("discussion", "0020_anonymous_comments")]

    operations = [
        migrations.RemoveConstraint("agendachange", "agenda_change_what"),
        migrations.AlterField(
            "agendachange",
            "item",
            models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to="meetings.agendaitem",
            ),
        ),
        migrations.AddField(
            "agendachange",
            "group_paper",
            models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to="discussion.grouppaper",
            ),
        ),
        migrations.AlterField(
            "agendachange",
            "what",
            models.CharField(
                choices=[
                    ("added", "added"),
                    ("minutes", "minutes"),
                    ("note", "note"),
                    ("cue", "what to read before"),
                    ("question", "question"),
                    ("presenter", "presenter"),
                    ("place", "place"),
                    ("state", "on or off"),
                    ("kind", "length of a paper"),
                    ("time", "time"),
                    ("length", "length of the meeting"),
                    ("room", "place"),
                ],
                max_length=9,
            ),
        ),
        migrations.AddConstraint(
            "agendachange",
            models.CheckConstraint(
                condition=Q(
                    item__isnull=False,
                    group_paper__isnull=True,
                    what__in=["added", "minutes", "note", "cue", "question", "presenter", "place", "state"],
                )
                | Q(item__isnull=True, group_paper__isnull=False, what="kind")
                | Q(item__isnull=True, group_paper__isnull=True, what__in=["time", "length", "room"]),
                name="agenda_change_of_what",
            ),
        ),
    ]

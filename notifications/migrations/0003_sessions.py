from django.db import migrations, models


class Migration(migrations.Migration):
    """Tell of a time that was chosen for a session."""

    dependencies = [("notifications", "0002_reminders_and_refusals")]

    operations = [
        migrations.AlterField(
            "message",
            "kind",
            models.CharField(
                choices=[
                    ("agenda", "Agenda published, or changed after that"),
                    ("assignment", "You were asked to present, or no longer present"),
                    ("reminder", "A reminder: you present tomorrow, have not answered yet, or can sum up what you presented"),
                    ("session", "A time was chosen for a session, when you had said which times suit you"),
                    ("reply", "A reply to what you wrote"),
                    ("mention", "A mention of you"),
                    ("import", "A listing that you uploaded was imported, or could not be"),
                    ("refused", "A member’s address that takes no mail any more"),
                    ("comment", "New comments"),
                    ("test", "Test"),
                ],
                max_length=10,
            ),
        )
    ]

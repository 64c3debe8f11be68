"""Tell of reminders, and admins of addresses that take no mail."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("notifications", "0001_initial")]

    operations = [
        migrations.AlterField(
            "message",
            "kind",
            models.CharField(
                choices=[
                    ("agenda", "Agenda published, or changed after that"),
                    ("assignment", "You were asked to present, or no longer present"),
                    ("reminder", "A reminder: you present tomorrow, have not answered yet, or can sum up what you presented"),
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

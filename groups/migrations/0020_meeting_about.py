from django.db import migrations, models


class Migration(migrations.Migration):
    """Say what a session is about that was made of times that members were asked for."""

    dependencies = [("groups", "0019_meeting_moves")]

    operations = [
        migrations.AddField("meeting", "about", models.CharField(blank=True, db_default="", default="", max_length=200))
    ]

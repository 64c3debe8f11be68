from django.db import migrations, models


class Migration(migrations.Migration):
    """Count how often a time was chosen and taken back, as members who answered are told of it."""

    dependencies = [("meetings", "0021_changes_of_a_meeting")]

    operations = [migrations.AddField("slot", "version", models.PositiveIntegerField(db_default=0, default=0))]

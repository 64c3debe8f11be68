from django.db import migrations, models

import notifications.models


class Migration(migrations.Migration):
    """Call for the defaults of quiet hours; the tables stay as they are."""

    dependencies = [("notifications", "0003_sessions")]

    operations = [
        migrations.AlterField("noticesettings", "quiet_from", models.TimeField(default=notifications.models.evening)),
        migrations.AlterField("noticesettings", "quiet_until", models.TimeField(default=notifications.models.morning)),
    ]

from django.contrib.postgres.fields import ArrayField
from django.db import migrations, models


class Migration(migrations.Migration):
    """Count how often a meeting was moved, and keep from which days."""

    dependencies = [("groups", "0018_roles")]

    operations = [
        migrations.AddField("meeting", "moves", models.PositiveIntegerField(db_default=0, default=0)),
        migrations.AddField(
            "meeting", "former_slugs", ArrayField(models.CharField(max_length=14), db_default=[], default=list)
        ),
    ]

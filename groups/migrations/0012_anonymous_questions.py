"""Whether members of a group may ask without their name."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("groups", "0011_feed_links")]

    operations = [migrations.AddField("group", "anonymous_questions", models.BooleanField(db_default=False, default=False))]

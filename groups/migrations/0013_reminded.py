from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("groups", "0012_anonymous_questions")]

    operations = [migrations.AddField("meeting", "reminded_at", models.DateTimeField(null=True))]

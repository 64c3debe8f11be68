from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("meetings", "0019_slides"),
    ]

    operations = [
        migrations.AddField(
            model_name="attendance",
            name="here_at",
            field=models.DateTimeField(null=True),
        ),
    ]

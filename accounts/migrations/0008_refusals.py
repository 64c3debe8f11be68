"""Remember which address was refused for good, and how often."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("accounts", "0007_rest")]
    operations = [
        migrations.AddField(
            "user", "refused_address", models.CharField(blank=True, db_default="", default="", max_length=254)
        ),
        migrations.AddField("user", "refusals", models.PositiveSmallIntegerField(db_default=0, default=0, editable=False)),
    ]

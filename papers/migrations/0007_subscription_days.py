"""How far a subscription has got: which days are settled, which were missed, how often the newest was checked."""

import django.contrib.postgres.fields
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("papers", "0006_listing_changed"),
    ]

    operations = [
        migrations.AddField(
            model_name="subscription",
            name="gaps",
            field=django.contrib.postgres.fields.ArrayField(base_field=models.DateField(), default=list, size=None),
        ),
        migrations.AddField(
            model_name="subscription",
            name="page_tries",
            field=models.PositiveSmallIntegerField(default=0),
        ),
        migrations.AddField(
            model_name="subscription",
            name="settled_on",
            field=models.DateField(null=True),
        ),
    ]

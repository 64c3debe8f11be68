"""Who hid, withdrew or showed a listing last, and when."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [migrations.swappable_dependency(settings.AUTH_USER_MODEL), ("papers", "0005_weights")]

    operations = [
        migrations.AddField("listing", "changed_at", models.DateTimeField(null=True)),
        migrations.AddField(
            "listing",
            "changed_by",
            models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
    ]

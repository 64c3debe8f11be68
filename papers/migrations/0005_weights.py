"""How well founded each merged field is, where an entry stood in its source, and parts of larger files."""

import django.contrib.postgres.fields
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("papers", "0004_following"),
    ]

    operations = [
        migrations.AddField(
            model_name="entry",
            name="place",
            field=models.PositiveIntegerField(default=0),
        ),
        migrations.AddField(
            model_name="entry",
            name="weight",
            field=models.PositiveSmallIntegerField(default=0),
        ),
        migrations.AddField(
            model_name="import",
            name="offset",
            field=models.PositiveIntegerField(default=0),
        ),
        migrations.AddField(
            model_name="paper",
            name="weights",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.BigIntegerField(), blank=True, default=list, size=None
            ),
        ),
        # Uploads are read once and soon forgotten: compressing them takes longer than writing them.
        migrations.RunSQL(
            "ALTER TABLE papers_import ALTER content SET STORAGE EXTERNAL",
            "ALTER TABLE papers_import ALTER content SET STORAGE EXTENDED",
        ),
        # Staged entries live for minutes: they stay in their page, instead of being compressed into another.
        migrations.RunSQL(
            "ALTER TABLE papers_stagedentry SET (toast_tuple_target = 8160)",
            "ALTER TABLE papers_stagedentry RESET (toast_tuple_target)",
        ),
    ]

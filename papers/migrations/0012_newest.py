"""Papers from the newest on, and texts in which what was looked for is marked, accents or not."""

import datetime

import django.db.models.functions.comparison
from django.db import migrations, models

# As the search vector has them (0002), but from a text with its accents, so that the text is shown as it is written.
CONFIGURATIONS = """
CREATE TEXT SEARCH CONFIGURATION public.stems (COPY = pg_catalog.english);
ALTER TEXT SEARCH CONFIGURATION public.stems
    ALTER MAPPING FOR hword, hword_part, word WITH public.unaccent, pg_catalog.english_stem;
CREATE TEXT SEARCH CONFIGURATION public.names (COPY = pg_catalog.simple);
ALTER TEXT SEARCH CONFIGURATION public.names
    ALTER MAPPING FOR hword, hword_part, word WITH public.unaccent, pg_catalog.simple;
"""
NO_CONFIGURATIONS = "DROP TEXT SEARCH CONFIGURATION public.stems; DROP TEXT SEARCH CONFIGURATION public.names;"


class Migration(migrations.Migration):
    dependencies = [("papers", "0011_column_choice")]

    operations = [
        migrations.RunSQL(CONFIGURATIONS, NO_CONFIGURATIONS),
        migrations.AddIndex(
            "paper",
            models.Index(
                django.db.models.functions.comparison.Coalesce(
                    "first_announced", models.Value(datetime.date(1, 1, 1))
                ).desc(),
                models.F("id").desc(),
                name="paper_newest",
            ),
        ),
    ]

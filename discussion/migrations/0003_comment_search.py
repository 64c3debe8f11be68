"""Words of comments, found with or without their accents."""

import django.contrib.postgres.indexes
import django.contrib.postgres.search
from django.db import migrations, models

FUNCTION = """
CREATE FUNCTION comment_search(markdown text) RETURNS tsvector LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT setweight(to_tsvector('pg_catalog.english'::regconfig, public.fold_accents(markdown)), 'B')
$$;
"""


class Migration(migrations.Migration):
    dependencies = [("discussion", "0002_own_state"), ("papers", "0002_search")]

    operations = [
        migrations.RunSQL(FUNCTION, "DROP FUNCTION comment_search(text);"),
        migrations.AddField(
            "comment",
            "search",
            models.GeneratedField(
                db_persist=True,
                expression=models.Func("markdown", function="comment_search"),
                output_field=django.contrib.postgres.search.SearchVectorField(),
            ),
        ),
        migrations.AddIndex(
            "comment", django.contrib.postgres.indexes.GinIndex(models.F("search"), name="comment_search")
        ),
    ]

"""Words of title, authors and abstract, found with or without their accents."""

import django.contrib.postgres.indexes
import django.contrib.postgres.search
import django.db.models.functions.text
from django.contrib.postgres.operations import TrigramExtension, UnaccentExtension
from django.db import migrations, models

# `unaccent` counts as changeable, since its dictionary could be exchanged; ours is not. Names are qualified, so that
# a restored backup computes the column whatever its search path.
FUNCTIONS = """
CREATE FUNCTION fold_accents(text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT AS $$
    SELECT public.unaccent('public.unaccent'::regdictionary, $1)
$$;
CREATE FUNCTION paper_search(title text, authors jsonb, abstract text) RETURNS tsvector
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT setweight(to_tsvector('pg_catalog.english'::regconfig, public.fold_accents(title)), 'A')
        || setweight(to_tsvector('pg_catalog.simple'::regconfig, public.fold_accents(authors::text)), 'B')
        || setweight(to_tsvector('pg_catalog.english'::regconfig, public.fold_accents(abstract)), 'C')
$$;
"""
NO_FUNCTIONS = "DROP FUNCTION paper_search(text, jsonb, text); DROP FUNCTION fold_accents(text);"


class Migration(migrations.Migration):
    dependencies = [("papers", "0001_initial")]

    operations = [
        UnaccentExtension(),
        TrigramExtension(),
        migrations.RunSQL(FUNCTIONS, NO_FUNCTIONS),
        migrations.AddField(
            "paper",
            "search",
            models.GeneratedField(
                db_persist=True,
                expression=models.Func("title", "authors", "abstract", function="paper_search"),
                output_field=django.contrib.postgres.search.SearchVectorField(),
            ),
        ),
        migrations.AddIndex(
            "paper", django.contrib.postgres.indexes.GinIndex(models.F("search"), name="paper_search")
        ),
        migrations.AddIndex(
            "paper",
            django.contrib.postgres.indexes.GinIndex(
                django.contrib.postgres.indexes.OpClass(
                    django.db.models.functions.text.Upper("title"), name="gin_trgm_ops"
                ),
                name="paper_title_trigrams",
            ),
        ),
    ]

"""What stands in a title tells twice as much of whether someone likes the paper."""

from django.db import migrations

PARTS = """
CREATE OR REPLACE FUNCTION paper_liked_parts(search tsvector, authors jsonb, categories text[], liking jsonb)
RETURNS TABLE (weight real, shown text) LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    WITH liked AS MATERIALIZED (
        SELECT $4 -> 'words' AS words, $4 -> 'authors' AS authors, $4 -> 'categories' AS categories
    ), found AS (
        SELECT liked.words -> term.lexeme AS part, %s AS times
        FROM liked, unnest($1) AS term WHERE term.weights && '{A,C}'::text[]
        UNION ALL
        SELECT liked.authors -> author, 1 FROM liked, jsonb_array_elements_text($2) AS author
        UNION ALL
        SELECT liked.categories -> category, 1 FROM liked, unnest($3) AS category
    )
    SELECT ((part ->> 0)::real * times)::real, part ->> 1 FROM found WHERE part IS NOT NULL
$$;
"""
TWICE = PARTS % "CASE WHEN 'A' = ANY(term.weights) THEN 2 ELSE 1 END"
ONCE = PARTS % "1"


class Migration(migrations.Migration):
    dependencies = [("papers", "0015_liking")]

    operations = [migrations.RunSQL(TWICE, ONCE)]

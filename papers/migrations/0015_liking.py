"""How well a paper fits what someone likes, and for which of its words, authors and categories."""

from django.db import migrations

# `liking` maps "words", "authors" and "categories" to objects: of each [weight, how it is shown]. Its parts are taken
# out once, not for each word of the paper.
FUNCTIONS = """
CREATE FUNCTION paper_liked_parts(search tsvector, authors jsonb, categories text[], liking jsonb)
RETURNS TABLE (weight real, shown text) LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    WITH liked AS MATERIALIZED (
        SELECT $4 -> 'words' AS words, $4 -> 'authors' AS authors, $4 -> 'categories' AS categories
    ), found AS (
        SELECT liked.words -> term.lexeme AS part FROM liked, unnest($1) AS term WHERE term.weights && '{A,C}'::text[]
        UNION ALL
        SELECT liked.authors -> author FROM liked, jsonb_array_elements_text($2) AS author
        UNION ALL
        SELECT liked.categories -> category FROM liked, unnest($3) AS category
    )
    SELECT (part ->> 0)::real, part ->> 1 FROM found WHERE part IS NOT NULL
$$;
CREATE FUNCTION paper_liking(search tsvector, authors jsonb, categories text[], liking jsonb)
RETURNS real LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT coalesce(sum(weight), 0)::real FROM public.paper_liked_parts($1, $2, $3, $4)
$$;
CREATE FUNCTION paper_liked_for(search tsvector, authors jsonb, categories text[], liking jsonb, most integer)
RETURNS text[] LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT coalesce(array_agg(shown ORDER BY weight DESC, shown), '{}') FROM (
        SELECT shown, max(weight) AS weight FROM public.paper_liked_parts($1, $2, $3, $4)
        WHERE weight > 0 GROUP BY shown ORDER BY max(weight) DESC, shown LIMIT $5
    ) AS best
$$;
"""
NO_FUNCTIONS = """
DROP FUNCTION paper_liked_for(tsvector, jsonb, text[], jsonb, integer);
DROP FUNCTION paper_liking(tsvector, jsonb, text[], jsonb);
DROP FUNCTION paper_liked_parts(tsvector, jsonb, text[], jsonb);
"""


class Migration(migrations.Migration):
    dependencies = [("papers", "0014_changes")]

    operations = [migrations.RunSQL(FUNCTIONS, NO_FUNCTIONS)]

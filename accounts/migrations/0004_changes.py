"""Count what changes, by topic, so that a page can tell by one statement that it would look as before.

A topic's count is the sum over its shards: whoever writes counts in the shard of their own connection, so that two who
write at the same time do not wait for each other. See docs/decisions/0009-counting-changes.md.
"""

from django.db import migrations

MAKE = """
CREATE TABLE changes (
    topic text NOT NULL,
    shard smallint NOT NULL,
    count bigint NOT NULL,
    PRIMARY KEY (topic, shard)
) WITH (fillfactor = 50);

CREATE FUNCTION note_changes() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    topics text := 'SELECT $1';
BEGIN
    IF TG_NARGS > 1 THEN
        topics := format('SELECT DISTINCT $1 || %I FROM touched WHERE %I IS NOT NULL ORDER BY 1', TG_ARGV[1], TG_ARGV[1]);
    END IF;
    EXECUTE 'INSERT INTO public.changes SELECT topic, pg_backend_pid() % 64, 1 FROM (' || topics || ') AS t (topic) '
        'ON CONFLICT (topic, shard) DO UPDATE SET count = changes.count + 1' USING TG_ARGV[0];
    RETURN NULL;
END $$;

-- Every statement that writes to the table counts once: for the topic, or for the topic and each value of the column.
CREATE FUNCTION watch_changes(watched regclass, topic text, by_column text DEFAULT NULL) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    arguments text := concat_ws(', ', quote_literal(topic), quote_literal(by_column));
BEGIN
    EXECUTE format('CREATE TRIGGER changes_insert AFTER INSERT ON %s REFERENCING NEW TABLE AS touched '
        'FOR EACH STATEMENT EXECUTE FUNCTION public.note_changes(%s)', watched, arguments);
    EXECUTE format('CREATE TRIGGER changes_update AFTER UPDATE ON %s REFERENCING NEW TABLE AS touched '
        'FOR EACH STATEMENT EXECUTE FUNCTION public.note_changes(%s)', watched, arguments);
    EXECUTE format('CREATE TRIGGER changes_delete AFTER DELETE ON %s REFERENCING OLD TABLE AS touched '
        'FOR EACH STATEMENT EXECUTE FUNCTION public.note_changes(%s)', watched, arguments);
END $$;

CREATE FUNCTION unwatch_changes(watched regclass) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format('DROP TRIGGER changes_insert ON %s', watched);
    EXECUTE format('DROP TRIGGER changes_update ON %s', watched);
    EXECUTE format('DROP TRIGGER changes_delete ON %s', watched);
END $$;

SELECT watch_changes('accounts_user', 'member:', 'id');
CREATE TRIGGER changes_people AFTER UPDATE OF name, email ON accounts_user
    FOR EACH STATEMENT EXECUTE FUNCTION note_changes('people');
"""
REMOVE = """
DROP TRIGGER changes_people ON accounts_user;
SELECT unwatch_changes('accounts_user');
DROP FUNCTION unwatch_changes(regclass);
DROP FUNCTION watch_changes(regclass, text, text);
DROP FUNCTION note_changes();
DROP TABLE changes;
"""


class Migration(migrations.Migration):
    dependencies = [("accounts", "0003_abstracts_open")]
    operations = [migrations.RunSQL(MAKE, REMOVE)]

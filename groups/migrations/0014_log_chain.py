"""Chain the lines of a group's log, so that it can be told whether one was changed, left out or put in (decision 20).

A line is sealed when its transaction commits, behind the last one of its group: one after the other, and with nothing
left to wait for, so that nobody waits for each other. Older programs write lines as before.
"""

from django.db import migrations, models

MAKE = r"""
CREATE FUNCTION audit_event_mark(salt uuid, person bigint) RETURNS text LANGUAGE sql IMMUTABLE AS $$
    SELECT CASE WHEN person IS NULL THEN '' ELSE encode(sha256(convert_to(salt || ':' || person, 'UTF8')), 'hex') END
$$;

CREATE FUNCTION seal_audit_event(pk bigint) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    line public.groups_auditevent;
    last record;
BEGIN
    PERFORM pg_advisory_xact_lock('public.groups_auditevent'::regclass::oid::bigint);
    SELECT * INTO line FROM public.groups_auditevent WHERE id = pk AND number IS NULL;
    IF NOT FOUND THEN
        RETURN;
    END IF;
    SELECT number, digest INTO last FROM public.groups_auditevent
        WHERE group_id = line.group_id AND number IS NOT NULL ORDER BY number DESC LIMIT 1;
    line.number := coalesce(last.number, 0) + 1;
    line.by_salt := CASE WHEN line.by_id IS NOT NULL THEN gen_random_uuid() END;
    line.about_salt := CASE WHEN line.about_id IS NOT NULL THEN gen_random_uuid() END;
    line.by_mark := public.audit_event_mark(line.by_salt, line.by_id);
    line.about_mark := public.audit_event_mark(line.about_salt, line.about_id);
    line.digest := encode(sha256(convert_to(concat_ws(E'\n', coalesce(last.digest, ''), line.number, line.group_id,
        (extract(epoch FROM line.at) * 1000000)::bigint, line.what, line.by_mark, line.about_mark, line.object
    ), 'UTF8')), 'hex');
    UPDATE public.groups_auditevent SET number = line.number, digest = line.digest, by_salt = line.by_salt,
        by_mark = line.by_mark, about_salt = line.about_salt, about_mark = line.about_mark WHERE id = pk;
END $$;

CREATE FUNCTION chain_audit_event() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM public.seal_audit_event(NEW.id);
    RETURN NULL;
END $$;

CREATE CONSTRAINT TRIGGER chain_audit_event AFTER INSERT ON groups_auditevent DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION chain_audit_event();

CREATE OR REPLACE FUNCTION keep_audit_event() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        IF EXISTS (SELECT FROM public.groups_group WHERE id = OLD.group_id AND delete_on <= statement_timestamp()) THEN
            RETURN OLD;
        END IF;
    ELSIF (NEW.id, NEW.group_id, NEW.at, NEW.what, NEW.object) = (OLD.id, OLD.group_id, OLD.at, OLD.what, OLD.object)
        AND (NEW.by_id IS NULL OR NEW.by_id IS NOT DISTINCT FROM OLD.by_id)
        AND (NEW.about_id IS NULL OR NEW.about_id IS NOT DISTINCT FROM OLD.about_id)
        AND (OLD.number IS NULL OR (NEW.number, NEW.digest, NEW.by_mark, NEW.about_mark)
            = (OLD.number, OLD.digest, OLD.by_mark, OLD.about_mark)) THEN
        -- Without its salt, a mark does not tell any more whom it stood for.
        NEW.by_salt := CASE WHEN NEW.by_id IS NOT NULL THEN coalesce(OLD.by_salt, NEW.by_salt) END;
        NEW.about_salt := CASE WHEN NEW.about_id IS NOT NULL THEN coalesce(OLD.about_salt, NEW.about_salt) END;
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'the activity log is only added to' USING ERRCODE = 'insufficient_privilege';
END $$;
"""
REMOVE = """
DROP TRIGGER chain_audit_event ON groups_auditevent;
DROP FUNCTION chain_audit_event();
DROP FUNCTION seal_audit_event(bigint);
DROP FUNCTION audit_event_mark(uuid, bigint);

CREATE OR REPLACE FUNCTION keep_audit_event() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        IF EXISTS (SELECT FROM public.groups_group WHERE id = OLD.group_id AND delete_on <= statement_timestamp()) THEN
            RETURN OLD;
        END IF;
    ELSIF (NEW.id, NEW.group_id, NEW.at, NEW.what, NEW.object) = (OLD.id, OLD.group_id, OLD.at, OLD.what, OLD.object)
        AND (NEW.by_id IS NULL OR NEW.by_id IS NOT DISTINCT FROM OLD.by_id)
        AND (NEW.about_id IS NULL OR NEW.about_id IS NOT DISTINCT FROM OLD.about_id) THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'the activity log is only added to' USING ERRCODE = 'insufficient_privilege';
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("groups", "0013_reminded")]
    operations = [
        migrations.AddField("auditevent", "number", models.PositiveIntegerField(null=True)),
        *[
            migrations.AddField(
                "auditevent", name, models.CharField(blank=True, db_default="", default="", max_length=64)
            )
            for name in ("digest", "by_mark", "about_mark")
        ],
        *[migrations.AddField("auditevent", name, models.UUIDField(null=True)) for name in ("by_salt", "about_salt")],
        migrations.AddConstraint("auditevent", models.UniqueConstraint("group", "number", name="audit_event_in_order")),
        migrations.RunSQL(MAKE, REMOVE),
    ]

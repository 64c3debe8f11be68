"""The activity log of a group, which is only ever added to.

A person who goes from the server is forgotten here too (the references are emptied), and a group whose rest is over
takes its log with it; everything else that would change or delete a line is refused.
"""

import core.clock
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

MAKE = """
CREATE FUNCTION keep_audit_event() RETURNS trigger LANGUAGE plpgsql AS $$
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

CREATE TRIGGER keep_audit_event BEFORE UPDATE OR DELETE ON groups_auditevent
    FOR EACH ROW EXECUTE FUNCTION keep_audit_event();
"""
REMOVE = """
DROP TRIGGER keep_audit_event ON groups_auditevent;
DROP FUNCTION keep_audit_event();
"""


class Migration(migrations.Migration):

    dependencies = [
        ('groups', '0006_rest'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='AuditEvent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField(default=core.clock.now)),
                ('what', models.CharField(choices=[('started', 'Started'), ('settings', 'Settings'), ('role', 'Role'), ('joined', 'Joined'), ('left', 'Left'), ('removed', 'Removed'), ('brought back', 'Brought Back'), ('invited', 'Invited'), ('revoked', 'Revoked'), ('published', 'Published'), ('held', 'Held'), ('archived', 'Archived'), ('opened', 'Opened'), ('deleted', 'Deleted'), ('returned', 'Returned'), ('exported', 'Exported'), ('imported', 'Imported'), ('inherited', 'Inherited'), ('entered', 'Entered')], max_length=12)),
                ('object', models.CharField(blank=True, max_length=1000)),
                ('about', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('group', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='groups.group')),
            ],
            options={
                'indexes': [models.Index(fields=['group', '-id'], name='audit_event_newest')],
            },
        ),
        migrations.RunSQL(MAKE, REMOVE),
    ]

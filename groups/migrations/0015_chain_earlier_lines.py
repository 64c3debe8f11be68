"""Seal the lines that logs have already, in the order in which they were written."""

from django.db import migrations

SEAL = "SELECT seal_audit_event(id) FROM (SELECT id FROM groups_auditevent ORDER BY id) AS line"


class Migration(migrations.Migration):
    dependencies = [("groups", "0014_log_chain")]
    operations = [migrations.RunSQL(SEAL, migrations.RunSQL.noop)]

"""Seal the lines that logs have already, in the order in which they were written.

Each by itself, since whoever writes a line waits for the lock under which one is sealed.
"""

from django.db import migrations

SEAL = """
DO $$
DECLARE
    line bigint;
BEGIN
    FOR line IN SELECT id FROM groups_auditevent WHERE number IS NULL ORDER BY id LOOP
        PERFORM seal_audit_event(line);
        COMMIT;
    END LOOP;
END $$
"""


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("groups", "0014_log_chain")]
    operations = [migrations.RunSQL([SEAL], migrations.RunSQL.noop)]

"""Count what members have read (accounts, 0004): kept pages show it."""

from django.db import migrations

MAKE = """
SELECT watch_changes('discussion_lastread', 'member:', 'member_id');
"""
REMOVE = """
SELECT unwatch_changes('discussion_lastread');
"""


class Migration(migrations.Migration):
    dependencies = [("discussion", "0011_last_read"), ("accounts", "0004_changes")]
    operations = [migrations.RunSQL(MAKE, REMOVE)]

"""Count what changes in a group's breaks (accounts, 0004)."""

from django.db import migrations

MAKE = """
SELECT watch_changes('groups_break', 'group:', 'group_id');
"""
REMOVE = """
SELECT unwatch_changes('groups_break');
"""


class Migration(migrations.Migration):
    dependencies = [("groups", "0009_breaks"), ("accounts", "0004_changes")]
    operations = [migrations.RunSQL(MAKE, REMOVE)]

"""Count what changes in a group (accounts, 0004)."""

from django.db import migrations

MAKE = """
SELECT watch_changes('groups_group', 'group:', 'id');
SELECT watch_changes('groups_membership', 'group:', 'group_id');
SELECT watch_changes('groups_meeting', 'group:', 'group_id');
"""
REMOVE = """
SELECT unwatch_changes('groups_group');
SELECT unwatch_changes('groups_membership');
SELECT unwatch_changes('groups_meeting');
"""


class Migration(migrations.Migration):
    dependencies = [("groups", "0002_voting"), ("accounts", "0004_changes")]
    operations = [migrations.RunSQL(MAKE, REMOVE)]

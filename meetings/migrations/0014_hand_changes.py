"""Count what changes in raised hands (accounts, 0004)."""

from django.db import migrations

MAKE = """
SELECT watch_changes('meetings_hand', 'group:', 'group_id');
"""
REMOVE = """
SELECT unwatch_changes('meetings_hand');
"""


class Migration(migrations.Migration):
    dependencies = [("meetings", "0013_hand"), ("accounts", "0004_changes")]
    operations = [migrations.RunSQL(MAKE, REMOVE)]

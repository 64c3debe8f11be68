"""Count what changes in polls about times, and in the answers to them (accounts, 0004)."""

from django.db import migrations

MAKE = """
SELECT watch_changes('meetings_poll', 'group:', 'group_id');
SELECT watch_changes('meetings_slot', 'group:', 'group_id');
SELECT watch_changes('meetings_slotanswer', 'group:', 'group_id');
"""
REMOVE = """
SELECT unwatch_changes('meetings_slotanswer');
SELECT unwatch_changes('meetings_slot');
SELECT unwatch_changes('meetings_poll');
"""


class Migration(migrations.Migration):
    dependencies = [("meetings", "0009_polls"), ("accounts", "0004_changes")]
    operations = [migrations.RunSQL(MAKE, REMOVE)]

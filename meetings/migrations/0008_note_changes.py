"""Count what changes in the notes of meetings (accounts, 0004)."""

from django.db import migrations

MAKE = """
SELECT watch_changes('meetings_note', 'group:', 'group_id');
"""
REMOVE = """
SELECT unwatch_changes('meetings_note');
"""


class Migration(migrations.Migration):
    dependencies = [("meetings", "0007_running"), ("accounts", "0004_changes")]
    operations = [migrations.RunSQL(MAKE, REMOVE)]

"""Count what changes in what members saved, and in who comes (accounts, 0004)."""

from django.db import migrations

MAKE = """
SELECT watch_changes('meetings_savedtime', 'group:', 'group_id');
SELECT watch_changes('meetings_attendance', 'group:', 'group_id');
"""
REMOVE = """
SELECT unwatch_changes('meetings_savedtime');
SELECT unwatch_changes('meetings_attendance');
"""


class Migration(migrations.Migration):
    dependencies = [("meetings", "0003_saved_time"), ("accounts", "0004_changes")]
    operations = [migrations.RunSQL(MAKE, REMOVE)]

"""Count what changes in the parts that members have in lines (accounts, 0004)."""

from django.db import migrations

MAKE = """
SELECT watch_changes('meetings_part', 'group:', 'group_id');
"""
REMOVE = """
SELECT unwatch_changes('meetings_part');
"""


class Migration(migrations.Migration):
    dependencies = [("meetings", "0017_part"), ("accounts", "0004_changes")]
    operations = [migrations.RunSQL(MAKE, REMOVE)]

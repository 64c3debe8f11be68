"""Count what changes in the swaps of presenters (accounts, 0004)."""

from django.db import migrations

MAKE = """
SELECT watch_changes('meetings_swap', 'group:', 'group_id');
"""
REMOVE = """
SELECT unwatch_changes('meetings_swap');
"""


class Migration(migrations.Migration):
    dependencies = [("meetings", "0015_swap"), ("accounts", "0004_changes")]
    operations = [migrations.RunSQL(MAKE, REMOVE)]

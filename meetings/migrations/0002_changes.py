"""Count what changes on a group's agendas (accounts, 0004)."""

from django.db import migrations

MAKE = """
SELECT watch_changes('meetings_agendaitem', 'group:', 'group_id');
"""
REMOVE = """
SELECT unwatch_changes('meetings_agendaitem');
"""


class Migration(migrations.Migration):
    dependencies = [("meetings", "0001_initial"), ("accounts", "0004_changes")]
    operations = [migrations.RunSQL(MAKE, REMOVE)]

"""Count what changes in the changes of agendas (accounts, 0004)."""

from django.db import migrations

MAKE = """
SELECT watch_changes('meetings_agendachange', 'group:', 'group_id');
"""
REMOVE = """
SELECT unwatch_changes('meetings_agendachange');
"""


class Migration(migrations.Migration):
    dependencies = [("meetings", "0011_agenda_change"), ("accounts", "0004_changes")]
    operations = [migrations.RunSQL(MAKE, REMOVE)]

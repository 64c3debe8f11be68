"""Count what changes in a group's own form of its agendas (accounts, 0004)."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("meetings", "0005_agenda_template"), ("accounts", "0004_changes")]
    operations = [
        migrations.RunSQL(
            "SELECT watch_changes('meetings_agendatemplate', 'group:', 'group_id');",
            "SELECT unwatch_changes('meetings_agendatemplate');",
        )
    ]

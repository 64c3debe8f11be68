"""Count what members have noticed, too (accounts, 0004)."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("discussion", "0009_taste"), ("accounts", "0004_changes")]
    operations = [
        migrations.RunSQL(
            "SELECT watch_changes('discussion_noticed', 'member:', 'member_id')",
            "SELECT unwatch_changes('discussion_noticed')",
        ),
    ]

"""Count what a group does with papers, and what its members do for themselves (accounts, 0004)."""

from django.db import migrations

MAKE = """
SELECT watch_changes('discussion_grouppaper', 'group:', 'group_id');
SELECT watch_changes('discussion_vote', 'group:', 'group_id');
SELECT watch_changes('discussion_comment', 'group:', 'group_id');
SELECT watch_changes('discussion_assignment', 'group:', 'group_id');
SELECT watch_changes('discussion_queueitem', 'member:', 'member_id');
SELECT watch_changes('discussion_hidden', 'member:', 'member_id');
SELECT watch_changes('discussion_seen', 'member:', 'member_id');
SELECT watch_changes('discussion_savedsearch', 'member:', 'member_id');
"""
REMOVE = """
SELECT unwatch_changes('discussion_grouppaper');
SELECT unwatch_changes('discussion_vote');
SELECT unwatch_changes('discussion_comment');
SELECT unwatch_changes('discussion_assignment');
SELECT unwatch_changes('discussion_queueitem');
SELECT unwatch_changes('discussion_hidden');
SELECT unwatch_changes('discussion_seen');
SELECT unwatch_changes('discussion_savedsearch');
"""


class Migration(migrations.Migration):
    dependencies = [("discussion", "0006_saved_searches"), ("accounts", "0004_changes")]
    operations = [migrations.RunSQL(MAKE, REMOVE)]

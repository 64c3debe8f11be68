"""Count what changes about papers and listings (accounts, 0004)."""

from django.db import migrations

MAKE = """
SELECT watch_changes('papers_paper', 'papers');
SELECT watch_changes('papers_paperversion', 'papers');
SELECT watch_changes('papers_listing', 'papers');
SELECT watch_changes('papers_entry', 'papers');
"""
REMOVE = """
SELECT unwatch_changes('papers_paper');
SELECT unwatch_changes('papers_paperversion');
SELECT unwatch_changes('papers_listing');
SELECT unwatch_changes('papers_entry');
"""


class Migration(migrations.Migration):
    dependencies = [("papers", "0013_words"), ("accounts", "0004_changes")]
    operations = [migrations.RunSQL(MAKE, REMOVE)]

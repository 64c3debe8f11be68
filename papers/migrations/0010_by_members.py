"""What only members of groups have named is not shown to others."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("papers", "0009_find_by_doi")]

    operations = [
        migrations.AddField(
            "paper", "by_members", models.BooleanField(db_default=False, default=False, editable=False)
        ),
        migrations.AddIndex(
            "paper", models.Index("id", condition=models.Q(by_members=True), name="paper_by_members")
        ),
    ]

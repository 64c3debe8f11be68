"""A paper is found by the DOI under which it was published."""

import django.db.models.functions.text
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("papers", "0008_openreview")]

    operations = [
        migrations.AddIndex(
            "paper",
            models.Index(
                django.db.models.functions.text.Lower("doi"), condition=~models.Q(doi=""), name="paper_doi"
            ),
        ),
    ]

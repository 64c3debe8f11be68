"""Papers of conferences, which have neither arXiv id nor DOI and are named by OpenReview."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("papers", "0007_subscription_days"),
    ]

    operations = [
        migrations.AlterField(
            model_name="paper",
            name="source",
            field=models.CharField(
                choices=[
                    ("arxiv", "arXiv"),
                    ("doi", "DOI"),
                    ("biorxiv", "bioRxiv"),
                    ("medrxiv", "medRxiv"),
                    ("openreview", "OpenReview"),
                    ("own", "the group's own"),
                ],
                default="arxiv",
                max_length=10,
            ),
        ),
    ]

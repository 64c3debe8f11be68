"""Subscriptions, the pace towards arXiv, what a source says it holds, and papers that wait for their authors."""

import core.clock
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("papers", "0003_several_listings"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Pace",
            fields=[
                ("name", models.CharField(max_length=40, primary_key=True, serialize=False)),
                ("asked_at", models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="Subscription",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("category", models.CharField(max_length=40, unique=True)),
                (
                    "state",
                    models.CharField(
                        choices=[("asked", "Asked for"), ("followed", "Followed"), ("stopped", "Stopped")],
                        default="asked",
                        max_length=8,
                    ),
                ),
                ("asked_at", models.DateTimeField(default=core.clock.now, editable=False)),
                ("followed_at", models.DateTimeField(null=True)),
                ("etag", models.CharField(blank=True, max_length=200)),
                ("last_modified", models.CharField(blank=True, max_length=100)),
                ("fetched_at", models.DateTimeField(null=True)),
                (
                    "outcome",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("", "Not fetched yet"),
                            ("listing", "A listing came"),
                            ("empty", "Empty on purpose"),
                            ("unchanged", "Nothing new"),
                            ("failed", "Failed"),
                        ],
                        default="",
                        max_length=9,
                    ),
                ),
                ("result", models.TextField(blank=True)),
                ("next_due", models.DateTimeField(null=True)),
                ("failures", models.PositiveSmallIntegerField(default=0)),
                ("lease_until", models.DateTimeField(null=True)),
                ("attempts", models.PositiveIntegerField(default=0)),
            ],
        ),
        migrations.RemoveConstraint(
            model_name="import",
            name="import_content_unique",
        ),
        migrations.AddField(
            model_name="import",
            name="evidence",
            field=models.JSONField(default=dict),
        ),
        migrations.AddField(
            model_name="import",
            name="losses",
            field=models.PositiveSmallIntegerField(default=0),
        ),
        migrations.AddField(
            model_name="import",
            name="stated",
            field=models.JSONField(default=dict),
        ),
        migrations.AddField(
            model_name="listing",
            name="state",
            field=models.CharField(
                choices=[("shown", "Shown"), ("hidden", "Hidden"), ("withdrawn", "Withdrawn")],
                default="shown",
                max_length=9,
            ),
        ),
        migrations.AddField(
            model_name="listing",
            name="stated",
            field=models.JSONField(default=dict),
        ),
        migrations.AddField(
            model_name="paper",
            name="digest",
            field=models.CharField(blank=True, max_length=32),
        ),
        migrations.AddField(
            model_name="paper",
            name="fill_due",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="paper",
            name="fill_tries",
            field=models.PositiveSmallIntegerField(default=0),
        ),
        migrations.AddField(
            model_name="paper",
            name="link",
            field=models.CharField(blank=True, max_length=200),
        ),
        migrations.AddField(
            model_name="problem",
            name="mended",
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name="stagedentry",
            name="announced_on",
            field=models.DateField(null=True),
        ),
        migrations.AddField(
            model_name="stagedentry",
            name="digest",
            field=models.CharField(blank=True, max_length=32),
        ),
        migrations.AlterField(
            model_name="import",
            name="kind",
            field=models.CharField(
                choices=[
                    ("upload", "File"),
                    ("paste", "Pasted text"),
                    ("command", "Command line"),
                    ("feed", "Subscription"),
                ],
                max_length=8,
            ),
        ),
        migrations.AlterField(
            model_name="import",
            name="state",
            field=models.CharField(
                choices=[
                    ("received", "Received"),
                    ("reading", "Reading"),
                    ("review", "Waiting for review"),
                    ("publishing", "Publishing"),
                    ("done", "Imported"),
                    ("failed", "Failed"),
                    ("cancelled", "Cancelled"),
                    ("quarantined", "Set aside"),
                    ("withdrawn", "Withdrawn"),
                ],
                default="received",
                max_length=12,
            ),
        ),
        migrations.AddIndex(
            model_name="paper",
            index=models.Index(
                models.F("fill_due"), condition=models.Q(("fill_due__isnull", False)), name="paper_fill_due"
            ),
        ),
        migrations.AddConstraint(
            model_name="import",
            constraint=models.UniqueConstraint(
                models.F("sha256"),
                condition=models.Q(("state__in", ["failed", "cancelled", "quarantined", "withdrawn"]), _negated=True),
                name="import_content_unique",
            ),
        ),
        migrations.AddField(
            model_name="subscription",
            name="asked_by",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddIndex(
            model_name="subscription",
            index=models.Index(
                models.F("next_due"), condition=models.Q(("state", "followed")), name="subscription_due"
            ),
        ),
    ]

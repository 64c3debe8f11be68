"""An import may fill several listings, or none."""

from django.db import migrations, models


def keep_links(apps, schema_editor):
    Import = apps.get_model("papers", "Import")
    Link = Import.listings.through
    filled = Import.objects.filter(listing__isnull=False).values_list("pk", "listing")
    Link.objects.bulk_create([Link(import_id=batch, listing_id=listing) for batch, listing in filled], batch_size=1_000)


def keep_first(apps, schema_editor):
    Import = apps.get_model("papers", "Import")
    for batch, listing in Import.listings.through.objects.order_by("-pk").values_list("import_id", "listing_id"):
        Import.objects.filter(pk=batch).update(listing=listing)


class Migration(migrations.Migration):
    dependencies = [("papers", "0002_search")]

    operations = [
        migrations.AlterField(
            "import",
            "listing",
            models.ForeignKey(null=True, on_delete=models.SET_NULL, related_name="+", to="papers.listing"),
        ),
        migrations.AddField("import", "listings", models.ManyToManyField(related_name="imports", to="papers.listing")),
        migrations.RunPython(keep_links, keep_first),
        migrations.RemoveField("import", "listing"),
    ]

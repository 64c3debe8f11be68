"""An admin can look into a group for a while."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('groups', '0007_audit_event'),
    ]

    operations = [
        migrations.AddField(
            model_name='membership',
            name='until',
            field=models.DateTimeField(null=True),
        ),
    ]

"""Has all initiatives compared again, so that who is in them is kept."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("campaigns", "0012_reaches_and_contact_counts")]

    operations = [
        migrations.RunSQL(
            "INSERT INTO campaigns_changedmembers (initiative_id)"
            " SELECT id FROM campaigns_initiative",
            migrations.RunSQL.noop,
        )
    ]

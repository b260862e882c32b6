"""Have the columns made anew: scores are now of orders, as in the reports, and spend in parts."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("campaigns", "0014_who_launched_and_who_joins_later")]

    operations = [
        migrations.RunSQL(
            "DELETE FROM campaigns_trait; DELETE FROM campaigns_traitstate",
            migrations.RunSQL.noop,
        ),
    ]

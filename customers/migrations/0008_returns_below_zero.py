"""What was given back is below zero, as intake writes it now; its weeks are counted again."""

from django.conf import settings
from django.db import migrations

MEND = """
    WITH mended AS (
        UPDATE customers_event SET amount = -amount WHERE kind = 'return' AND amount > 0
        RETURNING at
    )
    INSERT INTO customers_staleweek (week_on)
    SELECT DISTINCT date_trunc('week', at AT TIME ZONE %s)::date FROM mended
"""


class Migration(migrations.Migration):

    dependencies = [
        ('customers', '0007_faster_landing'),
    ]

    operations = [
        migrations.RunSQL([(MEND, [settings.TIME_ZONE])], migrations.RunSQL.noop),
    ]

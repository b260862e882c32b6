"""No check of a record's source row by row, and no look at the sequence for each event."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('customers', '0006_what_was_known'),
    ]

    operations = [
        migrations.AlterField(
            model_name='record',
            name='source',
            field=models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='records', to='customers.source'),
        ),
        migrations.RunSQL(
            'ALTER TABLE customers_event ALTER COLUMN id SET CACHE 1000',
            'ALTER TABLE customers_event ALTER COLUMN id SET CACHE 1',
        ),
    ]

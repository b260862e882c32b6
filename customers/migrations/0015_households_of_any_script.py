from django.db import migrations

NOT_PLAIN = """
    INSERT INTO customers_unlinked (record_id)
    SELECT id FROM customers_record
    WHERE concat(attributes->>'address', attributes->>'postcode') ~ '[^\\u0001-\\u007f]'
        AND attributes->>'address' <> '' AND attributes->>'postcode' <> ''
"""


class Migration(migrations.Migration):
    """The next pass of linking chooses anew what is shown of those whose letters were left out."""

    dependencies = [
        ('customers', '0014_one_index_less_on_proposals'),
    ]

    operations = [
        migrations.RunSQL(NOT_PLAIN, migrations.RunSQL.noop),
    ]

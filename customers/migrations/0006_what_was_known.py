from django.db import migrations

# Every link that there was until now is a certain one. What people allowed stood among the
# attributes of their records; each answer becomes a row.
MOVE = """
    UPDATE customers_record SET certain_id = customer_id;
    INSERT INTO customers_consent (record_id, channel, purpose, is_allowed, told_at, way, evidence)
    SELECT r.id, split_part(said.key, '.', 2), split_part(said.key, '.', 3), said.value::boolean,
        coalesce((r.attributes->>'updated_at')::timestamptz, r.first_seen_at), 'record', ''
    FROM customers_record r CROSS JOIN LATERAL jsonb_each_text(r.attributes) said
    WHERE said.key LIKE 'consent.%.%';
    UPDATE customers_record r SET attributes = (
        SELECT coalesce(jsonb_object_agg(key, value), '{}') FROM jsonb_each(r.attributes)
        WHERE key NOT LIKE 'consent.%'
    )
    WHERE EXISTS (SELECT FROM jsonb_object_keys(r.attributes) AS key WHERE key LIKE 'consent.%');
"""


class Migration(migrations.Migration):

    dependencies = [
        ('customers', '0005_one_customer'),
    ]

    operations = [
        migrations.RunSQL(MOVE, migrations.RunSQL.noop, elidable=True),
    ]

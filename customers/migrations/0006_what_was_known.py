from django.db import migrations

# Every link that there was until now is a certain one. What people allowed stood among the
# attributes of their records; each answer becomes a row, and each opt-out a no to marketing. A yes
# that a record has since an opt-out may be older than it, and is none.
MOVE = r"""
    UPDATE customers_record SET certain_id = customer_id;
    WITH said AS (
        SELECT r.id AS record_id, lower(split_part(said.key, '.', 2)) AS channel,
            lower(split_part(said.key, '.', 3)) AS purpose, said.value::boolean AS is_allowed,
            coalesce((r.attributes->>'updated_at')::timestamptz, r.first_seen_at) AS told_at,
            'record' AS way, '' AS evidence
        FROM customers_record r CROSS JOIN LATERAL jsonb_each_text(r.attributes) said
        WHERE said.key LIKE 'consent.%.%'
        UNION ALL
        SELECT record_id, coalesce(nullif(left(trim(BOTH '_' FROM
                regexp_replace(lower(channel), '[^\w-]+', '_', 'g')), 60), ''), 'every'),
            'marketing', false, at, 'opt_out', left('Event ' || event_id, 200)
        FROM customers_event
        WHERE kind IN ('opt_out', 'spam_report') AND record_id IS NOT NULL
    ), spelt AS MATERIALIZED (
        SELECT record_id, coalesce(same.ours, said.channel) AS channel, purpose, is_allowed,
            told_at, way, evidence
        FROM said LEFT JOIN (VALUES
            ('sms', 'text'), ('e-mail', 'email'), ('e_mail', 'email'), ('telephone', 'call')
        ) same (theirs, ours) ON same.theirs = said.channel
    )
    INSERT INTO customers_consent (record_id, channel, purpose, is_allowed, told_at, way, evidence)
    SELECT DISTINCT ON (record_id, channel, purpose, told_at)
        record_id, channel, purpose, is_allowed, told_at, way, evidence
    FROM spelt s
    WHERE NOT EXISTS (
        SELECT FROM spelt refused
        WHERE s.is_allowed AND refused.way = 'opt_out' AND refused.record_id = s.record_id
            AND refused.purpose = s.purpose AND refused.channel IN (s.channel, 'every')
            AND refused.told_at <= s.told_at
    )
    ORDER BY record_id, channel, purpose, told_at, is_allowed, evidence DESC;
    UPDATE customers_record r SET attributes = (
        SELECT coalesce(jsonb_object_agg(key, value), '{}') FROM jsonb_each(r.attributes)
        WHERE key NOT LIKE 'consent.%'
    )
    WHERE EXISTS (SELECT FROM jsonb_object_keys(r.attributes) AS key WHERE key LIKE 'consent.%');
"""

# What is shown of everybody is chosen by the work that links them from the start.
RESOLVE = """
    INSERT INTO customers_work
        (kind, arguments, state, attempts, done_count, step, outcome, error, created_at)
    SELECT 'resolve', '{}', 'waiting', 0, 0, '', '{}', '', now()
    WHERE EXISTS (SELECT FROM customers_record);
"""


class Migration(migrations.Migration):

    dependencies = [
        ('customers', '0005_one_customer'),
    ]

    operations = [
        migrations.RunSQL(MOVE, migrations.RunSQL.noop, elidable=True),
        migrations.RunSQL(RESOLVE, migrations.RunSQL.noop, elidable=True),
    ]

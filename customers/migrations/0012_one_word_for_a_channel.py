from django.db import migrations

# An answer never changes, so it is told anew under our word and the other goes. Where both were
# told at one moment the no counts, a microsecond later.
TELL_ANEW = """
    WITH theirs AS (
        DELETE FROM customers_consent c USING (VALUES
            ('phone', 'call'), ('phone_call', 'call'), ('text_message', 'text'),
            ('letter', 'post'), ('direct_mail', 'post'),
            ('push', 'app'), ('push_notification', 'app')
        ) same (said, word)
        WHERE translate(c.channel, ' -', '__') = same.said RETURNING c.*, same.word
    ), told AS (
        SELECT DISTINCT ON (record_id, word, purpose, told_at) *
        FROM theirs ORDER BY record_id, word, purpose, told_at, is_allowed
    )
    INSERT INTO customers_consent (
        record_id, channel, purpose, is_allowed, told_at, way, noted_at, noted_by_id, evidence
    )
    SELECT t.record_id, t.word, t.purpose, t.is_allowed,
        CASE WHEN k.id IS NULL THEN t.told_at ELSE t.told_at + interval '1 microsecond' END,
        t.way, t.noted_at, t.noted_by_id, t.evidence
    FROM told t LEFT JOIN customers_consent k ON k.record_id = t.record_id AND k.channel = t.word
        AND k.purpose = t.purpose AND k.told_at = t.told_at
    WHERE k.id IS NULL OR k.is_allowed AND NOT t.is_allowed
    ORDER BY t.id
    ON CONFLICT DO NOTHING;
"""


class Migration(migrations.Migration):

    dependencies = [
        ('customers', '0011_what_was_asked'),
    ]

    operations = [
        migrations.RunSQL(TELL_ANEW, migrations.RunSQL.noop, elidable=True),
    ]

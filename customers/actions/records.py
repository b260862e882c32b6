"""Landing records: what a source says about its people, and what identifies them."""

from datetime import datetime

from django.db.backends.utils import CursorWrapper

from customers.actions.consent import tell_by_records
from customers.actions.kinds import Landed
from customers.actions.linking import link_alone, link_unlinked
from customers.actions.planning import learn_what_came
from customers.actions.staging import IDENTIFIERS
from customers.intake.fields import RECORDS

ATTRIBUTES = tuple(
    field.name for field in RECORDS.fields if field.name not in (*IDENTIFIERS, "external_id")
)


def land_records(cursor: CursorWrapper, *, source_id: int, at: datetime) -> Landed:  # noqa: ARG001  every kind lands alike
    """Merge the newest row of each person into their record, then link the records.

    A column that the file lacks, or a cell left empty, leaves what was known. A row whose
    `updated_at` is older than the record's changes nothing but the history of what they allow.
    """
    link_alone(cursor)
    cursor.execute(
        f"""
        CREATE TEMPORARY TABLE newest ON COMMIT DROP AS
        SELECT DISTINCT ON (s.record_id) s.record_id,
            {", ".join(f"s.{i}, s.{i}_sealed" for i in IDENTIFIERS)},
            jsonb_strip_nulls(
                jsonb_build_object({", ".join(f"'{a}', s.{a}" for a in ATTRIBUTES)})
                || coalesce(s.prefers, '{{}}')
            ) AS attributes
        FROM staged s JOIN customers_record r ON r.id = s.record_id
        WHERE s.updated_at IS NULL OR r.attributes->>'updated_at' IS NULL
            OR s.updated_at >= (r.attributes->>'updated_at')::timestamptz
        ORDER BY s.record_id, s.updated_at DESC NULLS LAST, s.row DESC
        """  # noqa: S608  our own field names only
    )
    tell_by_records(cursor, at=at)
    cursor.execute(
        """
        CREATE TEMPORARY TABLE touched ON COMMIT DROP AS
        WITH merged AS (
            UPDATE customers_record r SET attributes = r.attributes || n.attributes
            FROM newest n
            WHERE r.id = n.record_id AND r.attributes <> r.attributes || n.attributes
            RETURNING r.id
        ), given AS (
            SELECT n.record_id, i.kind, decode(i.digest, 'hex') AS digest,
                decode(i.sealed, 'hex') AS sealed
            FROM newest n CROSS JOIN LATERAL (VALUES
                ('email', email, email_sealed), ('phone', phone, phone_sealed),
                ('loyalty_card', loyalty_card, loyalty_card_sealed),
                ('payment_token', payment_token, payment_token_sealed),
                ('wifi_device', wifi_device, wifi_device_sealed),
                ('account_id', account_id, account_id_sealed)
            ) AS i (kind, digest, sealed)
            WHERE i.digest IS NOT NULL
        ), gone AS (
            DELETE FROM customers_identifier old USING given g
            WHERE old.record_id = g.record_id AND old.kind = g.kind AND old.digest <> g.digest
                AND NOT EXISTS (
                    SELECT FROM customers_record r WHERE r.id = old.record_id
                    AND r.external_id = old.kind || ':' || encode(old.digest, 'hex')
                )
            RETURNING old.record_id, old.kind, old.digest
        ), added AS (
            INSERT INTO customers_identifier AS known (record_id, kind, digest, sealed)
            SELECT record_id, kind, digest, sealed FROM given
            ON CONFLICT (kind, digest, record_id) DO UPDATE SET sealed = excluded.sealed
                WHERE known.sealed IS NULL  -- its source told it before anything was sealed
            RETURNING record_id
        ), unlinked AS (
            INSERT INTO customers_unlinked (record_id)
            SELECT id FROM merged UNION SELECT record_id FROM added UNION SELECT record_id FROM gone
            UNION SELECT i.record_id FROM gone JOIN customers_identifier i USING (kind, digest)
        )
        SELECT record_id FROM founded UNION SELECT id FROM merged
        UNION SELECT record_id FROM answered
        UNION SELECT record_id FROM gone UNION SELECT record_id FROM added
        """
    )
    cursor.execute(
        """
        SELECT (SELECT count(*) FROM touched), (SELECT count(*) FROM staged)
        """
    )
    changed, staged = cursor.fetchone()
    learn_what_came(cursor, changed)  # linking looks at all of them
    link_unlinked(cursor, at=at, cause="import")
    cursor.execute("DROP TABLE newest, answered, touched")
    return Landed(changed=changed, unchanged=staged - changed, rejected=[])

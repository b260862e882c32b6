"""Keeping the golden view: what is known of each person, chosen from their records."""

from django.db.backends.utils import CursorWrapper

from customers.identity.rules import Reason

APART = [Reason.SEVERAL_PEOPLE.value, Reason.NAMES.value, Reason.BIRTH_DAYS.value]
"""Why people share an e-mail address or a phone and are several all the same: a household does."""

HOME = (
    "left(regexp_replace(lower(upper(normalize(address || postcode, NFKD) COLLATE pg_c_utf8)),"
    " '[[:space:][:punct:]\\u0300-\\u036f]+', '', 'g'), 401)"
)
"""A street address with its postcode, of which 401 letters and digits of any script count; their
accents do not, nor capitals, which are taken twice since letters have more than one small form."""

# Nothing here is joined with what the planner must guess the size of: a wrong guess takes minutes.
REFRESH = """
    WITH touched AS (
        SELECT customer_id FROM {customers}
    ), told AS MATERIALIZED (
        SELECT r.customer_id, r.id, s.trust_rank,
            coalesce((attributes->>'updated_at')::timestamptz, first_seen_at) AS told_at,
            btrim(regexp_replace(
                CASE WHEN btrim(coalesce(attributes->>'full_name', '')) <> ''
                    THEN attributes->>'full_name'
                    ELSE concat_ws(' ', attributes->>'given_name', attributes->>'family_name') END,
                '\\s+', ' ', 'g'
            )) AS name,
            (attributes->>'born_on')::date AS born_on,
            coalesce(attributes->>'address', '') AS address,
            coalesce(attributes->>'postcode', '') AS postcode,
            coalesce(attributes->>'city', '') AS city,
            coalesce(attributes->>'country', '') AS country
        FROM touched JOIN customers_record r USING (customer_id)
        JOIN customers_source s ON s.id = r.source_id
    ), names AS (
        SELECT DISTINCT ON (customer_id) customer_id, name
        FROM (
            SELECT *, count(*) OVER (
                PARTITION BY customer_id, lower(name COLLATE pg_c_utf8)
            ) AS times
            FROM told WHERE name <> ''
        ) named
        ORDER BY customer_id, trust_rank, times DESC, length(name) DESC, told_at DESC, id
    ), days AS (
        SELECT DISTINCT ON (customer_id) customer_id, born_on
        FROM (
            SELECT *, count(*) OVER (PARTITION BY customer_id, born_on) AS times
            FROM told WHERE born_on IS NOT NULL
        ) dated
        ORDER BY customer_id, times DESC, trust_rank, told_at DESC, id
    ), places AS (
        SELECT DISTINCT ON (customer_id) customer_id, address, postcode, city, country
        FROM told WHERE address <> '' OR postcode <> '' OR city <> ''
        ORDER BY customer_id, (address <> '')::int + (postcode <> '')::int DESC,
            told_at DESC, trust_rank, id
    ), shared AS (
        SELECT t.customer_id, min(encode(i.digest, 'hex'))
            FILTER (WHERE i.kind IN ('email', 'phone') AND i.reason = ANY(%(apart)s)) AS contact
        FROM told t JOIN customers_identifier i ON i.record_id = t.id
        GROUP BY t.customer_id
    ), chosen AS (
        SELECT customer_id, max(name) AS name, max(born_on) AS born_on, max(address) AS address,
            max(postcode) AS postcode, max(city) AS city, max(country) AS country,
            max(contact) AS contact
        FROM (
            SELECT customer_id, NULL AS name, NULL::date AS born_on, NULL AS address,
                NULL AS postcode, NULL AS city, NULL AS country, NULL AS contact
            FROM touched
            UNION ALL SELECT customer_id, name, NULL, NULL, NULL, NULL, NULL, NULL FROM names
            UNION ALL SELECT customer_id, NULL, born_on, NULL, NULL, NULL, NULL, NULL FROM days
            UNION ALL
            SELECT customer_id, NULL, NULL, address, postcode, city, country, NULL FROM places
            UNION ALL SELECT customer_id, NULL, NULL, NULL, NULL, NULL, NULL, contact FROM shared
            WHERE contact IS NOT NULL
        ) each_once
        GROUP BY customer_id
    )
    UPDATE customers_customer c
    SET full_name = g.full_name, born_on = g.born_on, postcode = g.postcode, city = g.city,
        country = g.country, household = g.household
    FROM (
        SELECT customer_id, left(coalesce(name, ''), 401) AS full_name, born_on,
            coalesce(postcode, '') AS postcode, coalesce(city, '') AS city,
            coalesce(country, '') AS country,
            CASE WHEN address <> '' AND postcode <> ''
                THEN {home}
                ELSE coalesce(contact, '') END AS household
        FROM chosen
    ) g
    WHERE c.id = g.customer_id
        AND (c.full_name, c.born_on, c.postcode, c.city, c.country, c.household)
            IS DISTINCT FROM
                (g.full_name, g.born_on, g.postcode, g.city, g.country, g.household)
"""


def refresh_golden(cursor: CursorWrapper, customers: str) -> int:
    """Choose anew for the customers in a table of ours, each once in its column `customer_id`.

    When records have moved, it must hold the customers that they left: one without records is
    made blank. Chooses as customers.identity.survivorship does. All of one household have their
    `HOME` in common; those without one the least of the e-mail addresses and phone numbers (as
    hashes) that they share with people whose names or birth days keep them apart. Returns how many
    customers are shown otherwise now.
    """
    cursor.execute(REFRESH.format(customers=customers, home=HOME), {"apart": APART})
    return int(cursor.rowcount)


def refresh_golden_of(cursor: CursorWrapper, record_ids: list[int]) -> int:
    """Do the same for the customers of a few records, and for those that they founded."""
    theirs = """(
        SELECT customer_id FROM customers_record WHERE id = ANY(%(ids)s)
        UNION SELECT unnest(%(ids)s::bigint[])
    )"""
    cursor.execute(REFRESH.format(customers=theirs, home=HOME), {"ids": record_ids, "apart": APART})
    return int(cursor.rowcount)

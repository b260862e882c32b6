"""Landing rates: each day's and pair's once, as it was last told."""

from datetime import datetime

from django.conf import settings
from django.db.backends.utils import CursorWrapper

from customers.actions.kinds import Landed
from customers.intake.fields import RATE_DAYS
from customers.intake.rejected import Rejected


def land_rates(cursor: CursorWrapper, *, source_id: int, at: datetime) -> Landed:  # noqa: ARG001  every kind lands alike
    """Add the rates that are new, correct those told otherwise, mark the weeks they count in stale.

    Of two rows for one day and pair the later counts. Rejected: a currency against itself.
    """
    cursor.execute("SELECT row, currency FROM staged WHERE base = currency ORDER BY row")
    rejected = [
        Rejected(row, "base", currency, f"another currency than {currency}")
        for row, currency in cursor.fetchall()
    ]
    cursor.execute(LAND, {"source": source_id})
    cursor.execute(
        STALE, {"ours": settings.CURRENCY, "zone": settings.TIME_ZONE, "days": RATE_DAYS}
    )
    cursor.execute("SELECT (SELECT count(*) FROM changed_rates), (SELECT count(*) FROM staged)")
    changed, staged = cursor.fetchone()
    cursor.execute("DROP TABLE changed_rates")
    return Landed(changed=changed, unchanged=staged - changed - len(rejected), rejected=rejected)


LAND = """
    CREATE TEMPORARY TABLE changed_rates ON COMMIT DROP AS
    WITH written AS (
        INSERT INTO customers_rate AS known (source_id, quoted_on, base, currency, rate)
        SELECT DISTINCT ON ("on", base, currency) %(source)s, "on", base, currency, rate
        FROM staged WHERE base <> currency
        ORDER BY "on", base, currency, row DESC
        ON CONFLICT (quoted_on, base, currency) DO UPDATE
            SET rate = excluded.rate, source_id = excluded.source_id
            WHERE known.rate <> excluded.rate
        RETURNING quoted_on, base, currency
    )
    SELECT * FROM written;
    CREATE INDEX ON changed_rates (quoted_on);
    ANALYZE changed_rates
"""

# An amount is converted by a rate of its own currency, or by two where one is of the company's.
STALE = """
    WITH foreign_days AS (
        SELECT DISTINCT e.currency, (e.at AT TIME ZONE %(zone)s)::date AS day
        FROM customers_event e
        WHERE e.at >= (SELECT min(quoted_on) FROM changed_rates)::timestamp AT TIME ZONE %(zone)s
            AND e.at < (SELECT max(quoted_on) + %(days)s + 1 FROM changed_rates)::timestamp
                AT TIME ZONE %(zone)s
            AND e.amount IS NOT NULL AND e.currency NOT IN ('', %(ours)s)
    )
    INSERT INTO customers_staleweek (week_on)
    SELECT DISTINCT date_trunc('week', f.day)::date FROM foreign_days f
    WHERE EXISTS (
        SELECT FROM changed_rates c
        WHERE c.quoted_on BETWEEN f.day - %(days)s AND f.day
            AND (f.currency IN (c.base, c.currency) OR %(ours)s IN (c.base, c.currency))
    )
"""

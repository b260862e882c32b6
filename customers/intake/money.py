"""Amounts in the company's currency, in SQL: each by the rate of its own day, or not at all.

On a day, an amount of another currency is worth what the newest rates of that day or the
`RATE_DAYS` before say, so that weekends and holidays take those of the last working day. Rates
of one day and one base make a factor: from the pair itself, in either direction, or, where there
is none, through a base that both currencies have a rate against.
"""

from datetime import date, timedelta

from psycopg import sql

from customers.intake.fields import RATE_DAYS


def factors(ours: str, starts_on: date, ends_on: date) -> sql.Composable:
    """Return a query of (currency, on_day, factor) for the days [starts_on, ends_on).

    One unit of `currency` is worth `factor` of our own, to 20 places and more.
    """
    return sql.SQL(
        """
        WITH near AS (
            SELECT quoted_on, base, currency, rate::numeric(38, 20) AS rate FROM customers_rate
            WHERE quoted_on >= {first_on} AND quoted_on < {ends_on}
        ), sides AS (
            SELECT * FROM near UNION ALL SELECT DISTINCT quoted_on, base, base, 1.0 FROM near
        ), quoted AS (
            SELECT DISTINCT ON (theirs.currency, quoted_on)
                theirs.currency, quoted_on, ours.rate / theirs.rate AS factor
            FROM sides ours JOIN sides theirs USING (quoted_on, base)
            WHERE ours.currency = {ours} AND theirs.currency <> {ours}
            ORDER BY theirs.currency, quoted_on, base IN (theirs.currency, {ours}) DESC, base
        ), lasting AS (
            SELECT *, lead(quoted_on) OVER (PARTITION BY currency ORDER BY quoted_on) AS next_on
            FROM quoted
        )
        SELECT currency, quoted_on + days AS on_day, factor
        FROM lasting, generate_series(0, least(next_on - quoted_on - 1, {days})) AS days
        """
    ).format(
        ours=ours, first_on=starts_on - timedelta(days=RATE_DAYS), ends_on=ends_on, days=RATE_DAYS
    )


def on_its_day(ours: str, zone: str) -> sql.Composable:
    """Return what joins an event `e` to its row `f` of `factors`; only foreign ones have one."""
    return sql.SQL(
        "f.currency = e.currency AND f.on_day ="
        " CASE WHEN e.currency NOT IN ('', {}) THEN (e.at AT TIME ZONE {})::date END"
    ).format(ours, zone)


def converted(ours: str) -> sql.Composable:
    """Return an event's amount in our currency, null where there is no amount or no rate.

    What names no currency is in ours.
    """
    return sql.SQL(
        "CASE WHEN e.currency IN ('', {}) THEN e.amount ELSE round(e.amount * f.factor, 4) END"
    ).format(ours)


def unpriced(ours: str) -> sql.Composable:
    """Return the currency in which an event's amount has no rate; "" for every other event."""
    return sql.SQL(
        "CASE WHEN e.amount IS NOT NULL AND e.currency NOT IN ('', {}) AND f.factor IS NULL"
        " THEN e.currency ELSE '' END"
    ).format(ours)

"""How contacts are spread over customers: how many get how many, their rest, and households."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any, NamedTuple

from django.conf import settings
from django.db import connection

from campaigns.queries.weighing import IS_EXEMPT, LIMITS, WEIGHT, weighing
from strategy.queries.serving import ContactRules

WEEKS_BACK = 4
OVER = 3
"""Beyond the cap this many counts are told apart; the last stands for more."""


class WeekSpread(NamedTuple):
    """Seven days that end before `ends_on`.

    `customers` by the contacts that they got, rounded up to whole ones, the last row "or more";
    `over_cap` of `reached` customers got more than the cap. `exempt` contacts are not counted.
    """

    ends_on: date
    customers: dict[int, int]
    reached: int
    over_cap: int
    exempt: int


class Rest(NamedTuple):
    """Hours between two counted contacts of one customer; None where nobody had two."""

    pairs: int
    too_short: int
    median_hours: float | None


class Households(NamedTuple):
    """Last week's contacts by household; `known` of `reached` customers are in one.

    `over_cap` of the `households` got more than the sheet allows a household, or where it does not
    say, more than it allows a customer.
    """

    reached: int
    known: int
    households: int
    over_cap: int


class Spread(NamedTuple):
    """How contacts are spread: the last four weeks, oldest first, and the newest by household."""

    weeks: list[WeekSpread]
    rest: Rest
    households: Households

    def to_json(self) -> dict[str, Any]:
        """Return it as it is kept."""
        return {
            "weeks": [week._asdict() | {"ends_on": str(week.ends_on)} for week in self.weeks],
            "rest": list(self.rest),
            "households": list(self.households),
        }


def spread_of(said: Mapping[str, Any]) -> Spread:
    """Read what `to_json` wrote."""
    weeks = [
        WeekSpread(
            ends_on=date.fromisoformat(week["ends_on"]),
            customers={int(got): people for got, people in week["customers"].items()},
            reached=week["reached"],
            over_cap=week["over_cap"],
            exempt=week["exempt"],
        )
        for week in said["weeks"]
    ]
    return Spread(weeks, Rest(*said["rest"]), Households(*said["households"]))


def spread(rules: ContactRules, ends_on: date) -> Spread:
    """Return the four weeks before `ends_on`. Three queries, each over all their contacts."""
    rows = _ask(SPREAD, rules, ends_on, WEEKS_BACK)
    ((pairs, too_short, median),) = _ask(REST, rules, ends_on, WEEKS_BACK)
    ((reached, known, homes, over),) = _ask(HOUSEHOLDS, rules, ends_on, 1)
    return Spread(
        weeks=[_week(rows, back, ends_on) for back in reversed(range(WEEKS_BACK))],
        rest=Rest(pairs, too_short, None if median is None else float(median)),
        households=Households(reached, known, homes, over),
    )


def _week(rows: list[tuple[int, ...]], back: int, ends_on: date) -> WeekSpread:
    week = [row for row in rows if row[0] == back]
    counted = {got: people for _, got, people, _, _ in week if got}
    return WeekSpread(
        ends_on=ends_on - timedelta(days=7 * back),
        customers=counted,
        reached=sum(counted.values()),
        over_cap=sum(over for *_, over, _ in week),
        exempt=int(sum(exempt for *_, exempt in week)),
    )


def _ask(query: str, rules: ContactRules, ends_on: date, weeks: int) -> list[tuple[int, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(
            SENT + query,
            {
                "starts_on": ends_on - timedelta(days=7 * weeks),
                "ends_on": ends_on,
                "zone": settings.TIME_ZONE,
                **weighing(rules),
                "cap": rules.cap,
                "household_cap": rules.cap if rules.household_cap is None else rules.household_cap,
                "most": rules.cap + OVER,
                "gap": rules.gap_hours,
            },
        )
        rows: list[tuple[int, ...]] = cursor.fetchall()
    return rows


SENT = f"""
    WITH sent AS (
        SELECT r.customer_id, e.at, {WEIGHT} AS weight,
            {IS_EXEMPT} AS is_exempt,
            (%(ends_on)s::date - 1 - (e.at AT TIME ZONE %(zone)s)::date) / 7 AS back
        FROM customers_event e JOIN customers_record r ON r.id = e.record_id
        {LIMITS}
        WHERE e.kind = 'contact'
            AND e.at >= %(starts_on)s::timestamp AT TIME ZONE %(zone)s
            AND e.at < %(ends_on)s::timestamp AT TIME ZONE %(zone)s
    )
"""  # noqa: S608  our own texts

SPREAD = """
    SELECT back, got, count(*), count(*) FILTER (WHERE weight > %(cap)s), sum(exempt)
    FROM (
        SELECT back, coalesce(sum(weight) FILTER (WHERE NOT is_exempt), 0) AS weight,
            least(ceil(coalesce(sum(weight) FILTER (WHERE NOT is_exempt), 0)), %(most)s)::int
                AS got,
            count(*) FILTER (WHERE is_exempt) AS exempt
        FROM sent GROUP BY back, customer_id
    ) people
    GROUP BY back, got ORDER BY back, got
"""

REST = """
    SELECT count(*), count(*) FILTER (WHERE hours < %(gap)s),
        percentile_cont(0.5) WITHIN GROUP (ORDER BY hours)
    FROM (
        SELECT extract(epoch FROM at - lag(at) OVER (PARTITION BY customer_id ORDER BY at)) / 3600
            AS hours
        FROM sent WHERE NOT is_exempt
    ) apart WHERE hours IS NOT NULL
"""

HOUSEHOLDS = """
    , homes AS (
        SELECT c.id AS customer_id, sum(weight) AS weight, nullif(c.household, '') AS home
        FROM sent JOIN customers_customer c ON c.id = sent.customer_id
        WHERE NOT is_exempt GROUP BY c.id
    ), by_home AS (
        SELECT home, sum(weight) AS weight FROM homes WHERE home IS NOT NULL GROUP BY home
    )
    SELECT (SELECT count(*) FROM homes), (SELECT count(home) FROM homes), count(*),
        count(*) FILTER (WHERE weight > %(household_cap)s)
    FROM by_home
"""

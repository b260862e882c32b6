"""What was really sent on a day, held against the machine-checked rules: sets, never rows.

A day is [midnight, midnight) of the company's time zone. Contacts that serve what somebody asked
for are left out: transactional ones, those of exempt categories, those of service initiatives.
The department is that of the initiative that the contact names, else that of its source.
"""

from collections.abc import Iterable, Mapping
from datetime import date, datetime, time, timedelta
from typing import Any, NamedTuple

from django.conf import settings
from django.db import connection
from django.db.backends.utils import CursorWrapper
from django.utils import timezone

from campaigns.models import Initiative
from campaigns.queries.rules import rules_in_force
from campaigns.queries.weighing import IS_EXEMPT, LIMITS, WEIGHT, weighing
from campaigns.rulebook import phrases
from campaigns.rulebook.checks import CHECKS
from campaigns.rulebook.rules import complete
from customers.memory.recall import CASE_OPEN
from strategy.language.channels import CONTACTED, channel_word_sql
from strategy.queries.serving import contact_rules

EXAMPLES = 5
"""How many customers a breach names as examples."""

ABOUT_BASKETS = "(^|[^a-z])(baskets?|carts?)([^a-z]|$)"
"""What a source calls messages about a left basket, as a regular expression in lower case."""


class SentBreach(NamedTuple):
    """One department's contacts of a day that broke one rule.

    `examples` are up to five records that were contacted; `initiatives` the keys that are named.
    """

    rule_id: int
    department_id: int
    contact_count: int
    customer_count: int
    examples: list[int]
    initiatives: list[str]


class SentDay(NamedTuple):
    """How many contacts of a day were looked at, and what they broke."""

    contact_count: int
    breaches: list[SentBreach]


def sent_on(day: date) -> SentDay:
    """Return what the day's contacts broke of the sheet in force.

    Five queries and one for each rule that is checked on what was sent. It writes a temporary
    table, so it belongs in a transaction.
    """
    start, end = _midnight(day), _midnight(day + timedelta(days=1))
    in_force, policy = rules_in_force(), contact_rules()
    given: dict[str, Any] = {
        "start": start,
        "end": end,
        "day": day,
        "zone": settings.TIME_ZONE,
        "contacted": [*CONTACTED],
        "exempt": [],
    }
    if policy:
        given |= weighing(policy)
        quiet_from, quiet_until = policy.quiet or (None, None)
        given |= {
            "cap": policy.cap,
            "calendar_cap": policy.calendar_cap,
            "household_cap": policy.household_cap,
            "gap": timedelta(hours=policy.gap_hours),
            "quiet_from": quiet_from,
            "quiet_until": quiet_until,
            "case_open": CASE_OPEN,
        }
    found: list[SentBreach] = []
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS sent")
        cursor.execute(SENT, given)
        cursor.execute("ANALYZE sent, customers_consent")
        cursor.execute("SELECT count(*) FROM sent")
        (contact_count,) = cursor.fetchone()
        for rule in in_force.rules:
            if contact_count and CHECKS[rule.check].is_of_sent:
                said = complete(CHECKS[rule.check], rule.parameters)
                found += _broken(cursor, rule.rule_id, rule.check, said | given)
        cursor.execute("DROP TABLE sent")
    return SentDay(contact_count, found)


def _broken(
    cursor: CursorWrapper, rule_id: int, check: str, given: Mapping[str, Any]
) -> Iterable[SentBreach]:
    """Return each department's contacts that broke the rule without leave."""
    if check == "chase_basket_once":
        given = {**given, "baskets": _basket_keys(), "basket": ABOUT_BASKETS}
    cursor.execute(
        f"""
        WITH broken AS ({BROKEN[check]}), unwaived AS (
            SELECT s.* FROM sent s JOIN broken USING (id)
            WHERE NOT EXISTS (
                SELECT FROM campaigns_waiver w WHERE w.initiative_id = s.initiative_id
                AND w.rule_id = %(rule)s AND %(day)s < w.ends_on
                AND %(end)s > w.granted_at
            )
        )
        SELECT department_id, count(*), count(DISTINCT customer_id),
            (array_agg(DISTINCT record_id))[:%(examples)s],
            array_remove(array_agg(DISTINCT initiative), '')
        FROM unwaived GROUP BY department_id ORDER BY department_id
        """,  # noqa: S608  our own texts, by the names of checks
        {**given, "rule": rule_id, "examples": EXAMPLES},
    )
    return [SentBreach(rule_id, *row) for row in cursor.fetchall()]


def _basket_keys() -> list[str]:
    """Return the keys of initiatives that are about left baskets, as they say themselves."""
    said = Initiative.objects.values_list("key", "name", "notice")
    return [key for key, *texts in said if phrases.BASKET.search(". ".join(texts))]


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


SENT = f"""
    CREATE TEMPORARY TABLE sent ON COMMIT DROP AS
    SELECT e.id, e.at, e.record_id, r.customer_id, r.certain_id,
        {channel_word_sql("e.channel")} AS channel,
        lower(e.category) AS category, e.initiative, i.id AS initiative_id,
        coalesce(i.department_id, s.department_id) AS department_id
    FROM customers_event e
    JOIN customers_record r ON r.id = e.record_id
    JOIN customers_source s ON s.id = e.source_id
    LEFT JOIN campaigns_initiative i ON i.key = e.initiative AND e.initiative <> ''
    WHERE e.kind = 'contact' AND e.at >= %(start)s AND e.at < %(end)s
        AND NOT {IS_EXEMPT} AND coalesce(i.purpose, 'marketing') = 'marketing'
"""  # noqa: S608  our own texts

# A contact falls out of the window to the microsecond a week later, and weeks begin on Monday
# (campaigns.pressure.policy). What is not limited is null, which nothing is more than.
CONTACT_CAP = f"""
    WITH theirs AS MATERIALIZED (
        SELECT id, household FROM customers_customer WHERE id IN (SELECT customer_id FROM sent)
        UNION SELECT h.id, h.household FROM customers_customer h
        JOIN customers_customer c ON c.household = h.household AND h.household <> ''
        WHERE c.id IN (SELECT customer_id FROM sent) AND %(household_cap)s::int IS NOT NULL
    )
    SELECT id FROM (
        SELECT e.id, e.at, w.cap AS channel_cap, t.household,
            count(*) OVER through_it AS by_channel,
            sum({WEIGHT}) OVER in_seven_days AS weight,
            sum({WEIGHT}) OVER since_monday AS week_weight,
            sum({WEIGHT}) OVER at_home AS home_weight
        FROM theirs t JOIN customers_record r ON r.customer_id = t.id
        JOIN customers_event e ON e.record_id = r.id {LIMITS}
        WHERE e.kind = 'contact' AND NOT {IS_EXEMPT}
            AND e.at > %(start)s - interval '168 hours' AND e.at < %(end)s
        WINDOW in_seven_days AS (
            PARTITION BY r.customer_id ORDER BY e.at
            RANGE BETWEEN '167:59:59.999999' PRECEDING AND CURRENT ROW
        ), through_it AS (
            PARTITION BY r.customer_id, w.channel ORDER BY e.at
            RANGE BETWEEN '167:59:59.999999' PRECEDING AND CURRENT ROW
        ), since_monday AS (
            PARTITION BY r.customer_id, date_trunc('week', e.at AT TIME ZONE %(zone)s)
            ORDER BY e.at
        ), at_home AS (
            PARTITION BY t.household ORDER BY e.at
            RANGE BETWEEN '167:59:59.999999' PRECEDING AND CURRENT ROW
        )
    ) counted
    WHERE at >= %(start)s AND (
        weight > %(cap)s OR week_weight > %(calendar_cap)s OR by_channel > channel_cap
        OR household <> '' AND home_weight > %(household_cap)s
    )
"""  # noqa: S608  our own texts

# The contact before may have been by any channel, and of any department.
CONTACT_GAP = f"""
    SELECT id FROM (
        SELECT e.id, e.at,
            lag(e.at) OVER (PARTITION BY r.customer_id ORDER BY e.at, e.id) AS last_at
        FROM customers_record r JOIN customers_event e ON e.record_id = r.id
        WHERE r.customer_id IN (SELECT customer_id FROM sent)
            AND e.kind = 'contact' AND NOT {IS_EXEMPT}
            AND e.at > %(start)s - %(gap)s AND e.at < %(end)s
    ) counted
    WHERE at >= %(start)s AND at < last_at + %(gap)s
"""  # noqa: S608  our own texts

QUIET_HOURS = """
    SELECT id FROM (
        SELECT id, (at AT TIME ZONE %(zone)s)::time AS clock,
            %(quiet_from)s::time AS starts, %(quiet_until)s::time AS ends
        FROM sent
    ) local
    WHERE CASE WHEN starts < ends THEN clock >= starts AND clock < ends
        ELSE clock >= starts OR clock < ends END
"""

# As customers.queries.consent has it, as of each contact: the latest answer of each record that
# is certainly the same person; one no is a no, and no answer is one as well. A system that does
# not say since when is dated by its import, so its first answer holds for what was sent before.
CONSENT_REQUIRED = """
    SELECT s.id FROM sent s WHERE s.channel = ANY(%(contacted)s)
        AND NOT coalesce((
            SELECT bool_and(is_allowed) FROM (
                SELECT DISTINCT ON (c.record_id) c.is_allowed
                FROM customers_record mine JOIN customers_consent c ON c.record_id = mine.id
                WHERE mine.certain_id = s.certain_id AND c.purpose = 'marketing'
                    AND (c.channel = s.channel OR c.channel = 'every' AND NOT c.is_allowed)
                    AND (c.told_at <= s.at OR c.way = 'record')
                ORDER BY c.record_id, c.told_at > s.at, abs(extract(epoch FROM c.told_at - s.at)),
                    c.id DESC
            ) latest
        ), false)
"""

# Messages about a basket in the seven days before, since the last order if there was one.
CHASE_BASKET_ONCE = """
    SELECT s.id FROM sent s
    WHERE (s.initiative = ANY(%(baskets)s) OR s.category ~ %(basket)s) AND %(messages)s < (
        SELECT count(*) FROM customers_event e JOIN customers_record r ON r.id = e.record_id
        WHERE r.customer_id = s.customer_id AND e.kind = 'contact'
            AND (e.initiative = ANY(%(baskets)s) OR lower(e.category) ~ %(basket)s)
            AND e.at <= s.at AND e.at > greatest(s.at - interval '168 hours', coalesce((
                SELECT max(o.at) FROM customers_event o
                JOIN customers_record b ON b.id = o.record_id
                WHERE b.customer_id = s.customer_id AND o.kind = 'order' AND o.at <= s.at
            ), '-infinity'))
    )
"""

# A case is answered once its own system sent something that serves the customer.
SERVICE_BEFORE_SELLING = """
    SELECT s.id FROM sent s WHERE EXISTS (
        SELECT FROM customers_event c JOIN customers_record r ON r.id = c.record_id
        WHERE r.customer_id = s.customer_id AND c.kind IN ('complaint', 'service_case')
            AND c.at < s.at AND c.at > s.at - %(case_open)s
            AND NOT EXISTS (
                SELECT FROM customers_event a JOIN customers_record b ON b.id = a.record_id
                WHERE b.customer_id = s.customer_id AND a.kind = 'contact' AND a.transactional
                    AND a.source_id = c.source_id AND a.at >= c.at AND a.at < s.at
            )
    )
"""

BROKEN = {
    "contact_cap": CONTACT_CAP,
    "contact_gap": CONTACT_GAP,
    "quiet_hours": QUIET_HOURS,
    "consent_required": CONSENT_REQUIRED,
    "chase_basket_once": CHASE_BASKET_ONCE,
    "service_before_selling": SERVICE_BEFORE_SELLING,
}
"""For each check of what was sent, the text that selects the ids of contacts that break it."""

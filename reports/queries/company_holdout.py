"""What the customers whom nobody treats say about all initiatives together."""

from typing import NamedTuple

from django.db import connection
from django.utils import timezone

from campaigns.models import CompanyHoldout
from reports.evidence.compare import compare
from reports.evidence.sums import Sums
from strategy.language.dates import long_day
from strategy.language.numbers import number
from strategy.language.units import measure_change
from strategy.language.words import counted


class Company(NamedTuple):
    """What the company's holdout answers to the sum: `word`, and what it stands on."""

    word: str
    sentence: str


def company_holdout() -> Company:
    """Return how many more of the others bought than of those whom nobody treats. Two queries.

    Who is drawn and still treated counts as held out: compared as drawn, both sides stay alike.
    """
    held = CompanyHoldout.objects.first()
    if held is None or not held.share:
        nobody = "Nobody is held out of everything, so no single number can check this sum."
        return Company("None", nobody)
    with connection.cursor() as cursor:
        cursor.execute(BOUGHT_SINCE, [held.since])
        sums = {
            is_drawn: (Sums.from_powers(people, buyers, buyers), joining)
            for is_drawn, people, buyers, joining in cursor.fetchall()
        }
    nobody_yet = Sums(0, 0.0, 0.0), 0
    (others, _), (left_alone, joining) = sums.get(False, nobody_yet), sums.get(True, nobody_yet)
    since = long_day(timezone.localdate(held.since))
    rests = f"{counted(left_alone.n, 'customer')} held out since {since}, {number(others.n)} not."
    if joining:
        rests += f" {number(joining)} of those held out are still treated by what is not over."
    found = compare(
        arm="treated", treated=others, holdout_arm="holdout", holdout=left_alone, key="bought"
    )
    if found.absolute is None:
        return Company("Not known", f"{found.absolute_reason} {rests}")
    effect, low, high = found.absolute.effect, found.absolute.low, found.absolute.high
    word = f"{measure_change(effect, low, high, 'share')} more of the others bought"
    return Company(word, f"With a 95% interval. {rests}")


BOUGHT_SINCE = """
    WITH buyers AS (
        SELECT DISTINCT r.customer_id FROM customers_event e
        JOIN customers_record r ON r.id = e.record_id
        WHERE e.kind = 'order' AND e.at >= %s
    )
    SELECT h.record_id IS NOT NULL OR j.record_id IS NOT NULL AS is_drawn,
        count(*), count(b.customer_id), count(j.record_id)
    FROM (SELECT DISTINCT customer_id FROM customers_record) c
    LEFT JOIN campaigns_held h ON h.record_id = c.customer_id
    LEFT JOIN campaigns_joining j ON j.record_id = c.customer_id
    LEFT JOIN buyers b ON b.customer_id = c.customer_id
    GROUP BY 1
"""

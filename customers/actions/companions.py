"""Counting what goes with what, every night, set-based and from scratch."""

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import connection

from customers.actions import work as ledger
from customers.actions.work import Progress
from customers.models import Work

KIND = "companions"
AGAIN_AFTER = timedelta(hours=23)

WINDOW = timedelta(days=365)
"""Seasons come round in it, and what is no longer sold drops out."""

LEAST_PEOPLE = 20
"""Fewer people than this say little, and could be recognised."""

LEAST_LIFT = 1.2
MOST_FOR_EACH = 10
LARGEST_BASKET = 40
"""A basket of more different things is a tradesman's or a mistake, and goes with everything."""

BASKETS = """
    CREATE TEMPORARY TABLE bought ON COMMIT DROP AS
    SELECT DISTINCT r.customer_id, (e.at AT TIME ZONE %(zone)s)::date AS bought_on, e.product,
        e.category
    FROM customers_event e JOIN customers_record r ON r.id = e.record_id
    WHERE e.kind IN ('order', 'order_line') AND e.at >= %(since)s AND e.at < %(until)s
        AND (e.product <> '' OR e.category <> '')
"""

COMPANIONS = """
    WITH lines AS (
        SELECT * FROM (
            SELECT customer_id, bought_on, product,
                count(*) OVER (PARTITION BY customer_id, bought_on) AS size
            FROM (SELECT DISTINCT customer_id, bought_on, product FROM bought WHERE product <> '') b
        ) sized WHERE size <= %(basket)s
    ), alone AS (
        SELECT product, count(*) AS baskets, count(DISTINCT customer_id) AS people
        FROM lines GROUP BY product
    ), pairs AS (
        SELECT a.product, b.product AS goes_with, count(*) AS baskets,
            count(DISTINCT a.customer_id) AS people
        FROM lines a JOIN lines b USING (customer_id, bought_on)
        WHERE a.product <> b.product AND a.size > 1
        GROUP BY 1, 2 HAVING count(DISTINCT a.customer_id) >= %(people)s
    ), every AS (
        SELECT count(*) AS baskets FROM (SELECT DISTINCT customer_id, bought_on FROM lines) b
    ), ranked AS (
        SELECT p.product, p.goes_with, p.people, a.people AS product_people,
            p.baskets::float * every.baskets / (a.baskets * b.baskets) AS lift,
            row_number() OVER (
                PARTITION BY p.product ORDER BY p.people DESC, p.goes_with
            ) AS place
        FROM pairs p JOIN alone a USING (product) JOIN alone b ON b.product = p.goes_with, every
        WHERE p.baskets::float * every.baskets >= %(lift)s * a.baskets * b.baskets
    )
    INSERT INTO customers_companion
        (product, goes_with, people_count, product_people_count, lift, counted_at)
    SELECT product, goes_with, people, product_people, lift, %(until)s
    FROM ranked WHERE place <= %(most)s
"""

NEIGHBOURS = """
    WITH tastes AS (
        SELECT DISTINCT customer_id, category FROM bought WHERE category <> ''
    ), alone AS (
        SELECT category, count(*) AS people FROM tastes GROUP BY category
    ), every AS (
        SELECT count(DISTINCT customer_id) AS people FROM tastes
    ), pairs AS (
        SELECT a.category, b.category AS goes_with, count(*) AS people
        FROM tastes a JOIN tastes b USING (customer_id) WHERE a.category <> b.category
        GROUP BY 1, 2 HAVING count(*) >= %(people)s
    )
    INSERT INTO customers_neighbour
        (category, goes_with, people_count, category_people_count, lift, counted_at)
    SELECT p.category, p.goes_with, p.people, a.people,
        p.people::float * every.people / (a.people * b.people), %(until)s
    FROM pairs p JOIN alone a USING (category) JOIN alone b ON b.category = p.goes_with, every
"""


def remember(*, at: datetime) -> int | None:
    """Have it counted once a day, and return the work's id; None where it was lately."""
    if Work.objects.filter(kind=KIND, created_at__gt=at - AGAIN_AFTER).exists():
        return None
    return ledger.give(kind=KIND, arguments={}, at=at, once="all")


def count_companions(*, progress: Progress, at: datetime, **_later: Any) -> dict[str, Any]:
    """Count anew over the year `[at − 365 days, at)`; the work of kind "companions".

    A basket is all that one person buys on one day, in whatever shop. The lift of a pair of
    products is that of its baskets, the lift of a pair of categories that of its people
    (Brin, Motwani, Ullman and Tsur, 1997, SIGMOD).
    """
    said: dict[str, Any] = {
        "zone": settings.TIME_ZONE,
        "since": at - WINDOW,
        "until": at,
        "people": LEAST_PEOPLE,
        "basket": LARGEST_BASKET,
        "lift": LEAST_LIFT,
        "most": MOST_FOR_EACH,
    }
    with connection.cursor() as cursor:
        progress.step = "Looking at a year of baskets"
        cursor.execute("LOCK TABLE customers_companion IN SHARE ROW EXCLUSIVE MODE")
        cursor.execute(BASKETS, said)
        cursor.execute("ANALYZE bought")
        progress.step = "Counting what goes with what"
        cursor.execute("DELETE FROM customers_companion")
        cursor.execute(COMPANIONS, said)
        companions = cursor.rowcount
        cursor.execute("DELETE FROM customers_neighbour")
        cursor.execute(NEIGHBOURS, said)
        neighbours = cursor.rowcount
        cursor.execute("DROP TABLE bought")
    return {"companions": companions, "neighbours": neighbours}

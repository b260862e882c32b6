"""Landing events: each once, by its source and its id there, as its source last told it."""

from datetime import datetime

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.backends.utils import CursorWrapper

from customers.actions.consent import tell_by_opt_outs
from customers.actions.kinds import Landed

TOLD = [
    "record_id",
    "kind",
    "at",
    "channel",
    "initiative",
    "arm",
    "order_id",
    "amount",
    "currency",
    "quantity",
    "product",
    "category",
    "store",
    "score",
    "transactional",
]
"""The columns of an event that its source tells, in the order of the view `sent`."""

LOOKED_AT = 10_000
"""Rows of a file that are looked up to learn whether it repeats what is known."""


def _columns(of: str) -> str:
    return ", ".join(f"{of}.{column}" for column in TOLD)


# Hashes find the few rows that may be repeated in a quarter of the memory that names would take.
SETTLE_NAMES = """
    WITH repeated AS (
        SELECT row, event_id, content || '-' || nth AS name
        FROM (
            SELECT row, event_id, content,
                row_number() OVER (PARTITION BY event_id, content ORDER BY row DESC) AS nth
            FROM incoming WHERE hashtextextended(coalesce(event_id, content), 0) IN (
                SELECT hashtextextended(coalesce(event_id, content), 0) FROM incoming
                GROUP BY 1 HAVING count(*) > 1
            )
        ) numbered
        WHERE nth > 1
    ), named AS (
        UPDATE incoming i SET content = r.name FROM repeated r
        WHERE i.row = r.row AND r.event_id IS NULL
    )
    DELETE FROM incoming i USING repeated r WHERE i.row = r.row AND r.event_id IS NOT NULL
"""

SENT = """
    CREATE TEMPORARY VIEW sent AS
    SELECT coalesce(event_id, content) AS event_id,
        record_id, event AS kind, at, coalesce(channel, '') AS channel,
        coalesce(initiative, '') AS initiative, coalesce(arm, '') AS arm,
        coalesce(order_id, '') AS order_id, amount, coalesce(currency, '') AS currency,
        quantity, coalesce(product, '') AS product, coalesce(category, '') AS category,
        coalesce(store, '') AS store, score, coalesce(transactional, false) AS transactional
    FROM staged
"""

REPEATS_KNOWN = """
    SELECT EXISTS (
        SELECT FROM incoming i JOIN customers_event known
            ON known.source_id = %(source)s AND known.event_id = coalesce(i.event_id, i.content)
        WHERE i.row %% greatest((SELECT count(*) FROM incoming) / %(looked_at)s, 1) = 0
    )
"""

ADD = f"""
    INSERT INTO customers_event (source_id, event_id, {", ".join(TOLD)})
    SELECT %(source)s, event_id, {", ".join(TOLD)} FROM sent
"""  # noqa: S608  our own column names only

# A day is in two weeks at most, those of its first and of its last moment.
STAGED_DAYS = """
    (
        SELECT min(at) AS first, max(at) AS last FROM incoming
        GROUP BY date_bin('1 day', at, 'epoch')
    )
"""

MARK_WEEKS = """
    INSERT INTO customers_staleweek (week_on)
    SELECT DISTINCT date_trunc('week', moment AT TIME ZONE %(zone)s)::date
    FROM {days} AS days (first, last) CROSS JOIN LATERAL (VALUES (first), (last)) moments (moment)
"""

MERGE = f"""
    WITH news AS (
        SELECT sent.*, known.at AS was_at
        FROM sent LEFT JOIN customers_event known
            ON known.source_id = %(source)s AND known.event_id = sent.event_id
        WHERE known.id IS NULL OR ({_columns("known")}) IS DISTINCT FROM ({_columns("sent")})
    ), written AS (
        INSERT INTO customers_event (source_id, event_id, {", ".join(TOLD)})
        SELECT %(source)s, event_id, {", ".join(TOLD)} FROM news
        ON CONFLICT (source_id, event_id) DO UPDATE
            SET ({", ".join(TOLD)}) = ROW ({_columns("excluded")})
    ), stale AS (
        INSERT INTO customers_staleweek (week_on)
        SELECT DISTINCT date_trunc('week', moment AT TIME ZONE %(zone)s)::date
        FROM (SELECT at FROM news UNION ALL SELECT was_at FROM news) moments (moment)
        WHERE moment IS NOT NULL
    )
    SELECT count(*) FROM news
"""  # noqa: S608  our own column names only


def land_events(cursor: CursorWrapper, *, source_id: int, at: datetime) -> Landed:  # noqa: ARG001  every kind lands alike
    """Add the events that are new, correct those that are told otherwise, mark their weeks stale.

    Of two rows with one id the later counts. A row without an id is known by its content and,
    among equal rows of its file, by which of them it is. What is known already is not written
    again, so it costs a look only. A correction makes the week it leaves stale as well. An opt-out
    is a no to marketing too.

    Most files bring nothing that is known and name no event twice, and are added without asking
    of each row whether it is so: the constraint says where one is not.
    """
    cursor.execute("SELECT count(*), count(event_id) FROM incoming")
    staged, named = cursor.fetchone()
    if named < staged:
        cursor.execute(SETTLE_NAMES)
    cursor.execute(SENT)
    given: dict[str, int | str] = {
        "source": source_id,
        "zone": settings.TIME_ZONE,
        "looked_at": LOOKED_AT,
    }
    cursor.execute(REPEATS_KNOWN, given)
    (repeats_known,) = cursor.fetchone()
    changed = None if repeats_known else _add(cursor, given)
    if changed is None:
        cursor.execute(SETTLE_NAMES)
        cursor.execute(MERGE, given)
        (changed,) = cursor.fetchone()
    tell_by_opt_outs(cursor)
    return Landed(changed=changed, unchanged=staged - changed, rejected=[])


def _add(cursor: CursorWrapper, given: dict[str, int | str]) -> int | None:
    """Add every row as an event; return how many, or None where one is known or named twice."""
    try:
        with transaction.atomic():
            cursor.execute(ADD, given)
            added = int(cursor.rowcount)
            cursor.execute(MARK_WEEKS.format(days=STAGED_DAYS), given)
    except IntegrityError:
        return None
    return added

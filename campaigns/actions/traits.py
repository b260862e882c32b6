"""Keeping the columns that audiences are counted from, at a cost that follows what changed.

Triggers note which records and weeks changed (campaigns/migrations). Here the customers behind
them are asked anew, all at once, and the blocks in which something differs are written.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from io import BytesIO
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import connection
from django.db.backends.utils import CursorWrapper
from django.utils import timezone
from psycopg import sql

from campaigns.audience import traits
from campaigns.audience.due import due_days
from campaigns.audience.fields import SCORES
from campaigns.audience.traits import BLOCK, DAY_0, LAST_ORDERED, PARTS, WINDOW_DAYS, YEAR_DAYS
from campaigns.models import Touched, TouchedInitiative, TouchedWeek, Trait, TraitState
from campaigns.queries.columns import columns
from campaigns.queries.traits import RHYTHMS, SAID
from customers.actions import work as ledger
from customers.actions.work import NotNowError, Progress
from customers.intake.money import converted, factors, on_its_day
from customers.memory.due import LEAST_INTERVALS
from customers.memory.happenings import BOUGHT, CASES

if TYPE_CHECKING:
    import pyarrow as pa

KIND = "traits"
TRAITS_LOCK = 7_412_005
"""The advisory lock that lets one pass, or one erasure, write columns at a time."""

FRESH_FOR = timedelta(hours=23)
"""Days pass even where nothing comes in: what left the year is taken out of the sums nightly."""

MOST_AT_ONCE = 200_000
"""Customers asked anew in one statement, so that memory stays bounded."""

NEAR = """
    CREATE TEMPORARY TABLE near ON COMMIT DROP AS
    WITH records AS (
        DELETE FROM campaigns_touched RETURNING record_id
    ), weeks AS (
        DELETE FROM campaigns_touchedweek RETURNING week_on
    ), touched AS (
        SELECT record_id FROM records
        UNION
        SELECT e.record_id FROM (SELECT DISTINCT week_on FROM weeks) w JOIN customers_event e
            ON e.at >= w.week_on::timestamp AT TIME ZONE %(zone)s
            AND e.at < (w.week_on + 7)::timestamp AT TIME ZONE %(zone)s
        UNION
        SELECT e.record_id FROM customers_event e
        WHERE e.kind = ANY(%(bought)s)
            AND e.at >= (%(before)s - %(year)s + 1)::timestamp AT TIME ZONE %(zone)s
            AND e.at < (%(today)s - %(year)s + 1)::timestamp AT TIME ZONE %(zone)s
    )
    SELECT r.customer_id FROM touched t JOIN customers_record r ON r.id = t.record_id
    UNION SELECT record_id FROM records WHERE record_id IN (SELECT id FROM customers_customer)
    UNION SELECT unnest(%(due)s::bigint[])
"""
"""Whom to ask anew: also whose orders have left the year, and whose due day has passed."""

EVERYBODY = """
    CREATE TEMPORARY TABLE near ON COMMIT DROP AS
    WITH records AS (
        DELETE FROM campaigns_touched
    ), weeks AS (
        DELETE FROM campaigns_touchedweek
    )
    SELECT DISTINCT customer_id FROM customers_record
"""

THEIRS = """
    CREATE TEMPORARY TABLE theirs ON COMMIT DROP AS
    WITH factors AS MATERIALIZED ({rates})
    SELECT n.customer_id, e.kind, e.source_id, e.at, e.channel, e.category, e.store, e.product,
        {amount} AS amount, e.transactional,
        (e.at AT TIME ZONE %(zone)s)::date AS day
    FROM (SELECT customer_id FROM near ORDER BY 1 LIMIT %(most)s) n
    JOIN customers_record r USING (customer_id) JOIN customers_event e ON e.record_id = r.id
    LEFT JOIN factors f ON {on_its_day}
    WHERE e.at >= (%(today)s - %(window)s)::timestamp AT TIME ZONE %(zone)s AND e.at <= %(at)s
        AND e.kind = ANY(%(kinds)s)
"""

CAME = sorted(BOUGHT | {"visit", "view", "store_visit"})


def freshen(*, at: datetime) -> int | None:
    """Have the columns brought up to date where something changed, or once a day; None if not."""
    state = TraitState.objects.first()
    if (
        state is None
        or state.as_of < at - FRESH_FOR
        or Touched.objects.exists()
        or TouchedWeek.objects.exists()
        or TouchedInitiative.objects.exists()
    ):
        return ledger.give(kind=KIND, arguments={}, at=at, once="all")
    return None


def refresh_traits(
    *, progress: Progress, at: datetime, everything: bool = False, **_later: Any
) -> dict[str, Any]:
    """Bring the columns up to date; the work of kind "traits".

    With `everything`, or the first time, they are made from nothing. What is written and the end
    of the work are one transaction: killed at any point, the next attempt does the same.
    """
    today = timezone.localdate(at)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [TRAITS_LOCK])
        state = TraitState.objects.first()
        said = _said(today, at)
        progress.step = "Looking who has changed"
        if state is None or everything:
            Trait.objects.all().delete()
            TouchedInitiative.objects.all().delete()
            cursor.execute(EVERYBODY)
        else:
            before = timezone.localdate(state.as_of)
            passed = _due_passed(before, today)
            cursor.execute(NEAR, said | {"before": before, "due": passed})
            _refresh_initiatives(cursor)
        cursor.execute("CREATE UNIQUE INDEX ON near (customer_id)")
        cursor.execute("ANALYZE near")
        cursor.execute("SELECT count(*) FROM near")
        progress.total = count = int(cursor.fetchone()[0])
        progress.step = "Asking what is known of them"
        while progress.done < count:
            progress.done += _ask(cursor, said)
            progress.check()
        cursor.execute("DROP TABLE near")
    TraitState.objects.update_or_create(pk=1, defaults={"as_of": at, "cuts": _cuts(today)})
    return {"customers": count}


def follow_forgotten(cursor: CursorWrapper) -> None:
    """Blank the places of those who are forgotten, by the table `forgotten`, in every column.

    Raises NotNowError while columns are brought up to date: that writes back what it has read.
    """
    cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [TRAITS_LOCK])
    if not cursor.fetchone()[0]:
        raise NotNowError("Waiting for audiences to be brought up to date")
    cursor.execute("SELECT record_id FROM forgotten UNION SELECT customer_id FROM customers_record"
                   " WHERE id IN (SELECT record_id FROM forgotten)")  # fmt: skip
    for (customer_id,) in cursor.fetchall():
        for column in Trait.objects.filter(block=customer_id // BLOCK).defer("values"):
            width = traits.WIDTHS[traits.family_of(column.key)]
            cursor.execute(
                """
                UPDATE campaigns_trait
                SET values = overlay(values PLACING %(nothing)s FROM %(place)s)
                WHERE id = %(pk)s
                """,
                {
                    "nothing": bytes(width),
                    "place": customer_id % BLOCK * width + 1,
                    "pk": column.pk,
                },
            )


def _said(today: Any, at: datetime) -> dict[str, Any]:
    return {
        "zone": settings.TIME_ZONE,
        "at": at,
        "today": today,
        "day_0": DAY_0,
        "window": WINDOW_DAYS,
        "year": YEAR_DAYS,
        "most": MOST_AT_ONCE,
        "parts": PARTS,
        "bought": sorted(BOUGHT),
        "cases": sorted(CASES),
        "came": CAME,
        "kinds": sorted({*BOUGHT, *CASES, *CAME, "contact"}),
        "intervals": LEAST_INTERVALS,
    }


def _ask(cursor: CursorWrapper, said: dict[str, Any]) -> int:
    """Ask what is known of the next customers and write it; return how many they were."""
    ours, zone, today = settings.CURRENCY, settings.TIME_ZONE, said["today"]
    rates = factors(ours, today - timedelta(days=WINDOW_DAYS), today + timedelta(days=1))
    on = on_its_day(ours, zone)
    theirs = sql.SQL(THEIRS).format(rates=rates, amount=converted(ours), on_its_day=on)
    cursor.execute(theirs, said)
    cursor.execute("CREATE INDEX ON theirs (customer_id)")
    cursor.execute("ANALYZE theirs")
    cursor.execute(
        """
        CREATE TEMPORARY TABLE asked ON COMMIT DROP AS
        SELECT customer_id FROM near ORDER BY 1 LIMIT %(most)s
        """,
        said,
    )
    cursor.execute("ANALYZE asked")
    cursor.execute("SELECT customer_id FROM asked ORDER BY 1")
    asked = [customer_id for (customer_id,) in cursor.fetchall()]
    cursor.execute(RHYTHMS, said)
    days = due_days(cursor.fetchall(), said["today"])
    found = _copied(cursor, SAID, said)
    _write(asked, [found, _table(days)])
    cursor.execute("DELETE FROM near WHERE customer_id <= %s", [asked[-1]])
    cursor.execute("DROP TABLE theirs, asked")
    return len(asked)


def _copied(cursor: CursorWrapper, query: str, said: dict[str, Any]) -> "pa.Table":
    """Return the rows of a query by COPY: customer, key and value."""
    import pyarrow as pa  # noqa: PLC0415  heavy, worker only
    import pyarrow.csv  # noqa: PLC0415  likewise

    buffer = BytesIO()
    with cursor.copy(f"COPY ({query}) TO STDOUT (FORMAT csv)", said) as copy:
        for part in copy:
            buffer.write(part)
    if not buffer.tell():
        return _table([])
    buffer.seek(0)
    types = {"customer": pa.int64(), "key": pa.dictionary(pa.int32(), pa.string()),
             "value": pa.int64()}  # fmt: skip
    return pyarrow.csv.read_csv(
        buffer,
        read_options=pyarrow.csv.ReadOptions(column_names=list(types)),
        parse_options=pyarrow.csv.ParseOptions(newlines_in_values=True),
        convert_options=pyarrow.csv.ConvertOptions(column_types=types),
    )


def _table(rows: Iterable[tuple[int, str, int]]) -> "pa.Table":
    import pyarrow as pa  # noqa: PLC0415  heavy, worker only

    customers, keys, values = zip(*rows, strict=True) if rows else ((), (), ())
    return pa.table(
        {
            "customer": pa.array(customers, pa.int64()),
            "key": pa.array(keys, pa.string()).dictionary_encode(),
            "value": pa.array(values, pa.int64()),
        }
    )


def _write(asked: list[int], found: "list[pa.Table]", *, only: str = "") -> None:
    """Let the columns say of the customers `asked` what was found, and nothing else.

    With `only`, this one column.
    """
    import numpy as np  # noqa: PLC0415  heavy, worker only

    told = _by_key(found)
    everyone = np.asarray(asked, dtype=np.int64)
    for block in np.unique(everyone // BLOCK).tolist():
        places = everyone[everyone // BLOCK == block] % BLOCK
        kept = Trait.objects.filter(block=block)
        old = {one.key: one for one in (kept.filter(key=only) if only else kept)}
        changed, gone = [], []
        for name in sorted({*old, *told}):
            customers, values = told.get(name, (everyone[:0], everyone[:0]))
            here = customers // BLOCK == block
            was = old.get(name)
            if was is None and not here.any():
                continue
            column = (
                np.frombuffer(was.values, traits.dtype_of(name)).copy()
                if was
                else np.zeros(BLOCK, traits.dtype_of(name))
            )
            before = column[places].copy()
            column[places] = 0
            column[customers[here] % BLOCK] = np.clip(values[here], 0, traits.largest(name))
            if was and np.array_equal(before, column[places]):
                continue
            if not column.any():
                gone += [was.pk] if was else []
                continue
            changed.append(Trait(key=name, block=block, values=column.tobytes()))
        Trait.objects.filter(pk__in=gone).delete()
        Trait.objects.bulk_create(
            changed,
            batch_size=50,
            update_conflicts=True,
            unique_fields=["key", "block"],
            update_fields=["values"],
        )


def _by_key(found: "list[pa.Table]") -> dict[str, tuple[Any, Any]]:
    """Return customers and values of each column, as arrays."""
    import numpy as np  # noqa: PLC0415  heavy, worker only

    told = {}
    for table in found:
        if not len(table):
            continue
        keys = table["key"].unify_dictionaries().combine_chunks()
        keys = keys.chunk(0) if hasattr(keys, "chunk") else keys
        codes, names = keys.indices.to_numpy(), keys.dictionary.to_pylist()
        order = np.argsort(codes, kind="stable")
        customers = table["customer"].to_numpy()[order]
        values = table["value"].to_numpy()[order]
        ends = np.searchsorted(codes[order], np.arange(len(names) + 1))
        for place, name in enumerate(names):
            part = slice(ends[place], ends[place + 1])
            told[name] = (customers[part], values[part])
    return told


def _refresh_initiatives(cursor: CursorWrapper) -> None:
    """Make the columns anew of initiatives that people were assigned to."""
    cursor.execute("DELETE FROM campaigns_touchedinitiative RETURNING initiative_id")
    for initiative_id in sorted({found for (found,) in cursor.fetchall()}):
        found = _copied(
            cursor,
            """
            SELECT DISTINCT r.customer_id, 'in:' || initiative_id, 1 FROM campaigns_assignment a
            JOIN customers_record r ON r.id = a.record_id WHERE initiative_id = %(pk)s
            """,
            {"pk": initiative_id},
        )
        customers = found["customer"].to_pylist()
        if customers:
            _write(customers, [found], only=traits.key("in", str(initiative_id)))


def _due_passed(before: Any, today: Any) -> list[int]:
    """Return customers who were due for something until a day in (before, today]."""
    import numpy as np  # noqa: PLC0415  heavy, worker only

    first, last = traits.day_number(before), traits.day_number(today)
    found: set[int] = set()
    for one in Trait.objects.filter(key__startswith="due").order_by("key", "block").iterator():
        until = np.frombuffer(one.values, traits.dtype_of(one.key)) & 0xFFFF
        places = np.flatnonzero((until > first) & (until <= last))
        found.update((places + one.block * BLOCK).tolist())
    return sorted(found)


def _cuts(today: Any) -> dict[str, list[int]]:
    """Return the numbers between the fifths of each score, among who ordered within the year.

    Above the first n of them are those of whom n fifths of all are worse.
    """
    import numpy as np  # noqa: PLC0415  heavy, worker only

    known = columns([LAST_ORDERED, *SCORES.values()])
    lately = known[LAST_ORDERED] >= traits.day_number(today - timedelta(days=YEAR_DAYS - 1))
    count = int(lately.sum())
    places = [-(-fifths * count // 5) - 1 for fifths in range(1, 5)]
    return {
        score: np.sort(known[of][lately])[places].tolist() if count else [0, 0, 0, 0]
        for score, of in SCORES.items()
    }

"""Linking records into customers: what was touched is solved again, with all that it touches.

The rules and the solving are customers.identity's. Here the tables are read into columns, and
what was found is written where it differs. A pass over the records that are `Unlinked`, and all
that they touch, gives what a pass over everybody would give.
"""

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, Any, NamedTuple

from django.conf import settings
from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper

from customers.actions import work as ledger
from customers.actions.golden import refresh_golden
from customers.actions.link_tables import Tables, copy_in, read, read_crowds
from customers.actions.planning import plan_for_many
from customers.actions.work import Progress
from customers.identity.rules import RULES, VETOES, State

if TYPE_CHECKING:
    from customers.identity.solve import Partition
    from customers.identity.values import Values

LINKING_LOCK = 7_412_001
"""The advisory lock that lets one transaction link at a time."""

FOLLOWERS: list[Callable[[CursorWrapper], None]] = []
"""What floors above do in the same transaction when records have moved to another customer; the
temporary table `moved` has their `record_id`."""


class Linked(NamedTuple):
    """What a pass looked at and changed, in records.

    `by_identifier` of them carry an identifier that joins them to an older record.
    """

    looked_at: int
    by_identifier: int
    moved: int


def link_alone(cursor: CursorWrapper) -> None:
    """Wait until nobody else links, and let nobody until this transaction ends.

    Linking writes to records of every source, so whoever changes records and then links them
    calls this before the first change: two that changed first would wait for each other.
    """
    cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LINKING_LOCK])


def link(*, progress: Progress, at: datetime, **_later: Any) -> dict[str, Any]:
    """Link the records that wait for it; the work of kind "link"."""
    progress.step = "Linking the records"
    with transaction.atomic(), connection.cursor() as cursor:
        linked = link_unlinked(cursor, at=at, cause="events")
    if linked.moved:
        ledger.give(kind="refresh", arguments={}, at=at, once="all")
    return linked._asdict()


def link_unlinked(cursor: CursorWrapper, *, at: datetime, cause: str) -> Linked:
    """Solve the links of the records that wait for it, and of all that they touch.

    Runs inside the caller's transaction. What is shown of those who waited is chosen anew, linked
    otherwise or not. The weeks of the events of records that moved become stale, and `cause`
    stands beside each move.
    """
    link_alone(cursor)
    plan_for_many(cursor)
    cursor.execute(
        """
        CREATE TEMPORARY TABLE carried (kind text, digest bytea, is_crowd boolean) ON COMMIT DROP;
        CREATE TEMPORARY TABLE near ON COMMIT DROP AS
        WITH taken AS (DELETE FROM customers_unlinked RETURNING record_id)
        SELECT DISTINCT mate.id AS record_id, 0 AS ring
        FROM taken JOIN customers_record r ON r.id = taken.record_id
        JOIN customers_record mate ON mate.customer_id = r.customer_id;
        CREATE UNIQUE INDEX ON near (record_id);
        """
    )
    ring = 0
    while _widen(cursor, ring):
        ring += 1
    crowds = read_crowds(cursor)
    cursor.execute("DROP TABLE carried")
    linked = _solve(cursor, crowds, at=at, cause=cause)
    cursor.execute("DROP TABLE near")
    return linked


def link_everybody(cursor: CursorWrapper, *, at: datetime, cause: str) -> Linked:
    """Solve all links from the start, as `link_unlinked` does for those it is told of."""
    link_alone(cursor)
    plan_for_many(cursor)
    cursor.execute(
        """
        CREATE TEMPORARY TABLE near ON COMMIT DROP AS
        WITH taken AS (DELETE FROM customers_unlinked)
        SELECT id AS record_id, 0 AS ring FROM customers_record
        """
    )
    cursor.execute("ANALYZE near, customers_proposal")  # both may be minutes old and unknown to it
    linked = _solve(cursor, None, at=at, cause=cause)
    cursor.execute("DROP TABLE near")
    return linked


def write_identified(cursor: CursorWrapper) -> None:
    """Write into a temporary table `identified` whom records belong to without any proposal.

    Its columns are `record_id` and `founder`. Nothing of it is kept.
    """
    from customers.identity.graph import NOTHING_ACCEPTED  # noqa: PLC0415  heavy, worker only
    from customers.identity.solve import solve  # noqa: PLC0415  heavy, worker only

    plan_for_many(cursor)
    cursor.execute(
        "CREATE TEMPORARY TABLE near ON COMMIT DROP AS SELECT id AS record_id FROM customers_record"
    )
    tables = read(cursor)
    cursor.execute("DROP TABLE near")
    found = solve(tables.graph._replace(accepted=NOTHING_ACCEPTED))
    cursor.execute(
        "CREATE TEMPORARY TABLE identified (record_id bigint, founder bigint) ON COMMIT DROP"
    )
    copy_in(cursor, "identified", [found.record, found.confirmed])


def _widen(cursor: CursorWrapper, ring: int) -> bool:
    """Add all records that share something with the outermost ring; return whether any was new.

    A value that more than `crowd` records carry joins nobody, so it leads only to the carriers
    that it still joined when they were last solved. Each value is looked at once, and noted in
    `carried`.
    """
    cursor.execute(
        """
        WITH outermost AS (
            SELECT record_id FROM near WHERE ring = %(ring)s
        ), fresh AS (
            SELECT DISTINCT i.kind, i.digest
            FROM outermost JOIN customers_identifier i USING (record_id)
            WHERE i.state <> %(blocked)s AND NOT EXISTS (
                SELECT FROM carried WHERE carried.kind = i.kind AND carried.digest = i.digest
            )
        ), looked_at AS MATERIALIZED (
            SELECT kind, digest, ARRAY(
                SELECT record_id FROM customers_identifier i
                WHERE i.kind = fresh.kind AND i.digest = fresh.digest LIMIT %(crowd)s + 1
            ) AS carriers
            FROM fresh
        ), noted AS (
            INSERT INTO carried SELECT kind, digest, cardinality(carriers) > %(crowd)s
            FROM looked_at
        ), reached AS (
            SELECT unnest(carriers) AS record_id
            FROM looked_at WHERE cardinality(carriers) <= %(crowd)s
            UNION SELECT i.record_id
            FROM looked_at JOIN customers_identifier i USING (kind, digest)
            WHERE cardinality(carriers) > %(crowd)s AND i.state <> %(generic)s
            UNION SELECT p.b_id FROM outermost JOIN customers_proposal p ON p.a_id = record_id
            UNION SELECT p.a_id FROM outermost JOIN customers_proposal p ON p.b_id = record_id
            UNION SELECT d.b_id FROM outermost JOIN customers_ruling d ON d.a_id = record_id
            UNION SELECT d.a_id FROM outermost JOIN customers_ruling d ON d.b_id = record_id
        ), added AS (
            INSERT INTO near SELECT record_id, %(ring)s + 1 FROM reached
            ON CONFLICT DO NOTHING
            RETURNING record_id
        )
        SELECT EXISTS (SELECT FROM added)
        """,
        {
            "ring": ring,
            "crowd": RULES.crowd,
            "blocked": State.BLOCKED.value,
            "generic": State.GENERIC.value,
        },
    )
    return bool(cursor.fetchone()[0])


def _solve(cursor: CursorWrapper, crowds: "Values | None", *, at: datetime, cause: str) -> Linked:
    """Solve the links among the records of `near` and write what differs.

    `crowds` are the values that more records carry than are near; None where everybody is.
    """
    tables = read(cursor)
    found = _people(tables, crowds)
    _write_ties(cursor, tables, found)
    _write_ambiguous(cursor, found, at=at)
    moved = _write_people(cursor, tables, found, at=at, cause=cause)
    joined = found.ties.joins != tables.graph.ties.record
    return Linked(
        looked_at=len(found.record),
        by_identifier=len(set(tables.graph.ties.record[joined].tolist())),
        moved=moved,
    )


def _people(tables: Tables, crowds: "Values | None") -> "Partition":
    """Return who is one person.

    Where the model of likeness was trained on records so careless that names or birth days that
    differ keep nobody apart, they do so here among what is certain only.
    """
    from customers.identity.solve import loosened, solve  # noqa: PLC0415  heavy, worker only

    strict = solve(tables.graph, known=crowds)
    if tables.vetoes is None or tables.vetoes >= VETOES:
        return strict
    return loosened(strict, tables.graph, known=crowds, vetoes=tables.vetoes)


def _write_people(
    cursor: CursorWrapper, tables: Tables, found: "Partition", *, at: datetime, cause: str
) -> int:
    """Write whom each record belongs to, and tell the floors above; return how many moved."""
    differs = (found.founder != tables.customer) | (found.confirmed != tables.certain)
    columns = (found.record, found.founder, found.confirmed)
    cursor.execute(
        "CREATE TEMPORARY TABLE solved (record_id bigint, customer_id bigint, certain_id bigint)"
        " ON COMMIT DROP"
    )
    copy_in(cursor, "solved", [column[differs] for column in columns])
    cursor.execute(
        """
        CREATE TEMPORARY TABLE moved ON COMMIT DROP AS
        WITH old AS (
            SELECT r.id, r.customer_id FROM customers_record r JOIN solved s ON s.record_id = r.id
            ORDER BY r.id FOR NO KEY UPDATE OF r
        ), written AS (
            UPDATE customers_record r
            SET customer_id = s.customer_id, certain_id = s.certain_id
            FROM solved s JOIN old ON old.id = s.record_id
            WHERE r.id = s.record_id
            RETURNING r.id AS record_id, old.customer_id AS left_id, s.customer_id AS joined_id
        ), noted AS (
            INSERT INTO customers_move (record_id, "left", joined, at, cause)
            SELECT record_id, left_id, joined_id, %(at)s, %(cause)s FROM written
            WHERE left_id <> joined_id
        )
        SELECT record_id, left_id, joined_id FROM written WHERE left_id <> joined_id
        """,
        {"at": at, "cause": cause},
    )
    cursor.execute(
        """
        INSERT INTO customers_staleweek (week_on, because)
        SELECT DISTINCT date_trunc('week', e.at AT TIME ZONE %s)::date, 'links'
        FROM customers_event e JOIN moved USING (record_id)
        """,
        [settings.TIME_ZONE],
    )
    cursor.execute(
        """
        CREATE TEMPORARY TABLE regrouped ON COMMIT DROP AS
        SELECT r.customer_id
        FROM (SELECT record_id FROM near WHERE ring = 0 UNION SELECT record_id FROM retied) told
        JOIN customers_record r ON r.id = told.record_id
        UNION SELECT joined_id FROM moved UNION SELECT left_id FROM moved
        """
    )
    refresh_golden(cursor, "regrouped")
    for follow in FOLLOWERS:
        follow(cursor)
    cursor.execute("SELECT count(*) FROM moved")
    count: int = cursor.fetchone()[0]
    cursor.execute("DROP TABLE solved, moved, regrouped, retied")
    return count


def _write_ties(cursor: CursorWrapper, tables: Tables, found: "Partition") -> None:
    """Write what became of each identifier, and why; `retied` holds the records of those."""
    differs = (found.ties.state != tables.tie_state) | (found.ties.reason != tables.tie_reason)
    cursor.execute(
        "CREATE TEMPORARY TABLE tied (id bigint, state smallint, reason smallint) ON COMMIT DROP"
    )
    columns = (tables.tie_id, found.ties.state, found.ties.reason)
    copy_in(cursor, "tied", [column[differs] for column in columns])
    cursor.execute(
        """
        CREATE TEMPORARY TABLE retied (record_id bigint) ON COMMIT DROP;
        WITH written AS (
            UPDATE customers_identifier i SET state = tied.state, reason = tied.reason
            FROM tied WHERE i.id = tied.id
            RETURNING i.record_id
        )
        INSERT INTO retied SELECT DISTINCT record_id FROM written
        """
    )
    cursor.execute("DROP TABLE tied")


def _write_ambiguous(cursor: CursorWrapper, found: "Partition", *, at: datetime) -> None:
    """Lay the records that may be either of two people before somebody, and no others."""
    cursor.execute(
        "CREATE TEMPORARY TABLE either (record_id bigint, one bigint, other bigint) ON COMMIT DROP"
    )
    unclear = found.ambiguous
    copy_in(cursor, "either", [unclear.record, unclear.one, unclear.other])
    cursor.execute(
        """
        WITH pairs AS (
            SELECT DISTINCT least(record_id, who) AS a, greatest(record_id, who) AS b
            FROM either, LATERAL (VALUES (one), (other)) both_of (who) WHERE record_id <> who
        ), settled AS (
            DELETE FROM customers_proposal p
            WHERE p.model_id IS NULL AND p.a_id IN (SELECT record_id FROM near)
                AND NOT EXISTS (SELECT FROM pairs WHERE pairs.a = p.a_id AND pairs.b = p.b_id)
        )
        INSERT INTO customers_proposal (a_id, b_id, tier, evidence, proposed_at)
        SELECT a, b, 'review', '["shares an identifier with both of two people"]', %s FROM pairs
        ON CONFLICT (a_id, b_id) DO NOTHING
        """,
        [at],
    )
    cursor.execute("DROP TABLE either")

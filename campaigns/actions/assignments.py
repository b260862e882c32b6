"""Landing assignments: who is in which arm of which initiative's test. Nobody changes arms."""

from datetime import datetime

from django.conf import settings
from django.db.backends.utils import CursorWrapper

from customers.actions.kinds import Landed
from customers.intake.fields import ARM, Family, Field, Kind, Moment, Number, Text
from customers.intake.rejected import Rejected
from strategy.language.dates import long_day

KIND = Kind(
    name="assignments",
    fields=(
        Field("initiative", Text()),
        Field("external_id", Text(), identifies=True),
        Field("arm", ARM),
        Field("at", Moment()),
        Field("unit", Text(longest=80)),
    ),
    required=("initiative", "external_id", "arm", "at"),
    families=(
        Family("covariate", ("name",), Number()),
        Family("outcome", ("measure",), Number()),
    ),
    named_by_place="external_id",
)
KEYS_NAMED = 20


def land(cursor: CursorWrapper, *, source_id: int, at: datetime) -> Landed:  # noqa: ARG001  every kind lands alike
    """Add the assignments that are new; their initiatives' results are worked out again.

    A person who is in the arm already keeps it, and their first moment; outcomes and covariates
    that the file brings take the place of older ones. Rejected, each row with its reason: an
    initiative that is not logged here, a person whom the file puts into both arms, a person who
    is in the other arm already, a treated one whom the whole company leaves alone.
    """
    cursor.execute(RESOLVE)
    cursor.execute("ANALYZE resolved")  # the planner would guess, and take minutes
    rejected = [*_unknown(cursor), *_in_both_arms(cursor), *_in_the_other_arm(cursor)]
    rejected += _left_alone(cursor)
    cursor.execute("DELETE FROM resolved WHERE row = ANY(%s)", [[one.row for one in rejected]])
    cursor.execute(LAND)
    changed, accepted = cursor.fetchone()
    cursor.execute("DROP TABLE resolved")
    rejected.sort()
    return Landed(changed=changed, unchanged=accepted - changed, rejected=rejected)


def follow_moved(cursor: CursorWrapper) -> None:
    """Have the tests judged again whose people are now other customers, by the table `moved`."""
    _judge_again(cursor, "moved")
    cursor.execute(
        """
        INSERT INTO campaigns_changedmembers (initiative_id)
        SELECT DISTINCT initiative_id FROM campaigns_assignment JOIN moved USING (record_id)
        """
    )


def follow_forgotten(cursor: CursorWrapper) -> None:
    """Count the forgotten of each arm, by the table `forgotten`, and have their tests judged again.

    Who was in both arms is lost to both.
    """
    cursor.execute(
        """
        INSERT INTO campaigns_forgotten AS known (initiative_id, arm, customer_count)
        SELECT a.initiative_id, a.arm, count(DISTINCT r.customer_id)
        FROM campaigns_assignment a JOIN forgotten USING (record_id)
        JOIN customers_record r ON r.id = a.record_id
        GROUP BY 1, 2
        ON CONFLICT (initiative_id, arm) DO UPDATE
        SET customer_count = known.customer_count + EXCLUDED.customer_count
        """
    )
    _judge_again(cursor, "forgotten")


def _judge_again(cursor: CursorWrapper, people: str) -> None:
    cursor.execute(
        f"""
        UPDATE campaigns_initiative SET is_stale = true WHERE id IN (
            SELECT id FROM campaigns_initiative WHERE id IN (
                SELECT initiative_id FROM campaigns_assignment JOIN {people} USING (record_id)
            )
            ORDER BY id FOR NO KEY UPDATE
        )
        """  # noqa: S608  one of the two tables above
    )


# A key is taken before a name; a name that two initiatives have names neither.
RESOLVE = """
    CREATE TEMPORARY TABLE resolved ON COMMIT DROP AS
    WITH named AS (
        SELECT DISTINCT initiative AS text FROM staged
    ), known AS (
        SELECT text, coalesce(
            (SELECT id FROM campaigns_initiative WHERE key = lower(text)),
            (SELECT min(id) FROM campaigns_initiative
             WHERE lower(name) = lower(text) HAVING count(*) = 1)
        ) AS initiative_id FROM named
    )
    SELECT s.row, s.initiative, s.external_id, s.record_id, s.arm, s.at, k.initiative_id,
        coalesce(s.unit, '') AS unit,
        (SELECT coalesce(jsonb_object_agg(substr(key, 11), value), '{}')
         FROM jsonb_each(s.covariate)) AS covariates,
        (SELECT coalesce(jsonb_object_agg(substr(key, 9), value), '{}')
         FROM jsonb_each(s.outcome)) AS outcomes
    FROM staged s JOIN known k ON k.text = s.initiative
"""

LAND = """
    WITH landed AS (
        INSERT INTO campaigns_assignment AS old (
            initiative_id, record_id, arm, at, unit, covariates, outcomes
        )
        SELECT DISTINCT ON (initiative_id, record_id)
            initiative_id, record_id, arm, at, unit, covariates, outcomes
        FROM resolved ORDER BY initiative_id, record_id, row
        ON CONFLICT (initiative_id, record_id) DO UPDATE SET
            covariates = old.covariates || EXCLUDED.covariates,
            outcomes = old.outcomes || EXCLUDED.outcomes
        WHERE old.covariates <> old.covariates || EXCLUDED.covariates
            OR old.outcomes <> old.outcomes || EXCLUDED.outcomes
        RETURNING initiative_id
    ), stale AS (
        UPDATE campaigns_initiative SET is_stale = true WHERE id IN (
            SELECT id FROM campaigns_initiative
            WHERE id IN (SELECT initiative_id FROM landed)
            ORDER BY id FOR NO KEY UPDATE  -- in the order in which a refresh locks them
        )
    )
    SELECT (SELECT count(*) FROM landed), (SELECT count(*) FROM resolved)
"""


def _unknown(cursor: CursorWrapper) -> list[Rejected]:
    cursor.execute("SELECT row, initiative FROM resolved WHERE initiative_id IS NULL")
    rows = cursor.fetchall()
    if not rows:
        return []
    cursor.execute("SELECT key FROM campaigns_initiative ORDER BY starts_on DESC, key")
    keys = [key for (key,) in cursor.fetchall()]
    expected = "the key or the name of an initiative that is logged here"
    if not keys:
        expected += "; none is yet"
    else:
        more = f" and {len(keys) - KEYS_NAMED} more" if len(keys) > KEYS_NAMED else ""
        expected += f": {', '.join(keys[:KEYS_NAMED])}{more}"
    return [Rejected(row, "initiative", text, expected) for row, text in rows]


def _in_both_arms(cursor: CursorWrapper) -> list[Rejected]:
    cursor.execute(
        """
        SELECT r.row, r.arm, r.external_id FROM resolved r JOIN (
            SELECT initiative_id, record_id FROM resolved WHERE initiative_id IS NOT NULL
            GROUP BY initiative_id, record_id HAVING count(DISTINCT arm) > 1
        ) torn USING (initiative_id, record_id)
        """
    )
    return [
        Rejected(row, "arm", arm, f"one arm only; the file puts {external_id} into both")
        for row, arm, external_id in cursor.fetchall()
    ]


def _in_the_other_arm(cursor: CursorWrapper) -> list[Rejected]:
    cursor.execute(
        """
        SELECT r.row, r.arm, a.arm, (a.at AT TIME ZONE %s)::date
        FROM resolved r JOIN campaigns_assignment a USING (initiative_id, record_id)
        WHERE a.arm <> r.arm AND NOT EXISTS (
            SELECT FROM resolved other WHERE other.initiative_id = r.initiative_id
            AND other.record_id = r.record_id AND other.arm <> r.arm
        )
        """,
        [settings.TIME_ZONE],
    )
    return [
        Rejected(row, "arm", arm, f"{was}, as assigned on {long_day(on)}; nobody changes arms")
        for row, arm, was, on in cursor.fetchall()
    ]


def _left_alone(cursor: CursorWrapper) -> list[Rejected]:
    cursor.execute("SELECT EXISTS (SELECT FROM campaigns_held)")
    if not cursor.fetchone()[0]:
        return []
    cursor.execute(
        """
        SELECT t.row, (h.since AT TIME ZONE %s)::date
        FROM resolved t JOIN customers_record r ON r.id = t.record_id
        JOIN campaigns_held h ON h.record_id = r.customer_id
        WHERE t.arm = 'treated' AND NOT EXISTS (
            SELECT FROM campaigns_assignment a
            WHERE a.initiative_id = t.initiative_id AND a.record_id = t.record_id
        )
        """,
        [settings.TIME_ZONE],
    )
    return [
        Rejected(row, "arm", "treated", f"no arm; held out by the company since {long_day(on)}")
        for row, on in cursor.fetchall()
    ]

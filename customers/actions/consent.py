"""Noting what people allow: out of files, live events and opt-outs, and by our own staff.

An answer becomes a row where it differs from what was told before it, so that the history reads
as what the person said. What our staff note is a row always: somebody asked, and was told so.
Three things that look like answers are none:

- What a system repeats. Its export says yes every night, also after the person said no to our
  staff, so an answer that a system has, in its records or its live events (ways "record" and
  "live", which are one history), counts where it differs from what that system itself had before.
  A system that had none before is compared with whatever was told before.
- A system's yes to somebody who said no elsewhere: by an opt-out, to our staff, or in a file of
  answers, for the channel or against every one. It may be older than that no, or know nothing of
  it. It counts once the system itself has said no after that no: the person then said yes anew
  there. So that this can be seen, a system's no right after such a no is noted as well.
- A yes of the very moment of a no. A no of the moment of a yes is noted a microsecond later.

An older answer finds its place in the history and changes nothing that holds.
"""

import json
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper

from customers.models import Consent, Customer, Record
from customers.queries.consent import EVERY, records_that_say_no
from strategy.actions.audit import record
from strategy.language.channels import channel_word, channel_word_sql
from strategy.language.dates import long_day
from strategy.models import Person
from strategy.permissions import check_can_note_consent

MARKETING = "marketing"
"""The purpose that an opt-out ends."""

# `sent` is what came in; `told` must have record_id, channel, purpose, is_allowed, told_at, way,
# noted_by_id, evidence.
_TELL = """
    WITH sent AS MATERIALIZED ({sent}), told AS ({told}), spelt AS (
        SELECT record_id, {word} AS channel, purpose, is_allowed, told_at, way, noted_by_id,
            evidence
        FROM told
    ), weighed AS (
        SELECT DISTINCT ON (record_id, channel, purpose, told_at) *
        FROM spelt ORDER BY record_id, channel, purpose, told_at, is_allowed
    ), placed AS (
        SELECT w.record_id, w.channel, w.purpose, w.is_allowed, w.way, w.noted_by_id, w.evidence,
            CASE WHEN k.id IS NULL THEN w.told_at
                ELSE w.told_at + interval '1 microsecond' END AS told_at
        FROM weighed w LEFT JOIN customers_consent k USING (record_id, channel, purpose, told_at)
        WHERE k.id IS NULL OR k.is_allowed AND NOT w.is_allowed
    ), history AS (
        SELECT record_id, channel, purpose, is_allowed, told_at, way, noted_by_id, evidence,
            way IN ('record', 'live') AS is_system, true AS is_known
        FROM customers_consent
        WHERE (record_id, channel, purpose) IN (SELECT record_id, channel, purpose FROM placed)
        UNION ALL
        SELECT record_id, channel, purpose, is_allowed, told_at, way, noted_by_id, evidence,
            way IN ('record', 'live'), false
        FROM placed
    ), compared AS (
        SELECT *, lag(is_allowed) OVER told AS before,
            lag(is_system) OVER told AS is_before_of_system,
            lag(is_allowed) OVER told_there AS before_there,
            lag(told_at) OVER told_there AS before_there_at
        FROM history
        WINDOW told AS (
            PARTITION BY record_id, channel, purpose ORDER BY told_at, is_known DESC
        ), told_there AS (
            PARTITION BY record_id, channel, purpose, is_system ORDER BY told_at, is_known DESC
        )
    ), added AS (
        INSERT INTO customers_consent
            (record_id, channel, purpose, is_allowed, told_at, way, noted_by_id, evidence)
        SELECT record_id, channel, purpose, is_allowed, told_at, way, noted_by_id, evidence
        FROM compared c
        WHERE NOT is_known AND (
            way = 'staff'
            OR is_allowed IS DISTINCT FROM CASE
                WHEN is_system THEN coalesce(before_there, before) ELSE before END
            OR is_system AND NOT is_allowed AND NOT before AND NOT is_before_of_system
        ) AND NOT EXISTS (
            SELECT FROM customers_consent refused
            WHERE c.is_system AND c.is_allowed AND refused.record_id = c.record_id
                AND refused.channel IN (c.channel, 'every') AND refused.purpose = c.purpose
                AND NOT refused.is_allowed AND refused.way IN ('opt_out', 'staff', 'file')
                AND refused.told_at <= c.told_at
                AND (c.before_there IS NOT FALSE OR c.before_there_at <= refused.told_at)
        )
        ON CONFLICT DO NOTHING
        RETURNING record_id
    )
    SELECT DISTINCT record_id FROM added
"""

_BY_RECORDS = """
    SELECT s.record_id, lower(split_part(said.key, '.', 2)) AS channel,
        lower(split_part(said.key, '.', 3)) AS purpose, said.value::boolean AS is_allowed,
        coalesce(s.updated_at, %(at)s) AS told_at, 'record' AS way, NULL::bigint AS noted_by_id,
        %(evidence)s AS evidence
    FROM sent s CROSS JOIN LATERAL jsonb_each_text(s.consent) said
    WHERE s.record_id IS NOT NULL
"""

_BY_OPT_OUTS = """
    SELECT record_id, coalesce(nullif(left(trim(BOTH '_' FROM
            regexp_replace(lower(channel), '[^\\w-]+', '_', 'g')), 60), ''), %(every)s) AS channel,
        %(marketing)s AS purpose, false AS is_allowed, at AS told_at, 'opt_out' AS way,
        NULL::bigint AS noted_by_id, left('Event ' || coalesce(event_id, ''), 200) AS evidence
    FROM sent WHERE record_id IS NOT NULL
"""

# What comes in is read first and as a whole: the planner, which does not know yet how many records
# the import has made, would else go through the file once for each of them.
_RECORDS = "SELECT record_id, consent, updated_at FROM staged WHERE consent IS NOT NULL"
_OPT_OUTS = "SELECT record_id, event_id, channel, at FROM staged WHERE event = 'opt_out'"
_LIVE_OPT_OUTS = """
    SELECT r.id AS record_id, event_id, channel, at
    FROM json_to_recordset(%(rows)s)
        AS e (event_id text, external_id text, channel text, at timestamptz)
    LEFT JOIN customers_record r
        ON r.source_id = %(source)s AND r.external_id = e.external_id
"""
_GIVEN = """
    SELECT coalesce(g.record_id, r.id) AS record_id, g.channel, g.purpose, g.is_allowed, g.told_at,
        g.way, g.noted_by_id, g.evidence
    FROM json_to_recordset(%(given)s) AS g (
        record_id bigint, source_id bigint, external_id text, channel text, purpose text,
        is_allowed boolean, told_at timestamptz, way text, noted_by_id bigint, evidence text
    ) LEFT JOIN customers_record r
        ON r.source_id = g.source_id AND r.external_id = g.external_id
"""
_AS_SENT = "SELECT * FROM sent WHERE record_id IS NOT NULL"
_ANSWERS = """
    SELECT record_id, lower(channel) AS channel, lower(purpose) AS purpose, answer AS is_allowed,
        told_at, 'file' AS way, NULL::bigint AS noted_by_id, coalesce(evidence, '') AS evidence
    FROM staged
"""


def tell_by_records(cursor: CursorWrapper, *, at: datetime) -> None:
    """Note what the staged records allow; the table `answered` gets the `record_id` of the news.

    A row without `updated_at` was told at `at`, the moment of the import.
    """
    cursor.execute(
        f"CREATE TEMPORARY TABLE answered ON COMMIT DROP AS {_tell(_RECORDS, _BY_RECORDS)}",
        {"at": at, "evidence": f"Import of {long_day(at)}"},
    )


def tell_by_opt_outs(cursor: CursorWrapper) -> None:
    """Note a no to marketing for each staged opt-out; one that names no channel ends every one."""
    _opt_out(cursor, _OPT_OUTS, {})


def tell_by_live_opt_outs(cursor: CursorWrapper, source_id: int, rows: str) -> None:
    """Note a no to marketing for each opt-out among live events, given as JSON."""
    _opt_out(cursor, _LIVE_OPT_OUTS, {"rows": rows, "source": source_id})


def tell(cursor: CursorWrapper, given: Iterable[dict[str, Any]]) -> int:
    """Note answers by `record_id`, or `source_id` and `external_id`; return how many told any.

    Each also has channel, purpose, is_allowed, told_at, way, noted_by_id (or None) and evidence.
    """
    said = json.dumps(list(given), default=str)
    cursor.execute(_tell(_GIVEN, _AS_SENT), {"given": said})
    return len(cursor.fetchall())


def tell_by_answers(cursor: CursorWrapper) -> int:
    """Note the staged answers of a register; return how many records told anything new."""
    cursor.execute(_tell(_ANSWERS, _AS_SENT))
    return len(cursor.fetchall())


@transaction.atomic
def note_answer(
    *,
    customer: Customer,
    channel: str,
    purpose: str,
    is_allowed: bool,
    evidence: str,
    by: Person,
    at: datetime,
) -> None:
    """Note what a customer told one of us; another answer takes it back.

    A no stands at the founding record, where it holds for all that is certainly theirs. A yes
    stands there too, and at each of their records that says no, since it would not hold otherwise.
    Raises NotAllowed.
    """
    check_can_note_consent(by)
    channel = channel_word(channel)
    theirs = Record.objects.filter(certain_id=customer.pk)
    refused = records_that_say_no(customer.pk, channel, purpose) if is_allowed else set()
    given = [
        {
            "source_id": one.source_id,
            "external_id": one.external_id,
            "channel": channel,
            "purpose": purpose,
            "is_allowed": is_allowed,
            "told_at": at,
            "way": Consent.Way.STAFF.value,
            "noted_by_id": by.pk,
            "evidence": evidence,
        }
        for one in theirs
        if one.pk == customer.pk or one.pk in refused
    ]
    with connection.cursor() as cursor:
        tell(cursor, given)
    answer = "yes" if is_allowed else "no"
    record(
        act="consent.note",
        subject=customer,
        sentence=f"Noted a customer’s answer to {purpose} by {channel}: {answer}.",
        by=by,
        at=at,
    )


def _opt_out(cursor: CursorWrapper, sent: str, parameters: dict[str, Any]) -> None:
    said = {"every": EVERY, "marketing": MARKETING}
    cursor.execute(_tell(sent, _BY_OPT_OUTS), said | parameters)


def _tell(sent: str, told: str) -> str:
    return _TELL.format(sent=sent, told=told, word=channel_word_sql("channel"))

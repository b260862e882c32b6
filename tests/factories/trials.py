"""Initiatives with a locked plan, the people of their arms and what these did: judged for real."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db import connection

from campaigns.models import Assignment, Initiative
from customers.actions.linking import link_everybody
from customers.models import Identifier, Record, Source
from reports.actions.results import judge_initiative
from reports.models import Feed, Outcome, Result
from tests.factories.campaigns import InitiativeFactory, measure, noon, plan
from tests.factories.customers import EventFactory, RecordFactory, SourceFactory
from tests.factories.reports import NOW, fed

STARTS_ON, ENDS_ON = date(2026, 10, 26), date(2026, 11, 9)
DURING = datetime(2026, 10, 28, 12, tzinfo=UTC)


def launched(
    *, holdout_share: str = "0.5", success: str = "conversion_rate", **fields: Any
) -> Initiative:
    """Log an initiative whose plan was locked a day before it began."""
    initiative = InitiativeFactory.create(
        **{
            "status": "live",
            "starts_on": STARTS_ON,
            "ends_on": ENDS_ON,
            "holdout_share": Decimal(holdout_share),
            "success_measure": measure(success),
        }
        | fields
    )
    plan(initiative, unit=initiative.unit, locked_at=noon(initiative.starts_on - timedelta(days=1)))
    return initiative


def judged(initiative: Initiative, *, data_until: date | None = date(2026, 11, 22)) -> Result:
    """Judge it where all that its measures count is in up to a day; None: no source feeds them."""
    Feed.objects.all().delete()
    if data_until:
        fed(SourceFactory.create(), ["visit", "order", "contact"], newest_on=data_until)
    with connection.cursor() as cursor:  # as after an import: a guessing planner takes minutes
        cursor.execute("ANALYZE customers_event, customers_record, campaigns_assignment")
    return judge_initiative(initiative, at=NOW)


def outcome(result: Result, part: str, key: str) -> Outcome:
    """Return what was found of a measure in a part: success, guardrail or also."""
    return result.outcomes.get(part=part, measure__key=key)


def assigned(
    initiative: Initiative,
    arm: str,
    people: int,
    *,
    source: Source | None = None,
    at: datetime | None = None,
    **brought: Any,
) -> list[Record]:
    """Assign new people to an arm, at noon of the first day unless told; `outcomes` come along."""
    source = source or SourceFactory.create()
    records = [RecordFactory.create(source=source) for _ in range(people)]
    at = at or noon(initiative.starts_on)
    Assignment.objects.bulk_create(
        Assignment(initiative=initiative, record=one, arm=arm, at=at, **brought) for one in records
    )
    return records


def link(*together: list[Record]) -> None:
    """Make each list of records one customer."""
    for number, records in enumerate(together):
        for record in records:
            digest = bytes([number]) * 16
            Identifier.objects.create(record=record, kind="email", digest=digest)
    with connection.cursor() as cursor:
        link_everybody(cursor, at=NOW, cause="test")


def do(records: list[Record], kind: str, at: datetime = DURING, **fields: Any) -> None:
    """Have each record do something, in the days that count unless told."""
    for record in records:
        EventFactory.create(record=record, kind=kind, at=at, **fields)

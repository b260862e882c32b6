"""Audiences, the columns that they are counted from, and arms that are drawn."""

from datetime import UTC, datetime
from typing import Any

from django.db import transaction

from campaigns.actions import traits
from campaigns.actions.audiences import choose_audience, make_audience
from campaigns.actions.holdout import give_draw
from campaigns.audience.definition import Condition, Definition, Group
from campaigns.models import Audience, AudienceVersion, Draw, Initiative
from customers.actions import work as ledger
from customers.models import Customer, Event, Record, Work
from strategy.models import Person, Role
from tests.factories.campaigns import DepartmentFactory, InitiativeFactory, plan
from tests.factories.customers import EventFactory, RecordFactory
from tests.factories.strategy import person

NOW = datetime(2026, 11, 23, 7, 40, tzinfo=UTC)


def asked(*conditions: Condition) -> Definition:
    """Return a definition that wants all of the conditions."""
    return Definition("all", (Group("all", conditions),) if conditions else ())


def freshened(at: datetime = NOW, *, everything: bool = False) -> dict[str, Any]:
    """Bring the columns up to date, through the ledger; return what the work says."""
    work_id = ledger.give(kind=traits.KIND, arguments={"everything": everything}, at=at)
    outcome: dict[str, Any] = ledger.see_through(work_id, clock=lambda: at).outcome
    return outcome


def bought(record: Record, on: datetime, **said: Any) -> Event:
    """Have somebody buy something in the category Garden."""
    return EventFactory.create(record=record, at=on, **({"category": "Garden"} | said))


def version(definition: Definition | None = None, **said: Any) -> AudienceVersion:
    """Make an audience of Marketing's; of everybody, unless told otherwise."""
    made: dict[str, Any] = {
        "name": f"Audience {Audience.objects.count() + 1}",
        "department": DepartmentFactory.create(),
        "way": Audience.Way.FROZEN,
        "definition": definition or asked(),
        "by": analyst(),
        "at": NOW,
    }
    return make_audience(**(made | said))


def analyst() -> Person:
    return person(Role.ANALYST)


def planned(share: str = "0.5", **said: Any) -> Initiative:
    """Return an initiative of Marketing's by email whose plan is locked."""
    initiative: Initiative = InitiativeFactory.create(
        **({"status": "live", "channel": "email", "holdout_share": share} | said)
    )
    plan(initiative, unit=initiative.unit, locked_at=NOW)
    return initiative


def drawn(
    initiative: Initiative, chosen: AudienceVersion | None = None, at: datetime = NOW, **said: Any
) -> Draw:
    """Choose an audience for an initiative and have its arms drawn."""
    choose_audience(initiative=initiative, version=chosen or version(), by=analyst(), at=at)
    draw = give_draw(initiative=initiative, by=analyst(), at=at, **said)
    ledger.see_through(draw.work_id, clock=lambda: at)
    draw.refresh_from_db()
    return draw


def failed(draw: Draw) -> None:
    """Have the work of a draw fail, as after its last attempt."""
    with transaction.atomic():
        ledger.end(draw.work, state=Work.State.FAILED, at=NOW, error="Given up after 5 attempts.")


def arms(initiative: Initiative) -> dict[int, str]:
    """Return the arm of each record that has one."""
    return dict(initiative.assignments.values_list("record_id", "arm"))


def people(count: int, **said: Any) -> list[Record]:
    return list(RecordFactory.create_batch(count, **said))


def merge(elder: Record, younger: Record) -> None:
    """Have the records be one customer, as linking leaves them."""
    customer = Customer.objects.get(pk=elder.customer_id)
    Record.objects.filter(pk=younger.pk).update(customer=customer, certain_id=elder.pk)

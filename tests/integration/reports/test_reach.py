"""Readings of measures that look beyond their windows follow what comes in there."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from customers.models import Record, Retention, StaleWeek
from reports.models import Reading, Result
from strategy.models import Measure
from tests.factories.campaigns import DepartmentFactory, InitiativeFactory, plan
from tests.factories.copying import AT, WEEK, happens, refreshed
from tests.factories.customers import RecordFactory, SourceFactory
from tests.factories.two_sources import everything_read

pytestmark = pytest.mark.django_db
LATER = AT + timedelta(hours=2)
KEYS = ("active_exposure", "clash_rate", "contact_pressure", "conversion_rate", "mistargeting",
        "opt_outs", "retention", "return_rate", "returning_customer_rate")  # fmt: skip


@pytest.fixture(autouse=True)
def few_measures() -> None:
    Measure.objects.exclude(key__in=KEYS).delete()


@pytest.fixture
def ada() -> Record:
    web = SourceFactory.create(key="web", department=DepartmentFactory.create(key="ecommerce"))
    return RecordFactory.create(source=web, external_id="ada")


def came(kind: str, who: Record, at: str, **fields: Any) -> None:
    """Let something come in at a moment (UTC), its week being stale."""
    moment = datetime.fromisoformat(at).replace(tzinfo=UTC)
    happens(kind, who, moment, **fields)
    monday = moment.date() - timedelta(days=moment.weekday())
    StaleWeek.objects.create(week_on=monday)


def read(key: str, week: date) -> tuple[int, int]:
    """Return both parts of the company’s reading of a week."""
    one = Reading.objects.get(measure__key=key, span="week", department=None, starts_on=week)
    return int(one.numerator), one.denominator


def test_a_return_counts_for_the_week_of_its_order(ada: Record) -> None:
    came("order", ada, "2026-10-15T10:00", order_id="1001")
    refreshed()
    before = read("return_rate", date(2026, 10, 12))
    came("return", ada, "2026-11-05T10:00", order_id="1001")

    refreshed(at=LATER)

    assert before == (0, 1)
    assert read("return_rate", date(2026, 10, 12)) == (1, 1)


def test_last_year_s_order_makes_this_year_s_buyer_a_returning_one(ada: Record) -> None:
    came("order", ada, "2026-11-18T10:00", order_id="2")
    refreshed()
    before = read("returning_customer_rate", date(2026, 11, 16))
    came("order", ada, "2025-11-19T10:00", order_id="1")

    refreshed(at=LATER)

    assert before == (0, 1)
    assert read("returning_customer_rate", date(2026, 11, 16)) == (1, 1)


def test_a_late_sunday_contact_clashes_with_monday_s(ada: Record) -> None:
    came("contact", ada, "2026-11-16T09:00", initiative="lights")
    refreshed()
    before = read("clash_rate", date(2026, 11, 16))
    came("contact", ada, "2026-11-15T19:00", initiative="sofas")

    refreshed(at=LATER)

    assert before == (0, 1)
    assert read("clash_rate", date(2026, 11, 16)) == (1, 1)


def test_what_comes_late_leaves_readings_as_if_it_had_come_in_time(ada: Record) -> None:
    for week in range(0, 28, 3):
        at = f"{date(2026, 5, 12) + week * WEEK}T10:00"
        came("order", ada, at, order_id=str(week), category="Lighting")
        came("contact", ada, at, initiative="lights", category="Garden")
    refreshed()
    came("order", ada, "2026-04-14T10:00", order_id="0", category="Garden")
    came("return", ada, "2026-10-30T10:00", order_id="21")
    came("contact", ada, "2026-07-17T10:00", initiative="sofas")

    refreshed(at=LATER)

    followed = everything_read()
    refreshed(at=LATER, everything=True)
    assert followed == everything_read()


def test_readings_stay_where_what_they_look_back_at_is_gone(ada: Record) -> None:
    Retention.objects.create(event_kind="order", keep_months=6)
    came("order", ada, "2026-11-18T10:00", order_id="2")
    refreshed()
    came("order", ada, "2026-10-20T10:00", order_id="1")

    refreshed(at=LATER)

    # Orders from before May are deleted: who had bought then could no longer be told.
    assert read("returning_customer_rate", date(2026, 11, 16)) == (0, 1)


def test_a_return_after_an_initiative_has_it_judged_anew(ada: Record) -> None:
    initiative = InitiativeFactory.create(
        department=ada.source.department,
        success_measure=Measure.objects.get(key="return_rate"),
        starts_on=date(2026, 9, 28),
        ends_on=date(2026, 10, 12),
        is_stale=False,
    )
    plan(initiative)
    came("order", ada, "2026-10-10T10:00", order_id="1001")
    refreshed()
    came("return", ada, "2026-11-03T10:00", order_id="1001")

    refreshed(at=LATER)

    assert Result.objects.get(initiative=initiative).as_of == LATER

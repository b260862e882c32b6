"""Readings are what a plain count gives."""

from collections import defaultdict
from datetime import date
from decimal import Decimal
from importlib import import_module
from typing import Any

import pytest
from django.forms import model_to_dict

from reports.models import Reading
from reports.queries import facts
from reports.queries.engine import opened
from strategy.models import Department, Measure
from tests.factories.campaigns import DepartmentFactory, GoalFactory
from tests.factories.copying import WEEK, refreshed
from tests.factories.plain_count import PLAIN, expected, found
from tests.factories.spec import standard
from tests.factories.two_sources import FIRST_WEEK, Shop, happens, stale

pytestmark = pytest.mark.django_db


def test_the_plain_count_knows_every_measure_of_the_first_set() -> None:
    first: list[Any] = import_module("strategy.migrations.0002_standard_measures").STANDARD
    assert {row[0] for row in first} == set(PLAIN)


@pytest.mark.parametrize("span", ["week", "quarter"])
def test_readings_are_what_a_plain_count_gives(history: Shop, span: str) -> None:
    refreshed()

    ends = {one.ends_on for one in Reading.objects.filter(span=span)}
    assert (
        ends
        == {
            "week": {FIRST_WEEK + WEEK, *(date(2026, 11, 2) + n * WEEK for n in range(3))},
            "quarter": {date(2026, 11, 2) + n * WEEK for n in range(5)},
        }[span]
    )
    for end in ends:
        assert found(span, end) == expected(span, end)
    assert history.ada.customer_id == history.ada_at_desk.customer_id


def test_customers_too_many_for_all_windows_at_once_are_asked_in_turn(
    history: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    for day, category in (("10-06", "lamps"), ("11-04", "lamps"), ("11-10", "wood")):
        happens("order", history.ada, f"2026-{day}T10:00", category=category)
    stale(date(2026, 10, 5), date(2026, 11, 2), date(2026, 11, 9))
    refreshed()
    measures = [standard()[key] for key in ("active_exposure", "conversion_rate")]
    ends_on = [date(2026, 11, 9), date(2026, 11, 16)]

    with opened() as engine:
        at_once = facts.totals(engine, measures, weeks=1, ends_on=ends_on)
        monkeypatch.setattr(facts, "LAID_OUT", 1)
        in_turn = facts.totals(engine, measures, weeks=1, ends_on=ends_on)

    assert sorted(in_turn, key=str) == sorted(at_once, key=str)
    outside = measures[0].measure_id
    company = [one for one in in_turn if one.measure_id == outside and not one.department_id]
    assert [(int(one.numerator), one.denominator) for one in company] == [(0, 1), (1, 1)]


@pytest.mark.usefixtures("history")
def test_the_second_week_by_hand() -> None:
    refreshed()

    week = {
        key: value for (key, scope), value in found("week", date(2026, 11, 16)).items() if not scope
    }
    # Known: Ada (visits 3, order 20.50), Bo (visit, 3 orders, of them 3.00 in pounds), Cy.
    assert week["conversion_rate"] == (2, 2, 1.0)
    assert week["revenue_per_customer"] == (Decimal("23.50"), 3, pytest.approx(23.5 / 3))
    assert week["orders_per_customer"] == (4, 3, pytest.approx(4 / 3))
    assert week["average_order_value"] == (Decimal("122.50"), 3, pytest.approx(122.5 / 3))
    assert week["opt_outs"] == (1, 2, 500.0)
    assert week["contacts_per_week"] == (2, 2, 1.0)
    assert week["complaint_rate"] == (1, 5, 200.0)


@pytest.mark.usefixtures("history")
def test_an_event_counts_for_the_department_of_its_initiative() -> None:
    refreshed()

    contacts = {
        one.department.key: int(one.numerator)
        for one in Reading.objects.filter(
            measure__key="contacts_per_week", span="week", ends_on=date(2026, 11, 9)
        ).select_related("department")
        if one.department
    }
    assert contacts == {"ecommerce": 1, "service": 0, "marketing": 1}


def test_a_window_that_ends_after_this_week_is_left_out(shop: Shop) -> None:
    happens("visit", shop.ada, "2026-11-22T23:00")
    happens("visit", shop.ada, "2026-11-23T00:10")
    stale(date(2026, 11, 16), date(2026, 11, 23))

    refreshed()

    assert {one.ends_on for one in Reading.objects.all()} == {
        date(2026, 11, 23),
        date(2026, 11, 30),
    }


def test_thirteen_weeks_begin_with_the_first_event(shop: Shop) -> None:
    happens("visit", shop.ada, "2026-08-19T10:00")
    happens("visit", shop.ada, "2026-11-18T10:00")
    stale(date(2026, 8, 17), date(2026, 11, 16))

    refreshed()

    quarters = Reading.objects.filter(span="quarter")
    assert {one.starts_on for one in quarters} == {date(2026, 8, 17) + n * WEEK for n in (0, 1, 2)}


def test_every_version_that_something_stands_on_is_read(shop: Shop) -> None:
    old = Measure.objects.get(key="visit_rate")
    GoalFactory.create(measure=old)
    Measure.objects.create(
        **{**model_to_dict(old, exclude=["id"]), "version": 2, "scale": 100, "unit": "count"}
    )
    happens("visit", shop.ada, "2026-11-03T10:00")
    stale(date(2026, 11, 2))

    refreshed()

    read = Reading.objects.filter(measure__key="visit_rate", department=None, span="week")
    assert set(read.values_list("measure__version", "value")) == {(1, 1.0), (2, 100.0)}


def test_an_amount_in_another_unit_than_the_company_s_money_comes_with_tests_only(
    shop: Shop,
) -> None:
    revenue = Measure.objects.get(key="revenue_per_customer")
    Measure.objects.create(
        **{**model_to_dict(revenue, exclude=["id"]), "key": "spend_usd", "unit": "count"}
    )
    happens("order", shop.ada, "2026-11-03T10:00", amount="20")
    stale(date(2026, 11, 2))

    refreshed()

    assert not Reading.objects.filter(measure__key="spend_usd").exists()


def test_only_the_newest_version_of_a_measure_is_read(shop: Shop) -> None:
    newest = Measure.objects.get(key="visit_rate")
    newest.pk, newest.version, newest.scale = None, 2, 100
    newest.save()
    happens("visit", shop.ada, "2026-11-03T10:00")
    stale(date(2026, 11, 2))

    refreshed()

    assert set(
        Reading.objects.filter(measure__key="visit_rate", department=None).values_list(
            "measure__version", "value"
        )
    ) == {(2, 100.0)}


def test_departments_without_events_have_no_reading(shop: Shop) -> None:
    DepartmentFactory.create(key="quiet")
    happens("visit", shop.ada, "2026-08-04T10:00")
    happens("visit", shop.ada, "2026-11-03T10:00")
    stale(FIRST_WEEK, date(2026, 11, 2))

    refreshed()

    scopes = defaultdict(set)
    for one in Reading.objects.all():
        scopes[one.span].add(one.department_id)
    ecommerce = Department.objects.get(key="ecommerce").pk
    assert scopes == {"week": {None, ecommerce}, "quarter": {None, ecommerce}}

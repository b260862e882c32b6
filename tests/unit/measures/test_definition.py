"""A measure's definition as SQL: what is counted, over what, and for whom."""

import importlib
from typing import Any

import pytest
from psycopg import sql

from reports.measures.definition import (
    Definition,
    each,
    each_over,
    factor,
    speaks_of_people,
    tally,
)

STANDARD: list[Any] = importlib.import_module("strategy.migrations.0002_standard_measures").STANDARD
DEFINITIONS = {
    key: Definition(
        place, key, name, fold, tuple(counted), per, tuple(over), scale, weekly, unit, better
    )
    for place, (key, name, fold, counted, per, over, scale, weekly, unit, better, _) in enumerate(
        STANDARD
    )
}


def people_with(total: str) -> str:
    return f"(coalesce(sum({total}), 0) > 0)::int"


ORDERS, VISITS, CONTACTS = '"order_count"', '"visit_count"', '"contact_count"'
PARTS = {
    "conversion_rate": (people_with(ORDERS), people_with(f"{VISITS} + {ORDERS}")),
    "visit_rate": (people_with(VISITS), "1"),
    "revenue_per_customer": ('coalesce(sum("order_amount"), 0)', "1"),
    "orders_per_customer": (f"coalesce(sum({ORDERS}), 0)", "1"),
    "average_order_value": (
        'coalesce(sum("order_amount"), 0)',
        'coalesce(sum("order_priced_count"), 0)',
    ),
    "opt_outs": (people_with('"opt_out_count"'), f"coalesce(sum({CONTACTS}), 0)"),
    "contacts_per_week": (f"coalesce(sum({CONTACTS}), 0)", people_with(CONTACTS)),
    "complaint_rate": ('coalesce(sum("complaint_count"), 0)', f"coalesce(sum({ORDERS}), 0)"),
}
# Whether (numerator, denominator) leave out what nobody known did.
KNOWN_ONLY = {
    "average_order_value": (False, False),
    "opt_outs": (True, False),
    "complaint_rate": (False, False),
}
RATIOS = {"average_order_value", "opt_outs", "complaint_rate"}


def text(part: sql.Composable) -> str:
    return part.as_string(None)


def test_every_standard_measure_is_here() -> None:
    assert set(PARTS) == set(DEFINITIONS)


@pytest.mark.parametrize("key", PARTS)
def test_one_person_s_parts(key: str) -> None:
    measure = DEFINITIONS[key]

    assert (text(each(measure)), text(each_over(measure))) == PARTS[key]
    assert speaks_of_people(measure) == KNOWN_ONLY.get(key, (True, True))
    assert measure.is_ratio is (key in RATIOS)


def test_the_factor_scales_and_spreads_over_weeks() -> None:
    assert factor(DEFINITIONS["conversion_rate"], 7) == 1
    assert factor(DEFINITIONS["opt_outs"], 91) == 1000
    assert factor(DEFINITIONS["contacts_per_week"], 7) == 1
    assert factor(DEFINITIONS["contacts_per_week"], 91) == pytest.approx(1 / 13)
    assert factor(DEFINITIONS["contacts_per_week"], 1) == 7
    assert factor(DEFINITIONS["contacts_per_week"]._replace(scale=100), 14) == 50


def test_tallies_hold_each_column_once() -> None:
    columns = text(tally(DEFINITIONS.values(), "GBP")).split(", ")
    names = [column.rpartition(" AS ")[2] for column in columns if " AS " in column]

    assert names == [
        '"complaint_count"',
        '"contact_count"',
        '"opt_out_count"',
        '"order_count"',
        '"visit_count"',
        '"order_amount"',
        '"order_priced_count"',
    ]


def test_amounts_are_of_the_company_s_currency_or_of_none_named() -> None:
    written = text(tally([DEFINITIONS["average_order_value"]], "SEK"))

    assert written.count("e.currency IN ('', 'SEK')") == 2
    assert "GBP" not in written


def test_names_from_a_definition_cannot_break_out() -> None:
    measure = DEFINITIONS["visit_rate"]._replace(counted=("x\"; DROP TABLE y; --'",))

    written = text(tally([measure], "GBP")) + text(each(measure))

    assert '"x""; DROP TABLE y; --\'_count"' in written
    assert "'x\"; DROP TABLE y; --'''" in written

"""Trials: who counts in a test, and the sums that it is judged by."""

from datetime import date, datetime
from typing import Any

import pytest

from reports.facts.schema import Facts
from reports.measures.cuts import by_arm
from reports.measures.definition import Definition
from reports.measures.totals import totals
from reports.measures.trials import trials, unpriced_in_trial
from reports.measures.windows import Window, Windows
from tests.factories.facts import LONDON, event, facts, rows_of
from tests.factories.measures import MEASURES
from tests.factories.spec import standard

BY_KEY = {one.key: one for one in MEASURES}
FIRST, LAST = date(2026, 11, 2), date(2026, 11, 16)
BEFORE = datetime(2026, 11, 1, 9)  # noqa: DTZ001  as all moments of the facts


def assigned(record: int, arm: str = "treated", **fields: Any) -> dict[str, Any]:
    return {"record_id": record, "arm": arm, "at": BEFORE, **fields}


def judged(
    on: Facts, *keys: str, ends: tuple[date, ...] = (LAST,), **brought: Any
) -> dict[tuple[date, str], dict[str, Any]]:
    measures: list[Definition] = [BY_KEY[key] for key in keys]
    table = trials(
        on, measures, initiative_id=1, starts_on=FIRST, ends=ends, zone=LONDON, **brought
    )
    return {(row["ends_on"], row["arm"]): row for row in rows_of(table)}


def test_sums_are_about_the_mean_of_all_assigned() -> None:
    on = facts(
        [
            event("order", 1, "2026-11-02T00:00", amount=10.0),
            event("order", 1, "2026-11-15T23:59", amount=20.0),
            event("order", 2, "2026-11-10T12:00", amount=5.0),
            event("order", 1, "2026-11-01T23:59", amount=1000.0),  # the day before
            event("order", 1, "2026-11-16T00:00", amount=1000.0),  # the day after
            event("order", 9, "2026-11-10T12:00", amount=1000.0),  # not in the test
        ],
        assignments=[assigned(1), assigned(2), assigned(3), assigned(4, "holdout")],
    )

    found = judged(on, "revenue_per_customer", "average_order_value")

    treated, holdout = found[LAST, "treated"], found[LAST, "holdout"]
    each, mean = [30.0, 5.0, 0.0], 35 / 3
    assert (treated["n"], treated["y0"]) == (3, 35.0)
    assert treated["yy0"] == pytest.approx(sum((y - mean) ** 2 for y in each), rel=1e-12)
    orders = [2, 1, 0]
    assert (treated["d1"], treated["dd1"]) == (3.0, pytest.approx(2.0))
    products = sum((y - mean) * (d - 1) for y, d in zip(each, orders, strict=True))
    assert treated["yd1"] == pytest.approx(products)
    assert (holdout["n"], holdout["y0"], holdout["yy0"]) == (1, 0.0, 0.0)


def test_each_look_adds_to_the_one_before() -> None:
    on = facts(
        [event("order", 1, "2026-11-03T10:00"), event("order", 2, "2026-11-12T10:00")],
        assignments=[assigned(1), assigned(2), assigned(3, "holdout")],
    )
    looks = (FIRST, date(2026, 11, 4), date(2026, 11, 9), LAST)

    found = judged(on, "conversion_rate", ends=looks)

    assert [found[look, "treated"]["y0"] for look in looks] == [0, 1, 1, 2]
    assert [found[look, "treated"]["n"] for look in looks] == [2, 2, 2, 2]


def test_who_is_in_both_arms_or_came_after_the_days_counted_is_left_out() -> None:
    on = facts(
        [],
        people={1: 1, 2: 1, 3: 3, 4: 4, 5: 5},
        assignments=[
            assigned(1),
            assigned(2, "holdout"),  # the same customer as record 1
            assigned(3, at=datetime(2026, 11, 16)),  # noqa: DTZ001  a day or a moment without a zone is what is compared
            assigned(4, at=datetime(2026, 11, 15, 23, 59)),  # noqa: DTZ001  a day or a moment without a zone is what is compared
            assigned(5, "holdout"),
        ],
    )

    found = judged(on, "conversion_rate")

    assert {arm: row["n"] for (_, arm), row in found.items()} == {"treated": 1, "holdout": 1}


def test_outcomes_that_came_with_the_assignments_replace_events() -> None:
    on = facts(
        [event("order", 1, "2026-11-03T10:00", amount=999.0)],
        people={1: 1, 2: 1, 3: 3, 4: 4},
        assignments=[
            assigned(1, outcomes='{"conversion_rate": 0, "revenue_per_customer": 2.5}'),
            assigned(2, outcomes='{"conversion_rate": 1, "revenue_per_customer": 4}'),
            assigned(3, outcomes='{"conversion_rate": 0}'),
            assigned(4, "holdout", outcomes='{"conversion_rate": 1, "revenue_per_customer": 1}'),
        ],
    )

    found = judged(
        on, "conversion_rate", "revenue_per_customer",
        brought={"conversion_rate", "revenue_per_customer"},
    )  # fmt: skip

    treated = found[LAST, "treated"]
    assert (treated["n"], treated["y0"], treated["missing0"]) == (2, 1, 0)
    assert (treated["y1"], treated["missing1"]) == (6.5, 1)


def test_large_values_keep_their_spread() -> None:
    on = facts(
        [
            event("order", who, "2026-11-03T10:00", amount=1e9 + who)
            for who in (1, 2, 3)
        ],
        assignments=[assigned(1), assigned(2), assigned(3)],
    )  # fmt: skip

    assert judged(on, "revenue_per_customer")[LAST, "treated"]["yy0"] == pytest.approx(2, rel=1e-6)


def test_a_test_s_events_are_counted_by_currency() -> None:
    on = facts(
        [
            event("order", 1, "2026-11-03T10:00", unpriced_in="EUR"),
            event("order", 1, "2026-11-03T10:00", amount=3.0),
            event("order", 9, "2026-11-03T10:00", unpriced_in="USD"),
        ],
        assignments=[assigned(1), assigned(2, "holdout")],
    )

    rows = rows_of(
        unpriced_in_trial(on, MEASURES, initiative_id=1, starts_on=FIRST, ends_on=LAST, zone=LONDON)
    )

    assert {(row["arm"], row["unpriced_in"], row["kind"], row["events"]) for row in rows} == {
        ("treated", "EUR", "order", 1),
        ("treated", "", "order", 1),
    }


def test_what_came_before_is_summed_with_what_came_after() -> None:
    on = facts(
        [
            event("order", 1, "2026-10-05T00:00", amount=1000.0),  # 28 days before
            event("order", 1, "2026-10-04T23:59", amount=9.0),
            event("order", 2, "2026-11-01T23:59", amount=500.0),
            event("order", 2, "2026-11-02T00:00", amount=30.0),
        ],
        assignments=[assigned(1), assigned(2), assigned(3)],
    )

    row = judged(on, "revenue_per_customer", before=28)[LAST, "treated"]

    assert (row["y0"], row["x0"]) == (30.0, 1500.0)
    assert row["xx0"] == pytest.approx(500_000)
    assert row["yx0"] == pytest.approx(0)
    assert "x0" not in judged(on, "revenue_per_customer")[LAST, "treated"]


def test_a_covariate_comes_with_the_assignments() -> None:
    on = facts(
        [],
        people={1: 1, 2: 1, 3: 3},
        assignments=[
            assigned(1, outcomes='{"conversion_rate": 1}', covariates='{"history": 2}'),
            assigned(2, outcomes='{"conversion_rate": 0}', covariates='{"history": 4}'),
            assigned(3, outcomes='{"conversion_rate": 0}', covariates='{"history": 1.5}'),
        ],
    )

    found = judged(
        on,
        "conversion_rate",
        brought={"conversion_rate"},
        covariates={"conversion_rate": "history"},
    )

    assert found[LAST, "treated"]["x0"] == 4.5
    assert found[LAST, "treated"]["yx0"] == pytest.approx(0.75)


def test_values_are_added_up_by_store() -> None:
    """Leeds: 40 and 0. York: 20. Hull: 5. Bath is in both arms."""
    on = facts(
        [
            event("order", 1, "2026-11-03T10:00", amount=40.0),
            event("order", 3, "2026-11-03T10:00", amount=20.0),
            event("order", 4, "2026-11-03T10:00", amount=5.0),
            event("order", 5, "2026-11-03T10:00", amount=900.0),
            event("order", 1, "2026-10-12T10:00", amount=7.0),
        ],
        assignments=[
            *(assigned(record, unit="Leeds") for record in (1, 2)),
            assigned(3, unit="York"),
            assigned(4, "holdout", unit="Hull"),
            assigned(5, unit="Bath"),
            assigned(6, "holdout", unit="Bath"),
        ],
    )

    found = judged(on, "revenue_per_customer", "average_order_value", unit="store", before=28)

    treated = found[LAST, "treated"]
    assert (treated["n"], treated["y0"], treated["d0"]) == (2, 60.0, 3.0)
    assert (treated["yy0"], treated["dd0"], treated["yd0"]) == pytest.approx((200, 0.5, 10))
    assert (treated["d1"], treated["dd1"], treated["x0"]) == (2.0, 0.0, 7.0)
    assert found[LAST, "holdout"]["n"] == 1


def test_who_has_no_household_is_one_alone() -> None:
    on = facts(
        [event("order", who, "2026-11-03T10:00") for who in (1, 2, 3)],
        assignments=[assigned(1), assigned(2), assigned(3), assigned(4)],
        households={1: "1 High Street", 2: "1 High Street"},
    )

    row = judged(on, "conversion_rate", unit="household")[LAST, "treated"]

    assert (row["n"], row["y0"], row["d0"], row["missing0"]) == (3, 3.0, 4.0, 0)


def test_segments_are_of_the_year_before_the_start() -> None:
    on = facts(
        [
            event("order", 1, "2026-10-12T10:00"),
            event("order", 1, "2026-11-03T10:00"),
            event("order", 2, "2026-11-03T10:00"),
        ],
        assignments=[assigned(1), assigned(2), assigned(3)],
    )

    table = trials(
        on, [BY_KEY["conversion_rate"]], initiative_id=1, starts_on=FIRST, ends=[LAST],
        by_segment=True, zone=LONDON,
    )  # fmt: skip

    found = {row["segment"]: (row["n"], row["y0"]) for row in rows_of(table)}
    assert found == {"Asleep": (1, 1.0), "No order in a year": (2, 1.0)}


def test_an_order_came_back_whoever_brought_it() -> None:
    """One rule in tests and readings: the customer is the same, or the source."""
    rate = standard()["return_rate"]
    on = facts(
        [
            *(event("order", who, "2026-11-03T10:00", order_id=f"{who}") for who in (1, 2, 3, 4)),
            event("order", None, "2026-11-03T10:00", order_id="5"),
            event("return", None, "2026-11-05T10:00", order_id="1"),
            event("return", 9, "2026-11-05T10:00", order_id="2"),
            event("return", None, "2026-11-05T10:00", order_id="3", source_id=2),
            event("return", 4, "2026-11-05T10:00", order_id="4", source_id=2),
            event("return", None, "2026-11-05T10:00", order_id="5"),
        ],
        assignments=[assigned(1), assigned(2), assigned(3), assigned(4)],
    )

    (row,) = rows_of(trials(on, [rate], initiative_id=1, starts_on=FIRST, ends=[LAST], zone=LONDON))
    cut = totals(
        by_arm(on, rate, initiative_id=1), [rate], Windows([Window(FIRST, LAST)]), by="people"
    )

    assert (row["y0"], row["d0"]) == (3.0, 4.0)
    assert [(one["y0"], one["d0"]) for one in rows_of(cut) if one["scope"] == "treated"] == [(3, 4)]

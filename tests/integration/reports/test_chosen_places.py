"""Stores and regions that somebody chose: compared with the others, and never more than a D."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pyarrow.parquet as pq
import pytest
from django.conf import settings as django_settings
from django.test import Client
from django.urls import reverse
from pytest_django.asserts import assertContains

from campaigns.models import Initiative
from customers.models import Event
from reports.models import Result
from reports.queries.evidence import evidence_of
from strategy.models import Measure
from tests.factories.campaigns import InitiativeFactory, guardrail, measure, noon, plan
from tests.factories.customers import EventFactory, RecordFactory, SourceFactory
from tests.factories.trials import judged
from tests.integration.conftest import Bring

pytestmark = pytest.mark.django_db
GEO = django_settings.BASE_DIR.parent / "shared" / "data" / "geolift" / "geolift_test.parquet"
STARTS_ON, ENDS_ON = date(2026, 10, 5), date(2026, 10, 12)
BY_CITY = """
kind = "events"
[columns]
external_id = "location"
store = "location"
at = "date"
amount = "Y"
[constants]
event = "order"
currency = "GBP"
[formats]
at = "%Y-%m-%d"
zone = "Europe/London"
"""


def chosen(places: list[str], **said: Any) -> Initiative:
    """Launch it in these stores, which nobody drew by lot."""
    initiative = InitiativeFactory.create(
        **{
            "status": "live",
            "starts_on": STARTS_ON,
            "ends_on": ENDS_ON,
            "success_measure": measure("revenue_per_customer"),
        }
        | said,
        unit="store",
        holdout_share=Decimal(0),
        no_holdout_reason="The stores were chosen by hand.",
        places=places,
    )
    locked_at = noon(initiative.starts_on - timedelta(days=1))
    plan(initiative, unit="store", places=places, locked_at=locked_at)
    return initiative


def sell(weeks: dict[str, list[int]], last_week_ends_on: date = ENDS_ON) -> None:
    """Let each store sell so much on each day of its weeks, the last one ending then."""
    source = SourceFactory.create()
    for store, amounts in weeks.items():
        person = RecordFactory.create(source=source)
        for ago, amount in enumerate(reversed(amounts)):
            for weekday in range(7):
                day = last_week_ends_on - timedelta(days=7 * ago + 7 - weekday)
                at = datetime(day.year, day.month, day.day, 12, tzinfo=UTC)
                EventFactory.create(
                    record=person, kind="order", at=at, store=store, amount=amount + weekday
                )


def capped(at: int) -> Measure:
    """Define revenue per customer anew, with a cap of its own."""
    made = measure("revenue_per_customer")
    made.pk, made.version, made.cap = None, 2, Decimal(at)
    made.save()
    return made


def rows(result: Result) -> dict[str, dict[str, Any]]:
    return {row["method"]: row for row in result.observed["rows"]}


def test_stores_are_compared_on_a_baseline_that_nobody_chose_by(reader: Client) -> None:
    """Weekly, per day: earlier 10, chosen 7 (a low), window 13 in Leeds; the others as ever."""
    usual = {"Hull": [20, 21, 20], "Bath": [31, 30, 32], "Ely": [15, 15, 16], "Rye": [9, 10, 9]}
    sell({"Leeds": [10, 7, 13], "York": [12, 9, 16]} | usual)
    initiative = chosen(["Leeds", "York"])

    result = judged(initiative)

    by_difference = rows(result)["difference in differences"]
    others = (0 + 1 + 1 + 0) / 4 * 7
    assert by_difference["effect"] == pytest.approx((3 + 4) / 2 * 7 - others)
    assert (by_difference["treated"], by_difference["others"]) == (2, 4)
    assert (result.verdict, result.grade) == ("unproven", "E")
    assert result.why == "Evidence E: the audit found fault: low start."
    assert result.checks.get(key="low_start").status == "breach"
    assert result.checks.get(key="control_group").sentence == (
        "Two of six stores got it; chance did not choose which."
    )
    assert result.observed["missing"]["matched comparison"] == (
        "Too few weeks came before to match places by."
    )
    page = reader.get(reverse("initiative", args=[initiative.pk]))
    assertContains(page, "Difference in differences")
    assertContains(page, "2 beside 4")
    assertContains(page, "Too few weeks came before to match places by.")


def test_before_the_end_it_is_too_early() -> None:
    sell({"Leeds": [10, 10, 13], "York": [12, 12, 18], "Hull": [20, 21, 20], "Bath": [9, 9, 10]})

    result = judged(chosen(["Leeds", "York"]), data_until=date(2026, 10, 7))

    assert result.sentence.startswith("Too early to say. Day 3 of 7: by difference in differences")


def test_a_cap_is_on_what_a_customer_adds_in_the_whole_window() -> None:
    """One customer a store; nobody spends 100 on a day, but some do in a week, and count 100."""
    weeks = {"Leeds": [10, 10, 14], "York": [11, 11, 12], "Hull": [5, 6, 6], "Bath": [9, 8, 9]}
    sell(weeks)

    result = judged(chosen(["Leeds", "York"], success_measure=capped(100)))

    def counted(store: str, week: int) -> int:
        return min(100, 7 * weeks[store][week] + 21)

    def rise(*stores: str) -> float:
        return sum(counted(store, 2) - counted(store, 0) for store in stores) / len(stores)

    by_difference = rows(result)["difference in differences"]
    assert rise("Leeds", "York") == (100 - 91 + 100 - 98) / 2
    assert by_difference["effect"] == pytest.approx(rise("Leeds", "York") - rise("Hull", "Bath"))
    assert result.observed["missing"]["matched comparison"] == (
        "Its weeks do not add up to its window, so places are not matched."
    )


def test_people_are_counted_once_in_a_window() -> None:
    """One buyer in each store comes in every week; in Leeds on one day of the last, not seven."""
    sell({"Leeds": [10, 10, 13], "York": [12, 9, 16], "Hull": [20, 21, 20], "Bath": [9, 9, 10]})
    Event.objects.filter(store="Leeds", at__gte=noon(STARTS_ON + timedelta(days=1))).delete()
    buyers = measure("visit_rate")
    buyers.pk, buyers.version, buyers.counted = None, 2, ["order"]
    buyers.save()

    result = judged(chosen(["Leeds", "York"], success_measure=buyers))

    assert result.sentence == (
        "Nobody can say. All units changed by the same amount, so chance cannot be judged."
    )


def test_guardrails_are_compared_and_said(reader: Client) -> None:
    """In Leeds and York each order is worth far less; contacts and opt-outs name no store."""
    sell({"Leeds": [50, 51, 20], "York": [52, 50, 19], "Hull": [40, 41, 40], "Bath": [30, 31, 33]})
    initiative = chosen(["Leeds", "York"])
    initiative.plans.get().guardrails.set([guardrail("average_order_value"), guardrail()])

    result = judged(initiative)

    found = {one["measure"]: one for one in result.observed["guardrails"]}
    value, opt_outs = found["average_order_value"], found["opt_outs"]
    assert (value["standing"], opt_outs["standing"]) == ("may be worse", "not compared")
    assert value["row"]["effect"] == pytest.approx((-30 - 33) / 2 - (0 + 3) / 2)
    assert opt_outs["reason"].startswith("Nothing is known of Leeds and York in the window")
    said = "Average order value may be worse than agreed."
    assert result.sentence.startswith("It may have done harm. By difference in differences")
    assert result.sentence.endswith(f" {said}")
    assert result.safe_sentence == f"Nobody can say. Chance did not choose who got it. {said}"
    assert (result.verdict, result.grade) == ("unproven", "D")
    page = reader.get(reverse("initiative", args=[initiative.pk]))
    assertContains(page, "May be worse")
    assertContains(page, "25% worse")
    (told,) = reader.get("/api/v1/results").json()["results"]
    assert {one["measure"]: one["standing"] for one in told["observed_guardrails"]} == {
        "average_order_value": "may be worse",
        "opt_outs": "not compared",
    }


def test_amounts_without_a_rate_are_told() -> None:
    sell({"Leeds": [10, 10, 13], "York": [12, 9, 16], "Hull": [20, 21, 20], "Bath": [9, 9, 10]})
    yen = EventFactory.create(
        kind="order", at=noon(STARTS_ON), store="Hull", amount=900, currency="JPY"
    )
    EventFactory.create(
        kind="order", at=noon(STARTS_ON), store="", amount=900, currency="USD", record=yen.record
    )

    check = judged(chosen(["Leeds", "York"])).checks.get(key="rates")

    assert (check.status, check.sentence) == ("breach", "One order in JPY is left out: no rate.")


@pytest.mark.parametrize(
    ("places", "said", "sentence"),
    [
        (["Leeds", "Moon"], {}, "Nobody can say. Nothing is known of Moon in the window, or in"),
        (["Leeds", "Hull"], {}, "Nobody can say. There is no other place to compare with."),
        (["Leeds"], {}, "Nobody can say. Two units on each side are the least that can be"),
        (
            ["Leeds"],
            {"starts_on": date(2027, 1, 4), "ends_on": date(2027, 2, 1), "launched_at": None,
             "status": "agreed"},
            "It has not started. It opens on Mon 4 Jan",
        ),
    ],
)  # fmt: skip
def test_what_cannot_be_compared_says_why(
    places: list[str], said: dict[str, Any], sentence: str
) -> None:
    sell({"Leeds": [10, 10, 13], "Hull": [20, 21, 20]})

    result = judged(chosen(places, **said))

    assert result.sentence.startswith(sentence)
    assert (result.verdict, result.observed) == ("none", {})


@pytest.mark.real_data
@pytest.mark.skipif(not GEO.exists(), reason="GeoLift's data are not beside the project")
def test_two_cities_of_geolift_sold_more_than_at_any_quiet_time(bring: Bring) -> None:
    """Chicago and Portland, 15 days: +5.9% beside the other 38; no test by the city shows it."""
    table = pq.read_table(GEO)
    lines = zip(*(table[name].to_pylist() for name in ("location", "date", "Y")), strict=True)
    text = "location,date,Y\n" + "".join(f"{city},{on},{sold}\n" for city, on, sold in lines)
    done = bring(SourceFactory.create(key="tills"), text, BY_CITY)
    initiative = chosen(
        ["chicago", "portland"], starts_on=date(2021, 4, 1), ends_on=date(2021, 4, 16)
    )

    result = judged(initiative)

    assert (done.accepted_count, done.rejected_count) == (4_200, 0)
    assert (result.verdict, result.grade) == ("unproven", "D")
    assert result.sentence.startswith("Nobody can say that it worked. By difference in differences")
    placebo = result.checks.get(key="placebo")
    assert placebo.sentence.startswith("+5.9% against the comparison. At 61 earlier times with")
    assert set(rows(result)) == {
        "difference in differences",
        "regression on the units left alone",
        "matched comparison",
    }
    assert all(row["low"] < 0 < row["high"] and row["effect"] > 0 for row in rows(result).values())
    page = evidence_of(initiative.pk, [])
    assert page is not None
    assert {row.places for row in page.observed.rows} >= {"2 beside 38"}

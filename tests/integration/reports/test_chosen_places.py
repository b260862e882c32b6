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
from reports.models import Result
from reports.queries.evidence import evidence_of
from tests.factories.campaigns import InitiativeFactory, measure, noon, plan
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

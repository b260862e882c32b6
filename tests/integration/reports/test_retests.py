"""Retests run by themselves, change what a win is called, and tell the owner."""

from datetime import date, datetime, time, timedelta
from functools import partial
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from scipy import stats

from campaigns.models import Assignment, Initiative, Notice, Retest
from customers.models import Customer, Event, Work
from reports.actions.retests import give_due, retest
from reports.models import Feed, RetestResult
from reports.queries.lasted import lasted
from strategy.models import AuditEntry, Measure
from tests.factories.campaigns import InitiativeFactory, measure, plan
from tests.factories.customers import CustomerFactory, RecordFactory, SourceFactory
from tests.factories.reports import NOW, TODAY, WEEK, fed, judged, result, retested

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
START = TODAY - 20 * WEEK


def moment(on: date) -> datetime:
    return timezone.make_aware(datetime.combine(on, time(12)))


def ended(
    days: int = 90, *, success: str = "revenue_per_customer", unit: str = "customer"
) -> Initiative:
    """Return an initiative that ended so many days ago, with a retest due today."""
    made = InitiativeFactory.create(
        status="ended",
        success_measure=measure(success),
        starts_on=START,
        ends_on=TODAY - days * DAY,
    )
    plan(made, unit=unit, locked_at=moment(START - DAY))
    Retest.objects.create(initiative=made, days=days, due_on=TODAY)
    return made


def arms(of: Initiative, *, treated: tuple[int, int], holdout: tuple[int, int]) -> None:
    """Give forty customers an arm each so many orders early and late, every second one more.

    Ten of them belong to each of four places of their arm.
    """
    source = SourceFactory.create()
    events = []
    for arm, (early, late) in {"treated": treated, "holdout": holdout}.items():
        for number in range(40):
            record = RecordFactory.create(source=source, customer=CustomerFactory.create())
            Assignment.objects.create(
                initiative=of, record=record, arm=arm, unit=f"{arm} {number % 4}", at=moment(START)
            )
            more = number % 2
            event = partial(
                Event, source=source, record=record, kind="order", amount=1, currency="GBP"
            )
            events += [
                event(event_id=f"{record.pk}-early-{n}", at=moment(START + n * DAY))
                for n in range(early + more)
            ]
            events += [
                event(event_id=f"{record.pk}-late-{n}", at=moment(TODAY - (n + 1) * DAY))
                for n in range(late + more)
            ]
    Event.objects.bulk_create(events)
    fed(source, ["order"], newest_on=TODAY - DAY)


@pytest.mark.parametrize(
    ("treated", "holdout", "word"),
    [
        ((4, 9), (2, 4), "lasting"),
        ((8, 4), (2, 4), "faded"),
        ((8, 2), (2, 6), "borrowed"),
    ],
)
def test_what_became_of_the_gain(
    treated: tuple[int, int], holdout: tuple[int, int], word: str
) -> None:
    arms(ended(), treated=treated, holdout=holdout)

    assert retest(at=NOW) == {"retests": 1}

    found = RetestResult.objects.get()
    assert (found.word, found.treated_count, found.holdout_count) == (word, 40, 40)
    assert (found.starts_on, found.ends_on) == (TODAY - 30 * DAY, TODAY)


def test_the_owner_is_told_and_it_is_done_once() -> None:
    made = ended()
    arms(made, treated=(4, 9), holdout=(2, 4))
    retest(at=NOW)

    assert retest(at=NOW) == {"retests": 0}
    notice = Notice.objects.get()
    assert (notice.person, notice.initiative) == (made.owner, made)
    assert notice.entry == AuditEntry.objects.get(act="initiative.retest")
    assert Retest.objects.get().outcome.startswith("Lasting: ")


def test_it_waits_for_its_days() -> None:
    made = ended()
    assert give_due(at=NOW) is None  # no event is in
    arms(made, treated=(1, 1), holdout=(1, 1))

    assert give_due(at=NOW - DAY) is None
    assert give_due(at=NOW) == Work.objects.get(kind="retest").pk


def test_it_waits_for_the_source_that_is_furthest_behind() -> None:
    """Visits of today do not stand for the orders of a file that is six days behind."""
    arms(ended(), treated=(4, 9), holdout=(2, 4))
    fed(SourceFactory.create(), ["visit"], newest_on=TODAY)
    weekly = SourceFactory.create(promise_hours=168)
    fed(weekly, ["order"], newest_on=TODAY - 6 * DAY)
    assert (give_due(at=NOW), retest(at=NOW)) == (None, {"retests": 0})

    Feed.objects.filter(source=weekly).update(newest_on=TODAY - DAY)
    assert retest(at=NOW) == {"retests": 1}


@pytest.mark.parametrize("unit", ["store", "region"])
def test_what_was_randomised_by_place_is_looked_at_by_place(unit: str) -> None:
    """Four places of ten customers an arm: nine and ten orders each, against four and five."""
    arms(ended(unit=unit), treated=(4, 9), holdout=(2, 4))
    retest(at=NOW)

    found = RetestResult.objects.get()
    assert (found.word, found.treated_count, found.holdout_count) == ("lasting", 4, 4)
    late = stats.ttest_ind([9, 10, 9, 10], [4, 5, 4, 5], equal_var=False).confidence_interval(0.9)
    assert found.late == pytest.approx(5 / 30)
    assert found.late_low == pytest.approx(late.low / 30)
    assert found.late_high == pytest.approx(late.high / 30)


def test_a_household_is_looked_at_as_one() -> None:
    arms(ended(unit="household"), treated=(4, 9), holdout=(2, 4))
    of_holdout = Customer.objects.filter(records__assignments__arm="holdout")[:3]
    Customer.objects.filter(pk__in=of_holdout).update(household="1 High Street")
    retest(at=NOW)

    found = RetestResult.objects.get()
    assert (found.treated_count, found.holdout_count) == (40, 38)


def test_where_fewer_is_better_a_fall_is_a_gain() -> None:
    Measure.objects.filter(key="revenue_per_customer").update(better="fewer")
    arms(ended(), treated=(2, 4), holdout=(4, 9))
    retest(at=NOW)

    found = RetestResult.objects.get()
    assert found.word == "lasting"
    assert found.late == pytest.approx(5 / 30)
    assert (found.treated_count, found.holdout_count) == (40, 40)


@pytest.mark.parametrize(
    "changes",
    [
        {"fold": "orders"},
        {"fold": "categories"},
        {"shape": "returning", "fold": "people", "per": "people", "per_events": ["order"]},
    ],
)
def test_what_does_not_add_up_by_day_is_unknown(changes: dict[str, Any]) -> None:
    Measure.objects.filter(key="revenue_per_customer").update(**changes)
    arms(ended(), treated=(4, 9), holdout=(2, 4))
    retest(at=NOW)

    found = RetestResult.objects.get()
    assert (found.word, found.late) == ("unknown", None)
    assert "does not add up by day" in found.sentence


def test_what_cannot_be_looked_at_again_is_unknown_with_its_reason() -> None:
    arms(ended(success="average_order_value"), treated=(1, 1), holdout=(1, 1))
    retest(at=NOW)

    found = RetestResult.objects.get()
    assert (found.word, found.late) == ("unknown", None)
    assert "is not added up by customer" in found.sentence


def of(word: str, days: int) -> RetestResult:
    return RetestResult(word=word, sentence="So it is.", retest=Retest(days=days))


@pytest.mark.parametrize(
    ("done", "called"),
    [
        ([], "Win, provisional"),
        ([("lasting", 30)], "Win, provisional"),
        ([("lasting", 30), ("lasting", 90)], "Win, lasting"),
        ([("lasting", 90), ("unknown", 180)], "Win, lasting"),
        ([("lasting", 90), ("faded", 180)], "Win, faded"),
        ([("borrowed", 30)], "Win, borrowed"),
        ([("unknown", 30)], "Win, provisional"),
        ([("lasting", 30), ("unknown", 90)], "Win, lasting unknown"),
    ],
)
def test_a_win_is_provisional_until_it_has_lasted(done: list[tuple[str, int]], called: str) -> None:
    assert lasted("win", "Win", [of(*each) for each in done]).word == called


def test_no_other_verdict_changes() -> None:
    assert lasted("harm", "Harm", [of("lasting", 90)]).word == "Harm"


def test_a_program_reads_what_retests_found(reader: Client) -> None:
    faded, fresh, unproven = judged("win"), judged("hollow"), judged("unproven")
    for made, word, days in ((faded, "lasting", 30), (faded, "faded", 90), (unproven, "faded", 30)):
        retested(made, word, days=days)

    told = {one["initiative"]: one for one in reader.get("/api/v1/results").json()["results"]}

    assert [told[one.pk]["lasted"] for one in (faded, fresh, unproven)] == [
        "faded",
        "provisional",
        "",
    ]
    found = told[faded.pk]["retests"]
    assert [(one["days"], one["word"]) for one in found] == [(30, "lasting"), (90, "faded")]
    assert found[1]["sentence"] == "So it is: faded."
    assert told[fresh.pk]["retests"] == []


def test_the_page_shows_whether_it_lasted(reader: Client) -> None:
    made = ended()
    result(made, "win")
    arms(made, treated=(4, 9), holdout=(2, 4))
    retest(at=NOW)

    page = reader.get(f"/initiatives/{made.pk}/").content.decode()

    assert "Win, lasting" in page
    assert "Did it last?" in page

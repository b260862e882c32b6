"""All initiatives together: sums without luck, what to stop and to widen, with reasons."""

import pytest
from django.test import Client

from campaigns.models import CompanyHoldout, Decision, Held, Joining
from reports.models import Outcome, Result
from reports.queries.portfolio import portfolio
from strategy.actions.sheets import publish_sheet
from strategy.models import Measure, Role
from tests.factories.campaigns import InitiativeFactory, measure, plan
from tests.factories.copying import done, happens, refreshed
from tests.factories.customers import EventFactory, RecordFactory
from tests.factories.reports import NOW, TODAY, WEEK, judged, result, retested
from tests.factories.strategy import PersonFactory, SheetFactory, person

pytestmark = pytest.mark.django_db


def test_nothing_adds_up_to_nothing() -> None:
    found = portfolio(NOW, [])

    assert (found.sums, found.stop, found.widen, found.costs) == ([], [], [], [])
    assert found.answer == "No initiative has a difference yet that could be added up."


def test_the_sum_of_winners_is_less_without_luck() -> None:
    for verdict in ("win", "win", "unproven"):
        judged(verdict, status="ended")

    found = portfolio(NOW, [])

    (row,) = found.sums
    claimed, corrected = (int(text.replace(",", "")) for text in (row.claimed, row.corrected))
    assert 0 < corrected < claimed
    assert row.tests == "Two winners of three tests"
    assert found.answer == (
        "No initiatives to stop, two to widen. Winning tests claim "
        f"{row.claimed} extra customers ({row.measure}), {row.corrected} without luck."
    )


def test_without_a_winner_the_page_says_so() -> None:
    judged("unproven", status="ended")

    assert portfolio(NOW, []).answer.endswith("No test has won.")


def test_what_is_held_is_in_no_sum() -> None:
    held = judged("hold", status="ended")

    found = portfolio(NOW, [])

    assert (found.sums, found.left_out) == ([], [f"{held}: hold."])


@pytest.mark.parametrize("unit", ["household", "store", "region"])
def test_what_was_not_randomised_by_customer_is_in_no_sum_and_no_cost(unit: str) -> None:
    made = InitiativeFactory.create(
        status="ended", cost=1000, success_measure=measure("orders_per_customer")
    )
    result(made, "win", plan=plan(made, unit=unit))

    found = portfolio(NOW, [])

    said = f"t was randomised by {unit}, and its effect is one per customer."
    assert (found.sums, found.left_out) == ([], [f"{made}: i{said}"])
    (row,) = found.costs
    assert (row.each, row.reason) == ("", f"I{said}")


def test_days_since_something_are_in_no_sum() -> None:
    Measure.objects.filter(key="conversion_rate").update(fold="events", shape="recency")

    made = judged("win")

    found = portfolio(NOW, [])
    assert (found.sums, found.left_out) == (
        [],
        [f"{made}: its measure is not added up by customer."],
    )


def test_an_effect_per_week_is_added_up_over_the_weeks() -> None:
    for key, weeks in (("orders_per_customer", 1), ("contacts_per_week", 2)):
        Measure.objects.filter(key=key).update(better="more")
        made = InitiativeFactory.create(
            name=f"{weeks} weeks",
            success_measure=measure(key),
            starts_on=TODAY - 9 * WEEK,
            ends_on=TODAY - (9 - weeks) * WEEK,
        )
        result(made, "win")

    once, by_week = (int(row.claimed.replace(",", "")) for row in portfolio(NOW, []).sums)

    assert by_week == pytest.approx(2 * once, abs=1)


def test_harm_is_stopped_before_a_hollow_win_and_a_win_is_widened() -> None:
    hollow, harm, win = (judged(each) for each in ("hollow", "harm", "win"))

    found = portfolio(NOW, [])

    assert [row.pk for row in found.stop] == [harm.pk, hollow.pk]
    assert [row.pk for row in found.widen] == [win.pk]
    assert found.stop[1].reasons == "Harmed: opt-outs."


@pytest.mark.parametrize("status", ["ended", "reviewed"])
def test_what_is_over_needs_no_stopping(status: str) -> None:
    for verdict in ("harm", "hollow"):
        judged(verdict, status=status)

    assert portfolio(NOW, []).stop == []


def test_a_win_that_faded_is_not_widened() -> None:
    retested(judged("win", status="ended"), "faded")

    found = portfolio(NOW, [])

    assert (found.stop, found.widen) == ([], [])


def test_what_is_decided_is_named_no_more_until_the_verdict_changes() -> None:
    harm, win = judged("harm"), judged("win")
    for one, verdict in ((harm, "harm"), (win, "win")):
        Decision.objects.create(
            initiative=one,
            verdict=verdict,
            choice="keep",
            reason="It goes on.",
            decided_by=one.owner,
            decided_at=NOW,
        )

    decided = portfolio(NOW, [])
    Result.objects.filter(initiative=harm).update(verdict="hollow")
    changed = portfolio(NOW, [])

    assert (decided.stop, decided.widen) == ([], [])
    assert ([row.pk for row in changed.stop], changed.widen) == ([harm.pk], [])


def test_what_lasted_is_widened_before_what_is_not_known_to() -> None:
    unknown, lasting = (judged("win", status="ended", name=name) for name in ("First", "Second"))
    retested(unknown, "unknown")
    retested(lasting, "lasting")

    found = portfolio(NOW, [])

    assert [row.word for row in found.widen] == ["Win, lasting", "Win, lasting unknown"]
    assert found.widen[0].reasons == "It worked, nothing was harmed, and it has lasted."
    assert found.widen[1].reasons.endswith("whether it lasts is not known yet.")


def test_an_extra_order_costs_what_the_extra_ones_share() -> None:
    win = judged("win", status="ended", cost=1000)
    success = Outcome.objects.get(result__initiative=win, part="success")
    assert success.effect is not None
    extra = success.effect * success.treated_count

    (row,) = portfolio(NOW, []).costs

    assert row.each == f"£{1000 / extra:.2f}"
    assert row.reason == ""


def test_without_a_holdout_nobody_can_say_what_an_order_costs() -> None:
    judged("none", status="ended", cost=1000, holdout_share=0)

    (row,) = portfolio(NOW, []).costs

    assert (row.each, row.reason) == ("", "Nobody was held out.")


def test_the_company_holdout_answers_beside_the_sum() -> None:
    assert portfolio(NOW, []).company.word == "None"
    since = NOW - 10 * WEEK
    CompanyHoldout.objects.create(
        share="0.5",
        salt="a",
        since=since,
        set_at=since,
        set_by=PersonFactory.create(),
        reason="To check.",
    )
    records = [RecordFactory.create() for _ in range(80)]
    Held.objects.bulk_create(Held(record=one, since=since) for one in records[:30])
    Joining.objects.bulk_create(Joining(record=one) for one in records[30:40])
    for one in [*records[:8], *records[40:60]]:
        EventFactory.create(record=one, kind="order", at=NOW - WEEK)
    EventFactory.create(record=records[39], kind="order", at=since - WEEK)  # before it

    said = portfolio(NOW, []).company

    assert said.word.startswith("+30.0 points (")
    assert "40 customers held out since" in said.sentence
    assert ", 40 not. 10 of those held out are still treated" in said.sentence


def test_the_share_of_personal_contacts_is_counted_in_the_background(reader: Client) -> None:
    sheet = SheetFactory.create(term__kind="personalisation", term__counts="yes")
    publish_sheet(sheet=sheet, by=person(Role.EXECUTIVE), at=NOW)
    InitiativeFactory.create(key="lights", kind="personalisation")
    InitiativeFactory.create(key="sofas", kind="segmentation")
    for key in ("lights", "sofas", "sofas", ""):
        happens("contact", RecordFactory.create(), NOW - WEEK, initiative=key)
    refreshed(at=NOW)

    first = reader.get("/reports/portfolio/").text
    done("answer", at=NOW)
    then = reader.get("/reports/portfolio/", headers={"HX-Request": "true"}).text

    assert "Being counted." in first
    assert "<b>25.0%</b>" in then
    assert "1 of 4 marketing contacts" in then
    assert "hx-get" not in then

"""Initiatives judged from what was imported: figures, verdicts, reasons where there are none."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from campaigns.models import Assignment, Initiative, Plan
from config.demo import hillstrom
from customers.actions import work as ledger
from customers.actions.imports import hand_in
from customers.actions.kinds import KINDS
from customers.actions.linking import link_everybody
from customers.intake.mapping import parse
from customers.models import Event, Identifier, Record, Source
from reports.actions.refresh import refresh
from reports.actions.results import judge_initiative
from reports.models import Feed, Outcome, Result
from strategy.language.dates import TEN_YEARS_HOURS
from tests.factories.campaigns import InitiativeFactory, guardrail, measure, noon
from tests.factories.customers import EventFactory, RecordFactory, SourceFactory
from tests.factories.reports import fed
from tests.factories.strategy import PersonFactory
from tests.integration.conftest import NOW, Bring

pytestmark = pytest.mark.django_db
STARTS_ON, ENDS_ON = date(2026, 10, 26), date(2026, 11, 9)
DURING = datetime(2026, 10, 28, 12, tzinfo=UTC)
DATA = django_settings.BASE_DIR.parent / "shared" / "data" / "hillstrom" / "hillstrom.csv.gz"


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
    plan = Plan.objects.create(
        initiative=initiative,
        success_measure=initiative.success_measure,
        holdout_share=initiative.holdout_share,
        smallest_effect=initiative.smallest_effect,
        unit=initiative.unit,
        starts_on=initiative.starts_on,
        ends_on=initiative.ends_on,
        locked_at=datetime.combine(initiative.starts_on, datetime.min.time(), tzinfo=UTC)
        - timedelta(days=1),
        locked_by=PersonFactory.create(),
    )
    plan.guardrails.set([guardrail("opt_outs")])
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
    for record in records:
        EventFactory.create(record=record, kind=kind, at=at, **fields)


def test_events_of_the_window_are_counted_over_everybody_assigned() -> None:
    initiative = launched()
    treated = assigned(initiative, "treated", 40)
    holdout = assigned(initiative, "holdout", 20)
    do(treated[:8] + treated[:3] + holdout[:2], "order")
    do(treated + holdout, "contact")
    do(treated[:4], "opt_out")
    do(treated[:2], "contact", transactional=True)
    do(holdout[2:], "order", at=datetime(2026, 11, 9, tzinfo=UTC))  # a moment too late
    do(holdout[2:], "order", at=datetime(2026, 10, 25, 23, 59, 59, tzinfo=UTC))  # too early
    do([RecordFactory.create()], "order")

    result = judged(initiative)

    sold = outcome(result, "success", "conversion_rate")
    assert (sold.treated_count, sold.holdout_count) == (40, 20)
    assert (sold.treated_mean, sold.holdout_mean) == (0.2, 0.1)
    assert sold.effect == pytest.approx(0.1)
    assert sold.relative is None  # two of twenty are too few to be a base
    safe = outcome(result, "guardrail", "opt_outs")
    assert safe.treated_mean == pytest.approx(100)
    assert safe.holdout_mean == 0
    assert (safe.margin, safe.limit) == (0.25, 3)
    assert (result.starts_on, result.ends_on, result.as_of) == (STARTS_ON, ENDS_ON, NOW)
    assert [week.ends_on for week in result.progress.all()] == [date(2026, 11, 2), ENDS_ON]
    last = result.progress.last()
    assert last is not None
    assert last.effect == pytest.approx(0.1)


def test_the_window_is_of_the_company_s_days() -> None:
    """Summer time ends on 25 October: 26 October begins at midnight UTC, in June an hour before."""
    initiative = launched(starts_on=date(2026, 6, 1), ends_on=date(2026, 6, 8))
    treated, holdout = assigned(initiative, "treated", 4), assigned(initiative, "holdout", 4)
    do(treated[:1], "order", at=datetime(2026, 5, 31, 23, tzinfo=UTC))
    do(treated[1:2], "order", at=datetime(2026, 6, 7, 22, 59, 59, tzinfo=UTC))
    do(holdout[:1], "order", at=datetime(2026, 5, 31, 22, 59, 59, tzinfo=UTC))
    do(holdout[1:2], "order", at=datetime(2026, 6, 7, 23, tzinfo=UTC))

    sold = outcome(judged(initiative), "success", "conversion_rate")

    assert (sold.treated_mean, sold.holdout_mean) == (0.5, 0)


def test_days_whose_data_are_not_in_do_not_count() -> None:
    initiative = launched()
    assigned(initiative, "treated", 4)
    assigned(initiative, "holdout", 4)

    assert judged(initiative, data_until=date(2026, 10, 30)).ends_on == date(2026, 10, 31)
    assert judged(initiative, data_until=date(2026, 10, 1)).ends_on == STARTS_ON
    assert judged(initiative, data_until=None).ends_on == ENDS_ON


def test_a_linked_person_counts_once_and_in_both_arms_not_at_all() -> None:
    initiative = launched()
    here, there = SourceFactory.create(), SourceFactory.create()
    treated = assigned(initiative, "treated", 5, source=here)
    also_treated = assigned(initiative, "treated", 1, source=there)
    holdout = assigned(initiative, "holdout", 5, source=there)
    link([treated[0], also_treated[0]], [treated[1], holdout[0]])
    do([treated[0], also_treated[0]], "order")

    result = judged(initiative)

    sold = outcome(result, "success", "conversion_rate")
    assert (sold.treated_count, sold.holdout_count) == (4, 4)
    assert sold.treated_mean == 0.25
    check = result.checks.get(key="both_arms")
    assert check.status == "breach"
    assert check.sentence == "One customer is in two arms and left out of the result."


def test_ratios_are_of_sums() -> None:
    initiative = launched(success="average_order_value")
    treated, holdout = assigned(initiative, "treated", 3), assigned(initiative, "holdout", 3)
    do(treated[:1] * 3, "order", amount=Decimal(10))
    do(treated[1:2], "order", amount=Decimal(50))
    do(treated[2:], "order", amount=Decimal(900), currency="EUR")
    do(holdout, "order", amount=Decimal(20))

    result = outcome(judged(initiative), "success", "average_order_value")

    assert result.treated_mean == pytest.approx(20)
    assert result.holdout_mean == pytest.approx(20)
    assert result.effect == pytest.approx(0, abs=1e-12)


def test_the_source_that_is_furthest_behind_says_which_days_are_in() -> None:
    """Visits come live, orders by the week: six days behind, they are what the test waits for."""
    initiative = launched()
    web, tills, old, once = (
        SourceFactory.create(promise_hours=hours) for hours in (1, 168, 24, TEN_YEARS_HOURS)
    )
    fed(web, ["visit"], newest_on=date(2026, 11, 5))
    fed(tills, ["order", "visit"], newest_on=date(2026, 10, 30))
    fed(tills, ["return"], newest_on=date(2026, 10, 31))
    fed(old, ["order"], newest_on=STARTS_ON - timedelta(days=3))
    fed(once, ["order"], newest_on=STARTS_ON)
    fed(SourceFactory.create(), ["survey_answer"], newest_on=STARTS_ON)

    assert judge_initiative(initiative, at=NOW).ends_on == date(2026, 11, 1)


def test_sources_that_fell_silent_are_believed_where_there_is_no_other() -> None:
    initiative = launched()

    assert judged(initiative, data_until=STARTS_ON - timedelta(days=9)).ends_on == STARTS_ON


def test_guardrails_of_events_bound_a_test_whose_outcomes_were_brought() -> None:
    initiative = launched()
    outcomes = {"conversion_rate": 1}
    for arm in ("treated", "holdout"):
        assigned(initiative, arm, 4, outcomes=outcomes)
    fed(SourceFactory.create(), ["visit", "order"], newest_on=date(2026, 10, 27))
    assert judge_initiative(initiative, at=NOW).ends_on == ENDS_ON

    fed(SourceFactory.create(), ["contact"], newest_on=date(2026, 10, 30))
    assert judge_initiative(initiative, at=NOW).ends_on == date(2026, 10, 31)


def test_brought_outcomes_are_used_in_place_of_events() -> None:
    initiative = launched()
    brought = [{"conversion_rate": 1, "visit_rate": 1, "revenue_per_customer": 12.5}]
    nothing = [{"conversion_rate": 0, "visit_rate": 0, "revenue_per_customer": 0}]
    for outcomes, people in ((brought[0], 3), (nothing[0], 7)):
        do(assigned(initiative, "treated", people, outcomes=outcomes), "order")
    for outcomes, people in ((brought[0], 1), (nothing[0], 9)):
        assigned(initiative, "holdout", people, outcomes=outcomes)

    result = judged(initiative)

    sold = outcome(result, "success", "conversion_rate")
    assert sold.treated_mean == pytest.approx(0.3)
    assert sold.holdout_mean == pytest.approx(0.1)
    also = {one.measure.key: one for one in result.outcomes.filter(part="also")}
    assert set(also) == {"visit_rate", "revenue_per_customer"}
    assert also["revenue_per_customer"].treated_mean == pytest.approx(3.75)
    assert result.ends_on == ENDS_ON
    assert not result.progress.exists()


def test_a_person_without_a_brought_value_is_missing_not_a_nought() -> None:
    initiative = launched()
    assigned(initiative, "treated", 3, outcomes={"conversion_rate": 1})
    do(assigned(initiative, "treated", 2, outcomes={"conversion_rate": None}), "order")
    assigned(initiative, "holdout", 4, outcomes={"conversion_rate": 0, "visit_rate": 1})
    assigned(initiative, "holdout", 1)

    result = judged(initiative)

    gap = (
        "2 of five treated customers and 1 of five held-out customers have no value of "
        "“Conversion rate”; bring one for everybody, 0 where nothing happened."
    )
    sold = outcome(result, "success", "conversion_rate")
    assert (sold.treated_count, sold.treated_mean, sold.effect) == (5, None, None)
    assert sold.reason == gap
    assert (result.verdict, result.sentence) == ("none", f"Nobody can say. {gap}")
    assert outcome(result, "also", "visit_rate").treated_mean is None


def test_outcomes_of_linked_records_are_added_up_or_are_one_that_did_it() -> None:
    initiative = launched()
    values = [(0, 10), (1, 2), (1, 5)]
    treated = [
        assigned(
            initiative,
            "treated",
            1,
            outcomes={"conversion_rate": sold, "revenue_per_customer": spent},
        )[0]
        for sold, spent in values
    ]
    treated += assigned(initiative, "treated", 1)
    assigned(initiative, "treated", 1, outcomes={"conversion_rate": 0, "revenue_per_customer": 3})
    assigned(initiative, "holdout", 2, outcomes={"conversion_rate": 0, "revenue_per_customer": 0})
    link(treated)

    result = judged(initiative)

    assert outcome(result, "success", "conversion_rate").treated_mean == 0.5
    assert outcome(result, "also", "revenue_per_customer").treated_mean == 10


def test_a_rate_per_event_cannot_be_brought_as_one_number() -> None:
    initiative = launched(success="average_order_value")
    for arm in ("treated", "holdout"):
        assigned(initiative, arm, 3, outcomes={"average_order_value": 12})

    result = judged(initiative)

    assert result.verdict == "none"
    assert "not what they are divided by" in result.sentence


def test_a_test_by_store_is_not_judged_by_customer() -> None:
    initiative = launched()
    do(assigned(initiative, "treated", 30, unit="Leeds")[:20], "order")
    assigned(initiative, "holdout", 10, unit="York")

    result = judged(initiative)

    assert result.verdict == "none"
    assert result.sentence == (
        "Nobody can say. Its plan says that each customer is randomised, but its assignments name "
        "stores or regions, such as “York”; change the plan to what was randomised."
    )
    assert not result.outcomes.filter(effect__isnull=False).exists()
    assert not result.progress.exists()


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        (
            {"status": "ended", "launched_at": None, "ended_at": DURING},
            "Nobody can say. It was called off before its launch.",
        ),
        (
            {"status": "agreed"},
            "Nobody can say. Its first planned day has passed, and it was not launched.",
        ),
        (
            {"status": "ended", "ended_at": datetime(2026, 10, 25, 12, tzinfo=UTC)},
            "Nobody can say. It ended before its first planned day.",
        ),
    ],
)
def test_what_never_ran_is_not_measured(fields: dict[str, Any], sentence: str) -> None:
    initiative = launched(**{"created_at": datetime(2026, 10, 1, tzinfo=UTC)} | fields)
    do(assigned(initiative, "treated", 30)[:20], "order")
    assigned(initiative, "holdout", 30)

    result = judged(initiative)

    assert (result.verdict, result.sentence) == ("none", sentence)
    assert not result.outcomes.filter(effect__isnull=False).exists()
    assert not result.progress.exists()


def test_what_ended_early_is_judged_over_the_days_that_it_ran() -> None:
    initiative = launched(status="ended", ended_at=datetime(2026, 10, 30, 12, tzinfo=UTC))
    treated, holdout = assigned(initiative, "treated", 40), assigned(initiative, "holdout", 40)
    do(treated[:8] + holdout[:4], "order")
    do(holdout[4:], "order", at=datetime(2026, 11, 2, 12, tzinfo=UTC))

    result = judged(initiative)

    assert result.ends_on == date(2026, 10, 31)
    assert outcome(result, "success", "conversion_rate").holdout_mean == pytest.approx(0.1)
    assert result.sentence.startswith(
        "Nobody can say that it worked. It ended after 5 of 14 planned days: Conversion rate "
    )
    window = result.checks.get(key="window")
    assert (window.status, window.sentence) == (
        "near",
        "It ended on Fri 30 Oct, after 5 of 14 planned days; every interval allows for that.",
    )


def test_the_end_on_the_last_planned_day_is_not_early() -> None:
    initiative = launched(status="ended", ended_at=datetime(2026, 11, 8, 17, tzinfo=UTC))
    assigned(initiative, "treated", 4)
    assigned(initiative, "holdout", 4)

    assert judged(initiative).checks.get(key="window").status == "ok"


def test_who_was_assigned_late_is_counted_and_after_the_window_left_out() -> None:
    initiative = launched()
    assigned(initiative, "treated", 5)
    assigned(initiative, "treated", 3, at=DURING)
    assigned(initiative, "treated", 2, at=datetime(2026, 11, 9, tzinfo=UTC))
    assigned(initiative, "holdout", 8)

    result = judged(initiative)

    sold = outcome(result, "success", "conversion_rate")
    assert (sold.treated_count, sold.holdout_count) == (8, 8)
    check = result.checks.get(key="assigned")
    assert (check.status, check.sentence) == (
        "near",
        (
            "Three customers were assigned after the start; their days before it count as well. "
            "Two customers were assigned after the days counted and left out."
        ),
    )


def test_the_company_s_limit_is_held_against_rates_per_event_only() -> None:
    initiative = launched()
    Plan.guardrails.through.objects.all().delete()
    plan = Plan.objects.get()
    plan.guardrails.set([guardrail("contacts_per_week"), guardrail("opt_outs")])
    treated, holdout = assigned(initiative, "treated", 300), assigned(initiative, "holdout", 300)
    do(treated * 8, "contact")
    do(holdout * 5, "contact")
    do(treated[:30] + holdout[:1], "opt_out")

    result = judged(initiative)

    assert outcome(result, "guardrail", "contacts_per_week").limit is None
    left = outcome(result, "guardrail", "opt_outs")
    assert (left.limit, left.get_status_display()) == (3, "Harmed")


def test_without_holdout_nothing_is_measured() -> None:
    initiative = launched(holdout_share="0")
    do(assigned(initiative, "treated", 10)[:5], "order")

    result = judged(initiative)

    assert result.verdict == "none"
    assert not result.outcomes.filter(effect__isnull=False).exists()


@pytest.mark.parametrize("arm", [None, "treated", "holdout"])
def test_a_test_that_lacks_an_arm_is_not_measured(arm: str | None) -> None:
    initiative = launched()
    if arm:
        do(assigned(initiative, arm, 10)[:5], "order")

    result = judged(initiative)

    assert result.verdict in {"none", "hold"}
    assert result.sentence
    assert not result.outcomes.filter(effect__isnull=False).exists()
    assert not result.outcomes.filter(effect=None, reason="").exists()
    assert not result.progress.exists()


@pytest.mark.parametrize("everybody", [True, False])
def test_when_everybody_does_the_same_nothing_is_proven(everybody: bool) -> None:
    initiative = launched()
    people = assigned(initiative, "treated", 10) + assigned(initiative, "holdout", 10)
    if everybody:
        do(people, "order")

    result = judged(initiative)

    sold = outcome(result, "success", "conversion_rate")
    assert (sold.treated_mean, sold.holdout_mean) == (float(everybody), float(everybody))
    assert result.verdict == "none"
    assert sold.p is None
    assert sold.reason == "Every customer has the same value, so chance cannot be judged."


def test_what_has_not_started_is_not_measured() -> None:
    initiative = launched(starts_on=date(2026, 12, 1), ends_on=date(2026, 12, 29))
    assigned(initiative, "treated", 10)
    assigned(initiative, "holdout", 10)

    result = judged(initiative)

    assert result.verdict == "none"
    assert result.starts_on == result.ends_on == date(2026, 12, 1)
    assert not result.progress.exists()


def test_customers_whom_others_reached_in_one_arm_hold() -> None:
    initiative = launched()
    treated, held = (assigned(initiative, arm, 60) for arm in ("treated", "holdout"))
    do(treated[:30], "order")
    do(treated[:40], "contact", initiative="another")
    do(held[:5], "contact", initiative="another", transactional=True)
    do(held[:5], "contact", initiative=initiative.key)

    result = judged(initiative)

    overlap = result.checks.get(key="overlap")
    assert (result.verdict, result.grade, overlap.status) == ("hold", "D", "breach")
    assert overlap.sentence.startswith("0.0% of holdout and 66.7% of treated got something")


def test_a_plan_changed_after_the_start_says_what_was_changed() -> None:
    initiative = launched()
    assigned(initiative, "treated", 10)
    assigned(initiative, "holdout", 10)
    Plan.objects.create(
        initiative=initiative,
        version=2,
        reason="Orders are too few.",
        success_measure=measure("revenue_per_customer"),
        holdout_share=initiative.holdout_share,
        smallest_effect=initiative.smallest_effect,
        starts_on=STARTS_ON,
        ends_on=ENDS_ON,
        locked_at=DURING,
        locked_by=PersonFactory.create(),
    )

    changes = judged(initiative).checks.get(key="plan_changes")

    assert changes.status == "breach"
    assert changes.sentence.startswith(
        "After the start, on Wed 28 Oct the success measure was switched from "
    )


def test_judging_again_replaces_and_costs_the_same_for_many_people() -> None:
    initiative = launched()
    costs = []
    for _ in range(3):
        do(assigned(initiative, "treated", 30)[:9], "order")
        assigned(initiative, "holdout", 30)
        with CaptureQueriesContext(connection) as queries:
            judge_initiative(initiative, at=NOW)
        costs.append(len(queries))

    assert costs[1] == costs[2] <= 23
    assert Result.objects.count() == 1
    assert Outcome.objects.filter(part="success").count() == 1


def test_a_refresh_judges_what_it_touches_and_nothing_else(bring: Bring) -> None:
    touched = launched(key="touched")
    fields: dict[str, Any] = {"starts_on": date(2026, 10, 5), "ends_on": date(2026, 10, 19)}
    untouched = launched(key="untouched", **fields)
    InitiativeFactory.create(key="draft", starts_on=STARTS_ON, ends_on=ENDS_ON)
    Initiative.objects.update(is_stale=False)
    bring(SourceFactory.create(), "event,external_id,at\nvisit,A,2026-11-08T12:00Z\n")

    told = refresh(progress=SimpleNamespace(step=""), at=NOW)

    assert told["initiatives"] == 1
    assert set(Result.objects.values_list("initiative", flat=True)) == {touched.pk}
    everything = refresh(progress=SimpleNamespace(step=""), at=NOW, everything=True)
    assert everything["initiatives"] == 2
    assert untouched.pk in Result.objects.values_list("initiative", flat=True)
    assert not Initiative.objects.exclude(status="draft").filter(is_stale=True).exists()


def test_linking_people_of_a_test_has_it_judged_again(bring: Bring) -> None:
    """Also where they did nothing while it ran: who is in which arm has changed."""
    initiative = launched(key="lights")
    here, there = SourceFactory.create(), SourceFactory.create()
    header = "initiative,external_id,arm,at\n"
    bring(here, f"{header}lights,A,treated,2026-10-28\n")
    bring(there, f"{header}lights,X,holdout,2026-10-28\n")
    refresh(progress=SimpleNamespace(step=""), at=NOW)
    assert outcome_counts(initiative) == (1, 1)

    for source, name in ((here, "A"), (there, "X")):
        bring(source, f"external_id,email\n{name},ada@example.org\n")
    refresh(progress=SimpleNamespace(step=""), at=NOW)

    assert outcome_counts(initiative) == (0, 0)


def outcome_counts(initiative: Initiative) -> tuple[int, int]:
    found = Outcome.objects.filter(result__initiative=initiative, part="success").first()
    return (found.treated_count, found.holdout_count) if found else (0, 0)


@pytest.mark.real_data
@pytest.mark.skipif(not DATA.exists(), reason="the public mail test is not beside the project")
@pytest.mark.usefixtures("import_folder")
def test_the_real_mail_test_of_2008() -> None:
    hillstrom.add_spend()
    source = SourceFactory.create(key="hillstrom")
    kinds = {name: registered.kind for name, registered in KINDS.items()}
    found = {}
    for key, _, _, theirs in hillstrom.TESTS:
        initiative = launched(key=key, starts_on=hillstrom.STARTS_ON, ends_on=hillstrom.ENDS_ON)
        others = ({hillstrom.MENS, hillstrom.WOMENS} - {theirs}).pop()
        mapping = hillstrom.MAPPING.format(key=key, theirs=theirs, others=others)
        imported = hand_in(
            source=source,
            path=Path(DATA),
            file_name=DATA.name,
            mapping=parse(mapping, kinds),
            at=NOW,
            by=None,
            ring_now=False,
        )
        ledger.see_through(imported.work_id, clock=timezone.now)
        imported.refresh_from_db()
        assert (imported.read_count, imported.rejected_count) == (64_000, 0)
        result = judged(initiative, data_until=None)
        found[theirs] = {one.measure.key: one for one in result.outcomes.exclude(part="guardrail")}

    mens, womens = found[hillstrom.MENS], found[hillstrom.WOMENS]
    assert Record.objects.count() == 64_000
    assert not Event.objects.exists()
    assert figures(mens, "visit_rate", 100, 1) == (18.3, 10.6)
    assert figures(womens, "visit_rate", 100, 1) == (15.1, 10.6)
    assert figures(mens, "conversion_rate", 100, 3) == (1.253, 0.573)
    assert figures(womens, "conversion_rate", 100, 3) == (0.884, 0.573)
    assert figures(mens, "spend_usd", 1, 3) == (1.423, 0.653)
    assert figures(womens, "spend_usd", 1, 3) == (1.077, 0.653)
    assert mens["conversion_rate"].effect == pytest.approx(0.0068, abs=0.00005)
    assert (mens["conversion_rate"].treated_count, womens["visit_rate"].treated_count) == (
        21_307,
        21_387,
    )


def figures(
    outcomes: dict[str, Outcome], key: str, times: int, places: int
) -> tuple[float | None, ...]:
    one = outcomes[key]
    return tuple(
        None if mean is None else round(mean * times, places)
        for mean in (one.treated_mean, one.holdout_mean)
    )

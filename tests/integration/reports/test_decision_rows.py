from datetime import date, timedelta

import pytest

from campaigns.models import Initiative
from reports.queries.decisions import DecisionRow, decision_rows, friday, unsigned_sheet
from reports.queries.freshness import source_rows
from reports.queries.guardrails import guardrail_rows
from reports.queries.initiatives import initiative_rows
from strategy.actions.sheets import sign_sheet
from strategy.models import Role
from tests.factories.campaigns import InitiativeFactory, guardrail
from tests.factories.reports import NOW, TODAY, judged, source, weeks
from tests.factories.strategy import DepartmentFactory, person, published_sheet

pytestmark = pytest.mark.django_db
THIS_FRIDAY = date(2026, 11, 27)


def asked() -> list[DecisionRow]:
    sources = source_rows(NOW)
    return decision_rows(
        NOW,
        initiatives=initiative_rows(Initiative.objects.all(), sources),
        guardrails=guardrail_rows(NOW, sources),
        sources=[source.age for source in sources],
        unsigned=unsigned_sheet(),
    )


def test_an_empty_company_has_nothing_to_decide() -> None:
    assert asked() == []


def test_a_live_hollow_win_is_decided_by_friday() -> None:
    initiative = judged("hollow", name="Basket rescue")

    (row,) = asked()

    assert (row.due_on, row.due, row.word) == (
        THIS_FRIDAY,
        "By Fri 27 Nov",
        "Hollow win, provisional",
    )
    assert row.title == "Decide on Basket rescue"
    assert row.reason == "Conversion rate +12.7% (2.2 to 24.2). Harmed: opt-outs."
    assert (row.leads_to, row.initiative) == ("initiative", initiative.pk)
    assert row.owner == f"{initiative.owner.name}, Marketing"


@pytest.mark.parametrize(("days_ago", "count"), [(1, 1), (28, 1), (29, 0)])
def test_a_harm_that_ended_is_decided_within_four_weeks(days_ago: int, count: int) -> None:
    ended = TODAY - timedelta(days=days_ago)
    judged("harm", status="ended", starts_on=ended - timedelta(days=28), ends_on=ended)

    rows = asked()

    assert len(rows) == count
    assert all(row.due_on == ended + timedelta(days=7) for row in rows)


def test_a_harm_that_was_stopped_early_is_decided_a_week_after() -> None:
    judged(
        "harm",
        status="ended",
        starts_on=TODAY - timedelta(days=9),
        ends_on=TODAY + timedelta(days=75),
        ended_at=NOW - timedelta(days=2),
    )

    (row,) = asked()

    assert row.due_on == TODAY + timedelta(days=5)


@pytest.mark.parametrize("verdict", ["win", "unproven", "none"])
def test_other_verdicts_ask_for_nothing(verdict: str) -> None:
    judged(verdict)

    assert asked() == []


def test_data_on_hold_are_to_be_explained() -> None:
    judged("hold", name="App banner")

    (row,) = asked()

    assert (row.title, row.status) == ("Explain the data of App banner", "hold")
    assert row.reason == "Sample ratio failed. No verdict before it is explained."


@pytest.mark.parametrize(
    ("status", "starts_in", "count"),
    [("draft", 14, 1), ("draft", 15, 0), ("draft", -3, 1), ("draft", -40, 0), ("agreed", 3, 0)],
)
def test_a_draft_that_starts_within_two_weeks_is_to_be_proposed(
    status: str, starts_in: int, count: int
) -> None:
    starts_on = TODAY + timedelta(days=starts_in)
    InitiativeFactory.create(name="Wi-fi welcome", status=status, starts_on=starts_on)

    rows = asked()

    assert [row.title for row in rows] == ["Propose Wi-fi welcome"] * count
    assert all(row.due_on == starts_on - timedelta(days=1) for row in rows)


def test_a_guardrail_past_its_limit_is_to_be_brought_back() -> None:
    guardrail("opt_outs")
    weeks("opt_outs", [2.0, 3.4, 3.9])

    (row,) = asked()

    assert row.title == "Bring opt-outs back under the limit"
    assert row.reason == "3.9 against a limit of 3.0, over it for two weeks."
    assert (row.owner, row.leads_to) == ("All departments", "guardrails")


def test_stale_sources_are_asked_for_together_by_the_first_promise() -> None:
    stores, web = DepartmentFactory.create(name="Stores"), DepartmentFactory.create(name="Web")
    source("Tills", loaded=NOW - timedelta(days=5), department=stores)
    source("Web shop", loaded=NOW - timedelta(days=2), department=web)
    source("Service desk", loaded=NOW)

    (row,) = asked()

    assert (row.title, row.due) == ("Bring two sources up to date", "Overdue since Thu 19 Nov")
    assert row.reason == "Tills: nothing since Wed 18 Nov. Do not quote its numbers."
    assert (row.owner, row.leads_to) == ("Stores, Web", "sources")


def test_a_source_that_never_sent_a_file_is_due_today() -> None:
    source("Tills", loaded=None)

    (row,) = asked()

    assert (row.title, row.due, row.word) == ("Bring Tills up to date", "Today", "Nothing yet")


def test_departments_sign_within_two_weeks() -> None:
    stores, web = DepartmentFactory.create(name="Stores"), DepartmentFactory.create(name="Web")
    sheet = published_sheet(version=4, at=NOW - timedelta(days=12))
    head = person(Role.HEAD, web)
    sign_sheet(sheet=sheet, department=web, content_hash=sheet.content_hash, by=head, at=NOW)

    (row,) = asked()

    assert (row.title, row.reason) == (
        "Get sheet v4 signed",
        "Stores has not signed. 12 days open.",
    )
    assert row.due_on == TODAY + timedelta(days=2)
    head = person(Role.HEAD, stores)
    sign_sheet(sheet=sheet, department=stores, content_hash=sheet.content_hash, by=head, at=NOW)
    assert asked() == []


def test_the_earliest_comes_first() -> None:
    judged("hollow", name="Basket rescue")
    source("Tills", loaded=NOW - timedelta(days=5))
    InitiativeFactory.create(name="Soon", status="draft", starts_on=TODAY + timedelta(days=1))

    assert [row.title for row in asked()] == [
        "Bring Tills up to date",
        "Propose Soon",
        "Decide on Basket rescue",
    ]


@pytest.mark.parametrize(
    ("today", "by"),
    [
        (date(2026, 11, 23), THIS_FRIDAY),
        (THIS_FRIDAY, THIS_FRIDAY),
        (date(2026, 11, 28), date(2026, 12, 4)),
    ],
)
def test_the_week_ends_on_friday(today: date, by: date) -> None:
    assert friday(today) == by

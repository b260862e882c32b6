"""Initiatives through the import: drafts by key, once each, refused rows with their reason."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from campaigns.models import Initiative
from campaigns.queries.history import history_of
from customers.models import Source
from strategy.models import Person
from tests.factories.campaigns import DepartmentFactory, GoalFactory, InitiativeFactory, guardrail
from tests.factories.customers import SourceFactory
from tests.integration.conftest import Bring

pytestmark = pytest.mark.django_db
HEADER = (
    "key,name,notice,department,owner,goals,uses,mode,channel,audience,unit,holdout_percent,"
    "no_holdout_reason,success_measure,further_measures,smallest_effect_percent,guardrails,"
    "planned_customers,cost,starts_on,last_on\n"
)
LIGHTS = {
    "key": "lights",
    "name": "Christmas lights",
    "notice": "A text about lights",
    "department": "marketing",
    "owner": "",
    "goals": "baskets",
    "uses": "group; history",
    "mode": "active",
    "channel": "text",
    "audience": "Gold tier with text consent",
    "unit": "customer",
    "holdout_percent": "12.5",
    "no_holdout_reason": "",
    "success_measure": "conversion_rate",
    "further_measures": "Visit rate",
    "smallest_effect_percent": "5",
    "guardrails": "opt_outs",
    "planned_customers": "8000",
    "cost": "1250.50",
    "starts_on": "2099-11-09",
    "last_on": "2099-12-06",
}


def row(**changes: str) -> str:
    return ",".join((LIGHTS | changes).values()) + "\n"


@pytest.fixture
def plans(head: Person) -> Source:  # noqa: ARG001  the department has a head
    GoalFactory.create(key="baskets", name="Baskets finished")
    guardrail()
    return SourceFactory.create(key="plans", name="Plans", department=DepartmentFactory.create())


def reasons(path: str) -> list[str]:
    lines = Path(path).read_text(encoding="utf-8-sig").splitlines()[1:]
    return [line[line.index("expected ") :].strip('".') for line in lines]


def test_a_row_becomes_a_draft_of_the_departments_head(
    plans: Source, head: Person, bring: Bring
) -> None:
    done = bring(plans, HEADER + row())

    draft = Initiative.objects.get(key="lights")
    assert (done.read_count, done.changed_count, done.rejected_count) == (1, 1, 0)
    assert (draft.status, draft.owner, draft.kind) == ("draft", head, "personalisation")
    assert (draft.holdout_share, draft.smallest_effect) == (Decimal("0.125"), Decimal("0.05"))
    assert (draft.starts_on, draft.ends_on) == (date(2099, 11, 9), date(2099, 12, 7))
    assert (draft.planned_customers, draft.cost) == (8000, Decimal("1250.50"))
    assert [goal.key for goal in draft.goals.all()] == ["baskets"]
    assert [one.key for one in draft.further_measures.all()] == ["visit_rate"]
    assert list(draft.guardrails.all()) == [guardrail()]
    (entry,) = history_of(draft.pk, date(2026, 11, 22))
    assert entry.sentence == (
        "Logged as a draft from a file of Plans. Its kind is personalisation."
    )
    assert entry.by == "Hymnsheet"


def test_twice_is_once_and_a_change_stands_in_the_history(plans: Source, bring: Bring) -> None:
    bring(plans, HEADER + row())

    again = bring(plans, HEADER + row() + row(key="more", name="More lights"))
    assert (again.changed_count, again.unchanged_count) == (1, 1)

    bring(plans, HEADER + row(notice="A text about lamps"))
    draft = Initiative.objects.get(key="lights")
    assert draft.notice == "A text about lamps"
    assert history_of(draft.pk, date(2026, 11, 22))[0].sentence == (
        "Changed by a file of Plans: what the customer will notice."
    )


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"department": "moon"}, "expected one of marketing"),
        ({"goals": "baskets; moon"}, "expected one of baskets, baskets finished"),
        (
            {"owner": "stranger@example.org"},
            "expected somebody who may log initiatives of Marketing",
        ),
        ({"holdout_percent": "95"}, "expected per cent from 0 to 90, one decimal at most"),
        ({"holdout_percent": "0"}, "expected a reason, as nobody is held out"),
        ({"unit": "none"}, "expected what is held out: customer, household, store or region"),
        ({"last_on": "2099-11-08"}, "expected a day from 2099-11-09 on"),
        ({"planned_customers": "0"}, "expected a whole number from 1 on"),
        ({"mode": "loud"}, "expected one of passive, active"),
        ({"further_measures": "Conversion rate"}, "expected each success measure once"),
    ],
)
def test_a_row_that_cannot_be_taken_says_why(
    plans: Source, bring: Bring, changes: dict[str, str], reason: str
) -> None:
    done = bring(plans, HEADER + row(key="good", name="Good") + row(**changes))

    assert (done.accepted_count, done.rejected_count) == (1, 1)
    assert reason in reasons(done.errors_path)[0]
    assert Initiative.objects.get().key == "good"


def test_a_second_row_for_the_same_key_is_refused(plans: Source, bring: Bring) -> None:
    done = bring(plans, HEADER + row() + row(notice="Something else"))

    assert "one row for each initiative; row 1 is about it already" in reasons(done.errors_path)[0]
    assert Initiative.objects.get().notice == "A text about lights"


def test_what_is_no_draft_any_more_is_left_alone(plans: Source, bring: Bring) -> None:
    InitiativeFactory.create(key="lights", status="live", notice="As it was")

    done = bring(plans, HEADER + row())

    assert "an initiative that is still a draft; it is live" in reasons(done.errors_path)[0]
    assert Initiative.objects.get().notice == "As it was"

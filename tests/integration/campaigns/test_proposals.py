"""Proposing, approving, sending back: who is asked by the sheet, and what the last yes does."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from campaigns.actions import plans, proposals
from campaigns.actions.decisions import decide
from campaigns.actions.initiatives import ReasonMissingError, WrongStatusError
from campaigns.models import Approval, Initiative, Retest
from campaigns.queries.approvals import approvals_of
from campaigns.queries.history import history_of
from campaigns.queries.steps import BEFORE_LAUNCH
from strategy.actions.sheets import publish_sheet
from strategy.models import Person, Role
from strategy.permissions import NotAllowed
from tests.factories import strategy
from tests.factories.campaigns import AT, GoalFactory, InitiativeFactory, guardrail, noon, plan
from tests.factories.strategy import PersonFactory, person

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate(AT)


@pytest.fixture
def analyst() -> Person:
    return person(Role.ANALYST)


def sheet_asks(*checks: str) -> None:
    made = strategy.SheetFactory.create(version=4)
    for check in checks:
        strategy.RuleFactory.create(sheet=made, text=check, check_key=check)
    publish_sheet(sheet=made, by=person(Role.EXECUTIVE), at=AT)


def proposed(head: Person, *owners: Person) -> Initiative:
    goals = [GoalFactory.create(owner=owner) for owner in owners]
    draft = InitiativeFactory.create(goals=goals)
    return proposals.propose(initiative=draft, by=head, at=AT)


def approval(initiative: Initiative, part: str) -> Approval:
    return initiative.approvals.get(part=part)


def status_of(initiative: Initiative) -> str:
    return Initiative.objects.get(pk=initiative.pk).status


def sentences(initiative: Initiative) -> list[str]:
    return [entry.sentence for entry in history_of(initiative.pk, TODAY)]


def test_where_the_sheet_asks_nobody_a_proposal_is_agreed(head: Person) -> None:
    made = proposed(head, PersonFactory.create())

    assert status_of(made) == "agreed"
    assert sentences(made) == ["Agreed.", "Proposed."]


def test_every_goals_owner_and_the_data_team_have_to_approve(head: Person, analyst: Person) -> None:
    sheet_asks("goal_owner_approves", "data_team_approves")
    priya = person(Role.EXECUTIVE, name="Priya Nair")
    made = proposed(head, priya)
    assert status_of(made) == "proposed"

    proposals.approve(approval=approval(made, "goal_owner"), by=priya, at=AT)
    waits = approvals_of(Initiative.objects.get(pk=made.pk), analyst, TODAY)
    assert [(row.who, row.given, row.is_mine) for row in waits] == [
        ("Priya Nair", "Approved on Mon 2 Nov", False),
        ("An analyst", "", True),
    ]
    proposals.approve(approval=approval(made, "data_team"), by=analyst, at=AT)

    assert status_of(made) == "agreed"
    assert sentences(made)[0] == "Agreed."
    assert sentences(made)[-1] == "Proposed. It waits for two approvals."


def test_nobody_approves_for_another(head: Person, analyst: Person) -> None:
    sheet_asks("goal_owner_approves", "data_team_approves")
    owner = PersonFactory.create(name="Priya Nair")
    made = proposed(head, owner)

    with pytest.raises(NotAllowed, match="Only Priya Nair, who owns the goal"):
        proposals.approve(approval=approval(made, "goal_owner"), by=analyst, at=AT)
    with pytest.raises(NotAllowed, match="Only analysts may approve for the data team"):
        proposals.approve(approval=approval(made, "data_team"), by=owner, at=AT)


def test_an_approval_is_given_once(head: Person, analyst: Person) -> None:
    sheet_asks("goal_owner_approves", "data_team_approves")
    made = proposed(head, PersonFactory.create())
    asked = approval(made, "data_team")
    proposals.approve(approval=asked, by=analyst, at=AT)

    with pytest.raises(proposals.NotAskedError, match="given already"):
        proposals.approve(approval=asked, by=analyst, at=AT)


@pytest.mark.parametrize("back", ["send_back", "take_back"])
def test_what_is_taken_back_is_approved_anew(head: Person, analyst: Person, back: str) -> None:
    sheet_asks("goal_owner_approves", "data_team_approves")
    owner = person(Role.EXECUTIVE)
    made = proposed(head, owner)
    proposals.approve(approval=approval(made, "goal_owner"), by=owner, at=AT)
    asked = approval(made, "data_team")

    if back == "send_back":
        with pytest.raises(ReasonMissingError):
            proposals.send_back(approval=asked, reason=" ", by=analyst, at=AT)
        proposals.send_back(approval=asked, reason="Too few.", by=analyst, at=AT)
    else:
        proposals.take_back(initiative=made, by=head, at=AT)

    assert status_of(made) == "draft"
    assert not Approval.objects.exists()
    with pytest.raises(proposals.NotAskedError, match="no longer asked"):
        proposals.approve(approval=asked, by=analyst, at=AT)


def test_what_is_agreed_is_taken_back_until_its_plan_is_locked(head: Person) -> None:
    agreed = InitiativeFactory.create(status="agreed")
    plans.lock_plan(initiative=agreed, by=head, at=AT)

    with pytest.raises(WrongStatusError, match="Its plan is locked"):
        proposals.take_back(initiative=agreed, by=head, at=AT)


def test_the_launch_locks_the_plan(head: Person) -> None:
    agreed = InitiativeFactory.create(status="agreed", planned_customers=900)

    plans.launch(initiative=agreed, by=head, at=noon(agreed.starts_on))

    locked = agreed.plans.get()
    assert (locked.version, locked.planned_customers) == (1, 900)
    assert locked.locked_at == noon(agreed.starts_on)


def amend(initiative: Initiative, by: Person, **changes: Any) -> Any:
    said: dict[str, Any] = {
        "ends_on": initiative.ends_on,
        "smallest_effect": initiative.smallest_effect,
        "planned_customers": initiative.planned_customers,
        "planned_reads": initiative.planned_reads,
        "guardrails": [guardrail()],
        "reason": "Fewer came.",
    }
    return plans.amend_plan(initiative=initiative, by=by, at=AT, **(said | changes))


def test_a_changed_plan_is_a_further_version(head: Person) -> None:
    live = InitiativeFactory.create(status="live")
    plan(live)
    later = live.ends_on + timedelta(days=7)

    amend(live, head, ends_on=later, planned_customers=900)

    assert [(one.version, one.ends_on) for one in live.plans.all()] == [
        (2, later),
        (1, live.ends_on),
    ]
    live.refresh_from_db()
    assert (live.ends_on, live.planned_customers, live.is_stale) == (later, 900, True)
    assert sentences(live)[0] == (
        "Plan changed to version 2: planned customers and last day. Reason: Fewer came."
    )


def test_a_plan_changes_for_a_reason_and_into_something_else(head: Person) -> None:
    live = InitiativeFactory.create(status="live")
    with pytest.raises(WrongStatusError, match="Its plan is not locked yet"):
        amend(live, head)
    plan(live)

    with pytest.raises(ReasonMissingError):
        amend(live, head, reason="")
    with pytest.raises(plans.NothingChangedError):
        amend(live, head)
    with pytest.raises(plans.WindowError):
        amend(live, head, ends_on=live.starts_on)


def test_an_end_schedules_retests_where_customers_were_held_out(head: Person) -> None:
    held_out = InitiativeFactory.create(status="live")
    open_to_all = InitiativeFactory.create(status="live", holdout_share=0)
    called_off = InitiativeFactory.create(status="agreed")

    for one in (held_out, open_to_all, called_off):
        plans.end(initiative=one, reason="It is over.", by=head, at=noon(one.ends_on))

    ended_on = held_out.ends_on
    assert list(Retest.objects.values_list("initiative", "days", "due_on")) == [
        (held_out.pk, days, ended_on + timedelta(days=days)) for days in (30, 90, 180)
    ]


def test_the_decision_after_the_end_reviews_it(head: Person) -> None:
    ended = InitiativeFactory.create(status="ended")
    said: dict[str, Any] = {"verdict": "win", "choice": "keep", "reason": "It works.", "by": head}

    decide(initiative=ended, at=AT, **said)

    assert status_of(ended) == "reviewed"


@pytest.mark.parametrize("status", Initiative.Status)
def test_moments_fit_every_status(status: str) -> None:
    wrong = {"launched_at": AT} if status in BEFORE_LAUNCH else {"launched_at": None}
    if status == "ended":
        wrong = {"ended_at": None}

    with pytest.raises(IntegrityError, match="moments_fit_status"), transaction.atomic():
        InitiativeFactory.create(status=status, **wrong)


def test_nothing_is_held_out_where_no_unit_is() -> None:
    with pytest.raises(IntegrityError, match="holds_out_units"):
        InitiativeFactory.create(unit="none", holdout_share="0.1")


def test_the_pages_of_a_proposal(client: Client, head: Person, analyst: Person) -> None:
    sheet_asks("data_team_approves")
    made = proposed(head, PersonFactory.create())
    said = {"approval": approval(made, "data_team").pk}

    client.force_login(head)
    page = client.get(f"/initiatives/{made.pk}/").content.decode()
    assert "Waits" in page
    assert "Take it back" in page
    assert ">Approve<" not in page
    client.force_login(analyst)
    answered = client.post(reverse("initiative_approve", args=[made.pk]), said, follow=True)
    assert "Approved, and agreed with that." in answered.content.decode()


def test_the_page_of_a_changed_plan(client: Client, head: Person) -> None:
    live = InitiativeFactory.create(status="live")
    plan(live)
    client.force_login(head)
    address = reverse("initiative_amend", args=[live.pk])

    assert "Another of those is another test" in client.get(address).content.decode()
    assert client.post(address, {"reason": ""}).status_code == 422
    said = {"last_on": "2026-12-20", "smallest_effect": "5", "reason": "Fewer came."}
    answered = client.post(address, said, follow=True)

    assert "The plan stands as version 2." in answered.content.decode()


@pytest.mark.parametrize("step", ["pause", "send_back"])
def test_a_step_without_its_reason_is_not_taken(client: Client, head: Person, step: str) -> None:
    live = InitiativeFactory.create(status="live")
    client.force_login(head)

    page = client.post(reverse(f"initiative_{step}", args=[live.pk]), {}, follow=True)

    assert status_of(live) == "live"
    assert 'class="alert' in page.content.decode()

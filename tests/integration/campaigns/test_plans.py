"""Locking, launching, ending and waiving: what the status allows, who may, what is written."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, transaction
from django.utils import timezone

from campaigns.actions import plans, waivers
from campaigns.actions.initiatives import ReasonMissingError, WrongStatusError
from campaigns.models import Initiative, Plan, Waiver
from campaigns.queries.history import history_of
from campaigns.queries.initiatives import initiative_of, plan_of
from campaigns.queries.rules import breaches_of, sheet_says
from strategy.models import Person, Role, Rule
from strategy.permissions import NotAllowed
from tests.factories.campaigns import (
    AT,
    DepartmentFactory,
    InitiativeFactory,
    guardrail,
    measure,
    sheet,
)
from tests.factories.strategy import PersonFactory, person

pytestmark = pytest.mark.django_db
DRAFT, PROPOSED, AGREED, LIVE, PAUSED, ENDED, REVIEWED = Initiative.Status
TODAY = date(2026, 11, 20)
UNTIL = date(2026, 12, 1)
FIRST_DAY = datetime(2026, 11, 9, 0, tzinfo=UTC)
"""The first day of the factory's initiatives, in winter, when London is at UTC."""


def waive(initiative: Initiative, by: Person, at: datetime, **changes: Any) -> Waiver:
    given: dict[str, Any] = {
        "rule": Rule.objects.get(check_key="name_agrees_with_kind"),
        "reason": "The name is printed already.",
        "ends_on": UNTIL,
    }
    return waivers.waive_rule(initiative=initiative, by=by, at=at, **(given | changes))


def end(initiative: Initiative, by: Person, at: datetime) -> Initiative:
    return plans.end(initiative=initiative, reason="Stock is gone.", by=by, at=at)


def lock(initiative: Initiative, by: Person, at: datetime) -> Plan:
    return plans.lock_plan(initiative=initiative, by=by, at=at)


def launch(initiative: Initiative, by: Person, at: datetime) -> Initiative:
    return plans.launch(initiative=initiative, by=by, at=max(at, FIRST_DAY))


def pause(initiative: Initiative, by: Person, at: datetime) -> Initiative:
    return plans.pause(initiative=initiative, reason="Stock is low.", by=by, at=at)


def resume(initiative: Initiative, by: Person, at: datetime) -> Initiative:
    return plans.resume(initiative=initiative, by=by, at=at)


type Act = Callable[[Initiative, Person, datetime], object]
OPEN_IN: dict[Act, set[str]] = {
    lock: {AGREED},
    launch: {AGREED},
    pause: {LIVE},
    resume: {PAUSED},
    end: {AGREED, LIVE, PAUSED},
    waive: {DRAFT, PROPOSED, AGREED, LIVE, PAUSED},
}


@pytest.mark.parametrize("status", Initiative.Status)
@pytest.mark.parametrize("act", OPEN_IN)
def test_each_step_fits_its_status_only(head: Person, act: Act, status: str) -> None:
    sheet()
    initiative = InitiativeFactory.create(status=status)

    if status in OPEN_IN[act]:
        act(initiative, head, AT)
    else:
        with pytest.raises(WrongStatusError):
            act(initiative, head, AT)


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("act", OPEN_IN)
def test_only_the_head_takes_a_step(act: Act, role: Role) -> None:
    sheet()
    initiative = InitiativeFactory.create(status=min(OPEN_IN[act]))
    by = person(role, initiative.department)

    if role == Role.HEAD:
        act(initiative, by, AT)
    else:
        with pytest.raises(NotAllowed, match="Only the head of Marketing may"):
            act(initiative, by, AT)


@pytest.mark.parametrize("act", OPEN_IN)
def test_the_head_of_another_department_takes_none(act: Act) -> None:
    sheet()
    initiative = InitiativeFactory.create(status=min(OPEN_IN[act]))

    with pytest.raises(NotAllowed):
        act(initiative, person(Role.HEAD, DepartmentFactory.create(key="stores")), AT)


def test_a_lock_keeps_what_was_promised(head: Person) -> None:
    sheet()
    draft = InitiativeFactory.create(status=AGREED)
    draft.further_measures.set([measure("visit_rate")])

    plan = plans.lock_plan(initiative=draft, by=head, at=AT)

    assert (plan.version, plan.locked_at, plan.locked_by) == (1, AT, head)
    assert (plan.starts_on, plan.ends_on) == (draft.starts_on, draft.ends_on)
    assert (plan.holdout_share, plan.smallest_effect) == (Decimal("0.1"), Decimal("0.05"))
    assert plan.success_measures == [draft.success_measure, measure("visit_rate")]
    assert list(plan.guardrails.all()) == [guardrail()]
    draft.refresh_from_db()
    assert (draft.status, draft.is_stale) == (AGREED, True)
    assert history_of(draft.pk, TODAY)[0].sentence == "Plan locked. Logged as segmentation."


def test_a_locked_plan_does_not_change_even_by_sql(head: Person) -> None:
    plan = lock(InitiativeFactory.create(status=AGREED), head, AT)

    with pytest.raises(DatabaseError, match="Cannot update"), transaction.atomic():
        Plan.objects.filter(pk=plan.pk).update(smallest_effect="0.01")


@pytest.mark.parametrize(
    ("days", "sentence", "says"),
    [
        (
            0,
            "Plan locked. Logged as segmentation.",
            "Locked on 9 November 2026 by Tom Reyes.",
        ),
        (
            5,
            "Plan locked, five days after the first day. Logged as segmentation.",
            "Locked on 14 November 2026 by Tom Reyes, five days after the first day.",
        ),
    ],
)
def test_a_late_lock_is_allowed_and_said(head: Person, days: int, sentence: str, says: str) -> None:
    draft = InitiativeFactory.create(status=AGREED)

    lock(draft, head, datetime(2026, 11, 9 + days, 12, tzinfo=UTC))

    plan = plan_of(initiative_of(draft.pk))
    assert history_of(draft.pk, TODAY)[0].sentence == sentence
    assert (plan.says, plan.is_late) == (says, days > 0)


def test_broken_rules_block_the_lock_and_say_how_to_mend_them(head: Person) -> None:
    sheet()
    draft = InitiativeFactory.create(
        status=AGREED, name="Your personal lights text", holdout_share=0, no_holdout_reason=""
    )

    with pytest.raises(plans.RulesBrokenError) as refused:
        lock(draft, head, AT)

    assert [(broken.sentence, broken.how_to_mend) for broken in refused.value.breaches] == [
        (
            "It calls itself personal (“personal” in the name) but uses a group only.",
            "Take “personal” out of the name, or use the person’s own history.",
        ),
        (
            "No holdout and no reason for it, so the verdict will be Not measured.",
            "Hold some customers out at random, or say why nobody can be held out.",
        ),
    ]
    assert not Plan.objects.exists()


def test_a_waived_rule_no_longer_blocks_the_lock(head: Person) -> None:
    sheet()
    draft = InitiativeFactory.create(status=AGREED, name="Your personal lights text")
    waive(draft, head, AT)

    lock(draft, head, AT)

    says = sheet_says(draft, timezone.localdate(AT))
    assert says.standing == ()
    assert says.waived[0].leave == (
        "Call it personal only when it uses the person’s own history.",
        "The name is printed already.",
        date(2026, 11, 30),
        "Tom Reyes",
        "Tom Reyes",
    )
    assert says.waived[0].leave.by == "Tom Reyes, who answers for it"
    assert history_of(draft.pk, TODAY)[1].sentence == (
        "Rule waived until Mon 30 Nov 2026: “Call it personal only when it uses the person’s own "
        "history.” Tom Reyes answers for it. Reason: The name is printed already."
    )


def test_a_waiver_has_an_owner_of_its_own(head: Person) -> None:
    sheet()
    draft = InitiativeFactory.create(name="Your personal lights text")
    mei, gone = PersonFactory.create(name="Mei Tan"), PersonFactory.create(is_active=False)

    made = waive(draft, head, AT, owner=mei)

    assert (made.owner, made.granted_by) == (mei, head)
    leave = sheet_says(draft, timezone.localdate(AT)).waived[0].leave
    assert leave
    assert leave.by == "Tom Reyes, and Mei Tan answers for it"
    with pytest.raises(waivers.OwnerGoneError, match="Choose who answers for it"):
        waive(draft, head, AT, owner=gone)


def test_a_waiver_holds_until_its_last_day_and_no_longer(head: Person) -> None:
    sheet()
    draft = InitiativeFactory.create(status=AGREED, name="Your personal lights text")
    waive(draft, head, AT)

    assert len(breaches_of(draft, UNTIL - timedelta(days=1))) == 0
    assert len(breaches_of(draft, UNTIL)) == 1
    with pytest.raises(plans.RulesBrokenError):
        lock(draft, head, datetime(2026, 12, 1, 12, tzinfo=UTC))


def test_a_second_waiver_of_the_rule_takes_the_place_of_the_first(head: Person) -> None:
    sheet()
    draft = InitiativeFactory.create()
    waive(draft, head, AT)

    waive(draft, head, AT, reason="Reprinted in spring.", ends_on=date(2027, 3, 1))

    assert [str(waiver) for waiver in Waiver.objects.all()] == ["Reprinted in spring."]
    assert len(history_of(draft.pk, TODAY)) == 2


def test_a_waiver_of_an_older_sheet_does_not_carry_over(head: Person) -> None:
    sheet(version=3)
    draft = InitiativeFactory.create(name="Your personal lights text")
    waive(draft, head, AT)

    sheet(version=4)

    assert len(breaches_of(draft, TODAY)) == 1


def test_a_waiver_needs_a_reason_a_day_and_a_checked_rule(head: Person) -> None:
    sheet()
    draft = InitiativeFactory.create()

    with pytest.raises(ReasonMissingError, match="Give a reason"):
        waive(draft, head, AT, reason="  ")
    with pytest.raises(waivers.WaiverIsOverError, match="Choose a later day"):
        waive(draft, head, AT, ends_on=timezone.localdate(AT))
    with pytest.raises(waivers.WaiverIsTooLongError, match="a year at most"):
        waive(draft, head, AT, ends_on=date(2027, 11, 4))
    with pytest.raises(waivers.NothingToCheckError):
        waive(draft, head, AT, rule=Rule(text="Be kind."))


def test_without_a_published_sheet_nothing_stands_in_the_way(head: Person) -> None:
    lock(InitiativeFactory.create(status=AGREED, name="Your personal lights text"), head, AT)

    assert Plan.objects.count() == 1


def test_launching_and_ending_are_written_down(head: Person) -> None:
    initiative = InitiativeFactory.create(status=AGREED)

    with pytest.raises(plans.TooEarlyError, match="Its first day is Mon 9 Nov; launch it then"):
        plans.launch(initiative=initiative, by=head, at=FIRST_DAY - timedelta(seconds=1))
    launch(initiative, head, AT)
    end(initiative, head, FIRST_DAY + timedelta(days=1))

    initiative.refresh_from_db()
    assert initiative.status == ENDED
    assert [entry.sentence for entry in history_of(initiative.pk, TODAY)] == [
        "Ended: Stock is gone.",
        "Launched.",
        "Plan locked. Logged as segmentation.",
    ]


def test_a_locked_initiative_is_called_off(head: Person) -> None:
    initiative = InitiativeFactory.create(status=AGREED)

    end(initiative, head, AT)

    assert history_of(initiative.pk, TODAY)[0].sentence == (
        "Called off before the launch: Stock is gone."
    )


def test_an_end_needs_a_reason(head: Person) -> None:
    with pytest.raises(ReasonMissingError):
        plans.end(initiative=InitiativeFactory.create(status=LIVE), reason="", by=head, at=AT)


@pytest.mark.parametrize(
    ("changes", "constraint"),
    [
        ({"ends_on": date(2026, 11, 9)}, "initiative_ends_after_start"),
        ({"holdout_share": 1}, "initiative_holdout_share"),
        ({"holdout_share": "-0.1"}, "initiative_holdout_share"),
        ({"smallest_effect": 0}, "initiative_smallest_effect"),
    ],
)
def test_the_database_refuses_an_impossible_initiative(
    changes: dict[str, Any], constraint: str
) -> None:
    with pytest.raises(IntegrityError, match=constraint):
        InitiativeFactory.create(**changes)


def test_the_database_refuses_a_second_first_plan_and_a_waiver_without_reason(
    head: Person,
) -> None:
    sheet()
    plan = lock(InitiativeFactory.create(status=AGREED), head, AT)
    plan.pk = None
    with pytest.raises(IntegrityError, match="plan_version_once"), transaction.atomic():
        plan.save(force_insert=True)

    with pytest.raises(IntegrityError, match="waiver_has_reason"):
        Waiver.objects.create(
            initiative=plan.initiative,
            rule=Rule.objects.get(check_key="window_needed"),
            reason="",
            ends_on=UNTIL,
            owner=head,
            granted_by=head,
            granted_at=AT,
        )

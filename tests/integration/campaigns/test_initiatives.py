"""Logging, changing, discarding, commenting."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from campaigns.actions import initiatives
from campaigns.actions.initiatives import HasAssignmentsError, KeyTakenError, WrongStatusError
from campaigns.models import Assignment, Initiative
from campaigns.queries.history import history_of
from customers.models import Customer, Record, Source
from strategy.models import AuditEntry, Person, Role
from strategy.permissions import NotAllowed
from tests.factories.campaigns import (
    AT,
    DepartmentFactory,
    InitiativeFactory,
    fields,
    guardrail,
    measure,
)
from tests.factories.strategy import person

pytestmark = pytest.mark.django_db
LATER = AT + timedelta(days=1)
TODAY = date(2026, 11, 20)


def logged(head: Person, **changes: object) -> Initiative:
    said = fields(DepartmentFactory.create(), **changes)
    return initiatives.log_initiative(by=head, at=AT, **said)


def test_a_logged_initiative_is_a_draft_whose_kind_follows_from_its_data(head: Person) -> None:
    made = logged(head, uses=["history", "group"])

    assert (made.status, made.kind, made.key) == (
        "draft",
        "personalisation",
        "christmas-lights-text",
    )
    assert made.uses == ["group", "history"]
    assert made.owner == head
    assert [entry.sentence for entry in history_of(made.pk, TODAY)] == [
        "Logged as a draft. Its kind is personalisation."
    ]


def test_a_second_initiative_of_the_name_gets_a_key_of_its_own(head: Person) -> None:
    keys = [logged(head, name=name).key for name in ("Spring!", "Spring", "Spring", "春")]

    assert keys == ["spring", "spring-2", "spring-3", "initiative"]


def test_a_given_key_is_kept_and_taken_once(head: Person) -> None:
    said = fields(head.memberships.get().department)  # type: ignore[arg-type]  # keywords of several types in one dictionary
    made = initiatives.log_initiative(by=head, at=AT, key="lights", **said)

    assert made.key == "lights"
    with pytest.raises(KeyTakenError, match="“lights” names another initiative"):
        initiatives.log_initiative(by=head, at=AT, key="lights", **said)


@pytest.mark.parametrize("role", set(Role) - {Role.HEAD, Role.MEMBER})
def test_only_people_of_the_department_log(role: Role) -> None:
    with pytest.raises(NotAllowed, match="Only people of Marketing may log its initiatives"):
        logged(person(role, DepartmentFactory.create()))


def test_people_of_another_department_do_not_log() -> None:
    with pytest.raises(NotAllowed):
        logged(person(Role.HEAD, DepartmentFactory.create(key="stores")))


def test_a_change_stands_in_the_history_from_and_to(head: Person) -> None:
    draft = logged(head)
    said = fields(draft.department, goals=draft.goals.all()) | {
        "name": "Lights text",
        "uses": ["place"],
        "holdout_share": Decimal(0),
        "no_holdout_reason": "Everybody hears the till.",
        "success_measure": measure("visit_rate"),
        "guardrails": [guardrail(), guardrail("complaint_rate")],
        "ends_on": date(2026, 12, 14),
    }

    initiatives.change_initiative(initiative=draft, by=head, at=LATER, **said)

    newest = history_of(draft.pk, TODAY)[0]
    assert newest.sentence == (
        "Changed: name, uses, holdout, why no holdout, success measure, guardrails and last day. "
        "Its kind is localisation."
    )
    assert (newest.on, newest.by, newest.department) == ("Tue 3 Nov", "Tom Reyes", "Marketing")
    assert {change.label: (change.before, change.after) for change in newest.changes} == {
        "Name": ("Christmas lights text", "Lights text"),
        "Uses": ("A group they belong to", "Where they are"),
        "Holdout": ("10%", "None"),
        "Why no holdout": ("", "Everybody hears the till."),
        "Success measure": ("Conversion rate", "Visit rate"),
        "Guardrails": (
            "Opt-outs per 1,000 contacts",
            "Opt-outs per 1,000 contacts, Complaints per 1,000 orders",
        ),
        "Last day": ("Sun 6 Dec 2026", "Sun 13 Dec 2026"),
    }


def test_saving_without_a_change_writes_nothing(head: Person) -> None:
    draft = logged(head)

    said = fields(draft.department, goals=draft.goals.all())
    initiatives.change_initiative(initiative=draft, by=head, at=LATER, **said)

    assert len(history_of(draft.pk, TODAY)) == 1


@pytest.mark.parametrize(
    ("status", "sentence"),
    [
        (Initiative.Status.PROPOSED, "It is proposed as it stands. Take it back to change it."),
        (Initiative.Status.AGREED, "Take it back to change it; it is then approved anew."),
        (Initiative.Status.LIVE, "It is live, so it cannot be changed."),
        (Initiative.Status.ENDED, "It has ended, so it cannot be changed. Log a new one."),
    ],
)
def test_only_drafts_change_or_go(head: Person, status: str, sentence: str) -> None:
    promised = InitiativeFactory.create(status=status)

    with pytest.raises(WrongStatusError, match=sentence):
        initiatives.change_initiative(
            initiative=promised, by=head, at=AT, **fields(promised.department)
        )
    with pytest.raises(WrongStatusError, match=sentence):
        initiatives.discard_draft(initiative=promised, by=head, at=AT)


def test_a_draft_moves_only_to_a_department_that_one_may_log_for(head: Person) -> None:
    stores = DepartmentFactory.create(key="stores")

    with pytest.raises(NotAllowed, match="Only people of Stores may log"):
        initiatives.change_initiative(initiative=logged(head), by=head, at=AT, **fields(stores))


def test_others_neither_change_nor_discard_a_draft(head: Person) -> None:
    draft = logged(head)
    other = person(Role.HEAD, DepartmentFactory.create(key="stores"))

    with pytest.raises(NotAllowed, match="Only people of Marketing may change"):
        initiatives.change_initiative(initiative=draft, by=other, at=AT, **fields(draft.department))
    with pytest.raises(NotAllowed):
        initiatives.discard_draft(initiative=draft, by=other, at=AT)


def test_a_discarded_draft_is_gone_and_its_words_stay_in_the_log(head: Person) -> None:
    draft = logged(head)

    initiatives.discard_draft(initiative=draft, by=head, at=LATER)

    assert not Initiative.objects.exists()
    entry = AuditEntry.objects.first()
    assert entry is not None
    assert entry.sentence == "The draft “Christmas lights text” was deleted."
    assert entry.details["said"]["Audience"] == "Gold tier with text consent"


def test_a_draft_with_customers_in_its_test_is_not_discarded(head: Person) -> None:
    draft = logged(head)
    source = Source.objects.create(key="till", name="Till", department=draft.department)
    record = Record.objects.create(
        source=source, external_id="1", customer=Customer.objects.create(id=1), certain_id=1
    )
    Assignment.objects.create(initiative=draft, record=record, arm="treated", at=AT)

    with pytest.raises(HasAssignmentsError, match="Customers are assigned to it already"):
        initiatives.discard_draft(initiative=draft, by=head, at=LATER)

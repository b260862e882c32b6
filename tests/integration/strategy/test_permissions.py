from collections.abc import Callable

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError

from strategy import permissions
from strategy.models import Department, Membership, Person, Role
from tests.factories.campaigns import GoalFactory
from tests.factories.strategy import DepartmentFactory, PersonFactory, person

pytestmark = pytest.mark.django_db

ROLES = [role.value for role in Role]
SPEAK = "executive head member analyst admin"
EVERYWHERE: dict[Callable[[Person], bool], str] = {
    permissions.can_administer: "admin",
    permissions.can_publish_sheet: "executive admin",
    permissions.can_comment: SPEAK,
    permissions.can_open_attachments: " ".join(ROLES),
    permissions.can_see_imports: "executive head analyst admin",
    permissions.can_import: "analyst admin",
    permissions.can_change_sources: "analyst admin",
    permissions.can_see_customers: " ".join(ROLES),
    permissions.can_reveal: "head member associate privacy admin",
    permissions.can_note_consent: "head member associate privacy admin",
    permissions.can_see_consents: "analyst privacy admin",
    permissions.can_read_looks: "privacy admin",
    permissions.can_take_copy: "privacy admin",
    permissions.can_erase: "privacy admin",
    permissions.can_approve_data: "analyst",
    permissions.can_rule: "analyst privacy admin",
    permissions.can_report_wrong_link: "head member analyst associate privacy admin",
    permissions.can_hold_out: "executive admin",
    permissions.can_record_claim: " ".join(ROLES),
    permissions.can_evaluate: "executive head member analyst admin",
    permissions.can_check_contacts: "head member analyst admin",
    permissions.can_make_token: " ".join(ROLES),
}
IN_A_DEPARTMENT: dict[Callable[[Person, Department], bool], str] = {
    permissions.can_sign: "head",
    permissions.can_log_initiative: "head member",
    permissions.can_change_initiative: "head member",
    permissions.can_propose: "head member",
    permissions.can_lock_plan: "head",
    permissions.can_launch: "head",
    permissions.can_end: "head",
    permissions.can_waive: "head",
}
OF_AN_OWNER = [
    permissions.can_approve_for,
    permissions.can_change_comment,
    permissions.can_give_back,
]
"""Acts of the one person who owns what is asked about, in a role that speaks."""
OF_A_GOAL = [permissions.can_check_in]
"""Acts of a goal's owner, of its department's people, and of who leads or counts."""
LED = [permissions.can_decide]
"""Acts of a department's head and, for every department, of executives and admins."""
HELPED: dict[Callable[[Person, Department], bool], str] = {
    permissions.can_make_audience: "head member",
    permissions.can_draw_arms: "head",
    permissions.can_take_people: "head",
}
"""Acts of a department's people and, for every department, of analysts and admins."""


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize(("can", "roles"), EVERYWHERE.items(), ids=lambda _: "")
def test_acts_without_a_department(can: Callable[[Person], bool], roles: str, role: str) -> None:
    somebody = person(Role(role), DepartmentFactory.create())

    assert can(somebody) is (role in roles.split())


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize(("can", "roles"), IN_A_DEPARTMENT.items(), ids=lambda _: "")
def test_acts_of_a_department(
    can: Callable[[Person, Department], bool], roles: str, role: str
) -> None:
    ours, theirs = DepartmentFactory.create(), DepartmentFactory.create()
    somebody = person(Role(role), ours)

    assert can(somebody, ours) is (role in roles.split())
    assert not can(somebody, theirs)


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("can", LED)
def test_acts_that_leaders_take_for_every_department(
    can: Callable[[Person, Department], bool], role: str
) -> None:
    ours, theirs = DepartmentFactory.create(), DepartmentFactory.create()
    somebody = person(Role(role), ours)

    assert can(somebody, ours) is (role in {"head", "executive", "admin"})
    assert can(somebody, theirs) is (role in {"executive", "admin"})


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize(("can", "roles"), HELPED.items(), ids=lambda _: "")
def test_acts_that_analysts_take_for_every_department(
    can: Callable[[Person, Department], bool], roles: str, role: str
) -> None:
    ours, theirs = DepartmentFactory.create(), DepartmentFactory.create()
    somebody = person(Role(role), ours)

    assert can(somebody, ours) is (role in {*roles.split(), "analyst", "admin"})
    assert can(somebody, theirs) is (role in {"analyst", "admin"})


@pytest.mark.parametrize("can", [*IN_A_DEPARTMENT, *HELPED])
def test_a_head_of_the_whole_company_heads_every_department(
    can: Callable[[Person, Department], bool],
) -> None:
    somebody = person(Role.HEAD)

    assert can(somebody, DepartmentFactory.create())


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("can", OF_AN_OWNER)
def test_acts_of_an_owner(can: Callable[[Person, Person], bool], role: str) -> None:
    owner, admin = person(Role(role), DepartmentFactory.create()), person(Role.ADMIN)

    assert can(owner, owner) is (role in SPEAK.split())
    assert not can(admin, owner)
    owner.is_active = False
    assert not can(owner, owner)


@pytest.mark.parametrize("role", ROLES)
def test_goals_are_checked_in_by_who_knows(role: str) -> None:
    ours, theirs = GoalFactory.create(department=DepartmentFactory.create()), GoalFactory.create()
    somebody = person(Role(role), ours.department)

    assert not permissions.can_check_in(ours.owner, ours)
    ours.owner = person(Role.MEMBER, DepartmentFactory.create(key="stores"))
    assert permissions.can_check_in(ours.owner, ours)
    assert permissions.can_check_in(somebody, ours) is (
        role in {"executive", "head", "member", "analyst", "admin"}
    )
    assert permissions.can_check_in(somebody, theirs) is (role in {"executive", "analyst", "admin"})


def test_every_act_has_its_pair_and_stands_in_the_matrix() -> None:
    checks = {name.removeprefix("check_") for name in vars(permissions) if "check_can_" in name}

    assert checks == {name for name in vars(permissions) if name.startswith("can_")}
    assert len(checks) == (
        len(EVERYWHERE)
        + len(IN_A_DEPARTMENT)
        + len(LED)
        + len(OF_AN_OWNER)
        + len(OF_A_GOAL)
        + len(HELPED)
    )


def test_who_left_may_do_nothing() -> None:
    somebody = person(Role.ADMIN, is_active=False, is_superuser=True)

    assert not any(can(somebody) for can in EVERYWHERE)


def test_a_superuser_is_an_admin_but_heads_no_department() -> None:
    somebody = PersonFactory.create(is_superuser=True)

    assert permissions.can_administer(somebody)
    assert not permissions.can_sign(somebody, DepartmentFactory.create())


def test_the_reason_names_who_may() -> None:
    stores = DepartmentFactory.create(name="Stores")

    with pytest.raises(permissions.NotAllowed, match="Only the head of Stores may sign"):
        permissions.check_can_sign(PersonFactory.create(), stores)


def test_memberships_are_read_once(django_assert_num_queries: Callable[..., object]) -> None:
    stores = DepartmentFactory.create()
    somebody = Person.objects.get(pk=person(Role.HEAD, stores).pk)

    with django_assert_num_queries(1):  # type: ignore[attr-defined]  # what the client returns is wider
        permissions.can_sign(somebody, stores)
        permissions.can_import(somebody)
        permissions.can_waive(somebody, stores)


@pytest.mark.parametrize("role", [Role.EXECUTIVE, Role.ANALYST, Role.ADMIN])
def test_who_works_for_the_whole_company_has_no_department(role: Role) -> None:
    membership = Membership(
        person=PersonFactory.create(), role=role, department=DepartmentFactory.create()
    )

    with pytest.raises(ValidationError, match="leave the department empty"):
        membership.full_clean()
    with pytest.raises(IntegrityError, match="membership_company_wide"):
        membership.save()

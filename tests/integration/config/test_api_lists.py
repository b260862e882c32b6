"""Lists of every resource: paged, and the same queries however long."""

from collections.abc import Callable

import pytest
from pytest_django import DjangoAssertNumQueries

from campaigns.models import Assignment, Decision, Delivery, Initiative
from strategy.actions.check_ins import check_in
from strategy.models import Role
from tests.factories.audiences import version
from tests.factories.campaigns import GoalFactory, InitiativeFactory, plan
from tests.factories.customers import AT, ImportFactory, RecordFactory
from tests.factories.reports import TODAY, WEEK, reading, result
from tests.factories.strategy import DepartmentFactory, person, published_sheet
from tests.programs import head, program

pytestmark = pytest.mark.django_db


def test_pages_lead_on_and_miss_nothing() -> None:
    made = GoalFactory.create_batch(5)
    client = head()
    found: list[str] = []
    address = "/api/v1/goals?limit=2"
    while address:
        page = client.get(address).json()
        found += [goal["key"] for goal in page["results"]]
        GoalFactory.create()  # what comes meanwhile moves nothing
        address = page["next"]

    assert found == [goal.key for goal in reversed(made)]


MAKES: dict[str, Callable[[int], object]] = {
    "departments": lambda _number: DepartmentFactory.create(),
    "goals": lambda _number: GoalFactory.create(),
    "check-ins": lambda _number: check_in(
        goal=GoalFactory.create(), note="So.", measured=None, by=person(Role.ADMIN), at=AT
    ),
    "readings": lambda number: reading("conversion_rate", 0.03, ends_on=TODAY - number * WEEK),
    "initiatives": lambda _number: InitiativeFactory.create(),
    "plans": lambda _number: plan(InitiativeFactory.create()),
    "assignments": lambda _number: Assignment.objects.create(
        initiative=InitiativeFactory.create(), record=RecordFactory.create(), arm="treated", at=AT
    ),
    "results": lambda _number: result(InitiativeFactory.create(status="live"), "win"),
    "imports": lambda _number: ImportFactory.create(),
    "audiences": lambda _number: version(),
    "decisions": lambda _number: decision(InitiativeFactory.create(status="live")),
    "deliveries": lambda _number: Delivery.objects.create(
        initiative=InitiativeFactory.create(), made_at=AT, made_by=person(Role.HEAD)
    ),
    "rules": lambda number: published_sheet(version=number + 10),
}


def decision(initiative: Initiative) -> Decision:
    return Decision.objects.create(
        initiative=initiative,
        verdict="win",
        choice="keep",
        reason="It works.",
        decided_by=initiative.owner,
        decided_at=AT,
    )


@pytest.mark.parametrize(
    ("what", "queries"),
    [
        ("departments", 3),
        ("rules", 3),
        ("goals", 3),
        ("check-ins", 3),
        ("readings", 4),
        ("initiatives", 7),
        ("plans", 6),
        ("assignments", 3),
        ("results", 8),
        ("imports", 3),
        ("audiences", 3),
        ("decisions", 3),
        ("deliveries", 3),
    ],
)
@pytest.mark.parametrize("how_many", [1, 300])
def test_a_list_takes_the_same_queries_however_long(
    what: str, queries: int, how_many: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(how_many):
        MAKES[what](number)
    client = program(Role.ANALYST)

    with django_assert_num_queries(queries):
        answer = client.get(f"/api/v1/{what}?limit=500")
    assert answer.status_code == 200

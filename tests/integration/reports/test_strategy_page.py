from datetime import timedelta

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries
from pytest_django.asserts import assertContains, assertNotContains

from campaigns.models import Initiative
from reports.queries.goals import goal_rows
from reports.queries.initiatives import initiative_rows
from reports.queries.strategy import coverage, goal_tree
from strategy.models import Role
from tests.factories.campaigns import GoalFactory, InitiativeFactory
from tests.factories.reports import NOW, TODAY, WEEK, SignIn, judged, reading
from tests.factories.strategy import DepartmentFactory, SheetFactory, person, published_sheet

pytestmark = pytest.mark.django_db


def test_the_sheet_its_signatures_and_what_changed(reader: Client) -> None:
    DepartmentFactory.create(name="Stores")
    published_sheet(version=3, at=NOW - timedelta(days=90))
    published_sheet(version=4, at=NOW - timedelta(days=12))

    page = reader.get("/strategy/")

    assertContains(page, "Strategy, sheet v4")
    assertContains(page, "Published 11 November 2026")
    assertContains(page, "Nobody yet, of one department.")
    assertContains(page, 'href="/strategy/sheets/4/?compare=3#changed"')
    assertContains(page, 'href="/strategy/sheets/3/"')
    assertNotContains(page, '<button class="btn primary">Sign')


def test_the_head_is_offered_to_sign(sign_in: SignIn) -> None:
    stores = DepartmentFactory.create(name="Stores")
    published_sheet(version=4)

    page = sign_in(person(Role.HEAD, stores)).get("/strategy/")

    assertContains(page, "Sign v4 for Stores")


def test_drafts_are_for_those_who_publish(sign_in: SignIn, reader: Client) -> None:
    published_sheet(version=4)
    SheetFactory.create(version=5)

    assertContains(sign_in(person(Role.EXECUTIVE)).get("/strategy/"), 'href="/strategy/sheets/5/"')
    assertNotContains(reader.get("/strategy/"), "/strategy/sheets/5/")


def test_the_tree_shows_what_serves_each_goal(reader: Client) -> None:
    again = GoalFactory.create(
        name="Customers who come back", starts_on=TODAY - WEEK, due_on=TODAY + WEEK
    )
    GoalFactory.create(name="Fewer complaints", starts_on=TODAY - WEEK, due_on=TODAY + WEEK)
    judged("hollow", name="Basket rescue", goals=[again])
    reading("conversion_rate", 0.045, span="quarter")

    page = reader.get("/strategy/")

    assertContains(page, "Yes. Both goals are on track.")
    assertContains(page, "Basket rescue")
    assertContains(page, "Hollow win")
    assertContains(page, "No initiative serves this goal yet")
    assertContains(page, "One of two goals is served, one has no initiative.")
    assertContains(page, 'aria-label="Now 4.5%, baseline 3.0%')


def test_an_empty_company_has_agreed_nothing_yet(reader: Client, sign_in: SignIn) -> None:
    page = reader.get("/strategy/")

    assertContains(page, "Nothing yet: no sheet is published.")
    assertContains(page, "executives and admins publish it.")
    assertContains(page, "Not known: no goals are set yet.")
    assertNotContains(page, "Where are we helping?")
    admin = sign_in(person(Role.ADMIN, is_staff=True)).get("/strategy/")
    assertContains(admin, "Write the first sheet")


def test_coverage_counts_what_is_planned_or_live_and_names_the_gaps() -> None:
    again, complaints = GoalFactory.create(name="Again"), GoalFactory.create(name="Complaints")
    stores = DepartmentFactory.create(name="Stores", position=1)
    DepartmentFactory.create(name="Service", position=2)
    InitiativeFactory.create(name="Wi-fi", department=stores, goals=[again], status="draft")
    InitiativeFactory.create(name="Prompt", department=stores, goals=[again], status="live")
    InitiativeFactory.create(name="Old", department=stores, goals=[complaints], status="ended")
    goals, initiatives = (
        goal_rows(NOW, []),
        initiative_rows(Initiative.objects.order_by("name"), []),
    )

    covered = coverage(goals, initiatives)

    assert covered.goals == ["Again", "Complaints"]
    assert covered.totals == [2, 0]
    assert [(row.department, [cell.names for cell in row.cells]) for row in covered.rows] == [
        ("Stores", [["Prompt", "Wi-fi"], []]),
        ("Service", [[], []]),
    ]
    assert covered.rows[0].cells[0].shade == 2
    assert covered.answer == (
        "One of two goals is served, one has no initiative. Service runs none."
    )
    assert [[i.name for i in branch.initiatives] for branch in goal_tree(goals, initiatives)] == [
        ["Prompt", "Wi-fi"],
        ["Old"],
    ]


@pytest.mark.parametrize("how_many", [1, 3])
def test_any_number_of_goals_and_initiatives_costs_the_same(
    how_many: int, reader: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    published_sheet(version=4)
    for _ in range(how_many):
        judged()

    with django_assert_num_queries(26):
        reader.get("/strategy/")

from datetime import timedelta

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries
from pytest_django.asserts import assertContains, assertNotContains

from customers.models import StaleWeek
from reports.queries.freshness import is_counting, source_rows
from reports.queries.overview import overview
from strategy.models import Role
from tests.factories.campaigns import GoalFactory, guardrail
from tests.factories.customers import ImportFactory, WorkFactory
from tests.factories.reports import NOW, TODAY, WEEK, SignIn, judged, reading, source, weeks
from tests.factories.strategy import DepartmentFactory, person, published_sheet

pytestmark = pytest.mark.django_db
QUERIES = 19


def filled(how_many: int) -> None:
    published_sheet()
    for number in range(how_many):
        department = DepartmentFactory.create()
        goal = GoalFactory.create(starts_on=TODAY - WEEK, due_on=TODAY + WEEK)
        key = ("opt_outs", "complaint_rate", "visit_rate")[number % 3]
        guardrail(key)
        judged("hollow", goals=[goal])
        source(f"Source {number}")
        reading("contacts_per_week", 1.0, department=department)
    weeks("contacts_per_week", [2.0, 2.5])
    weeks("opt_outs", [2.0, 3.4, 3.9])
    reading("conversion_rate", 0.045, span="quarter")


def test_the_page_answers_before_it_shows(reader: Client) -> None:
    filled(1)

    page = reader.get("/")

    assertContains(page, "Yes. The one goal is on track.")
    assertContains(page, "No. Opt-outs have been over the limit for two weeks.")
    assertContains(page, "No proven win: the one measured is hollow.")
    assertContains(page, "Three things, the first by Tuesday.")
    assertContains(page, "The one source is fresh")
    assertContains(page, "Numbers as of Monday 23 November 2026, 07:40")
    assertContains(page, "Now: 24 August to 22 November 2026, whole company.")
    assertContains(page, "+12.7% (2.2 to 24.2)")
    assertContains(page, 'id="pressure"')
    assertContains(page, "of 10,000 people")
    assertContains(page, "per 1,000, of 10,000 contacts")
    assertContains(page, "204,832 customers, ")
    assertContains(page, "In the week to Sun 22 Nov, ")
    assertNotContains(page, "Being counted again")


def test_decisions_stand_before_the_evidence(reader: Client) -> None:
    filled(1)

    page = reader.get("/").text

    places = [page.index(f'id="{part}"') for part in ("decisions", "goals", "working", "fresh")]
    assert places == sorted(places)


def test_every_bar_and_line_says_its_message(reader: Client) -> None:
    filled(1)

    page = reader.get("/")

    assertContains(page, 'aria-label="Now 4.5%, baseline 3.0%, expected by now 4.0%, commit 4.0%')
    assertContains(page, 'aria-label="Last 3 weeks: first 2.0, newest 3.9; limit 3.0"')
    assertContains(page, 'aria-label="+12.7% (2.2 to 24.2), 95% interval"')
    assertContains(page, 'aria-label="Stacked bars by week.')
    assertNotContains(page, "style=")


def test_an_empty_company_is_told_what_comes_first(reader: Client) -> None:
    page = reader.get("/")

    assertContains(page, "Not known: no goals are set yet.")
    assertContains(page, "Not known: no guardrails are set yet.")
    assertContains(page, "Not known: no initiatives are logged yet.")
    assertContains(page, "Nothing. No decision is waiting.")
    assertContains(page, "Not known: no contacts are measured yet.")
    assertContains(page, "No sources yet")
    assertContains(page, "Admins set them.", count=2)
    assertNotContains(page, "Log the first initiative")
    assertNotContains(page, "Numbers as of")


def test_who_may_act_is_offered_the_first_step(sign_in: SignIn) -> None:
    admin = sign_in(person(Role.ADMIN, is_staff=True))
    head = sign_in(person(Role.HEAD, DepartmentFactory.create()))

    assertContains(admin.get("/"), "Set the first goal")
    assertContains(head.get("/"), "Log the first initiative")


@pytest.mark.parametrize("address", ["/", "/initiatives/", "/strategy/"])
def test_every_list_says_as_of_when_and_what_is_counted_again(address: str, reader: Client) -> None:
    filled(1)
    assertContains(reader.get(address), "Numbers as of Monday 23 November 2026, 07:40")

    StaleWeek.objects.create(week_on=TODAY - WEEK)

    assertContains(reader.get(address), "Being counted again.", count=1)


@pytest.mark.parametrize("state", ["waiting", "running"])
def test_numbers_are_being_counted_while_a_refresh_is_due(state: str) -> None:
    assert not is_counting()
    WorkFactory.create(kind="import", state="waiting")
    assert not is_counting()

    lease = {"lease_until": NOW} if state == "running" else {}
    WorkFactory.create(kind="refresh", state=state, **lease)

    assert is_counting()


def test_an_import_without_rows_makes_no_source_fresh() -> None:
    late = source("Tills", loaded=NOW - timedelta(days=3))
    ImportFactory.create(
        source=late, loaded_at=NOW, read_count=0, accepted_count=0, changed_count=0
    )

    assert [row.age.word for row in source_rows(NOW)] == ["Stale"]


def test_only_the_first_six_decisions_and_twelve_initiatives_are_open(reader: Client) -> None:
    for _ in range(13):
        judged("hollow")

    page = reader.get("/")

    assertContains(page, "13 things, the first by Friday.")
    assertContains(page, "<summary>7 more</summary>")
    assertContains(page, "12 of 13, by verdict.")


def test_stale_numbers_are_marked(reader: Client) -> None:
    filled(1)
    source("Seasonal file", loaded=NOW - timedelta(days=56))

    page = reader.get("/")

    assertContains(page, "1 of 2 sources is fresh")
    assertContains(page, "Bring Seasonal file up to date")
    assertContains(page, "28 Sep, 56 days ago")


@pytest.mark.parametrize("how_many", [1, 3, 60])
def test_the_rows_cost_the_same_however_many(
    how_many: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    filled(how_many)

    with django_assert_num_queries(QUERIES):
        assert overview(NOW).initiative_count == how_many


@pytest.mark.parametrize("how_many", [1, 3])
def test_the_page_costs_the_same_however_many(
    how_many: int, reader: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    filled(how_many)

    with django_assert_num_queries(QUERIES + 6):
        reader.get("/")


def test_strangers_are_sent_to_the_sign_in() -> None:
    for address in ("/", "/initiatives/", "/initiatives/1/", "/strategy/"):
        assert Client().get(address).url.startswith("/accounts/login/")  # type: ignore[attr-defined]  # what the client returns is wider

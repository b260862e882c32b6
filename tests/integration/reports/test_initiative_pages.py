from datetime import timedelta

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries
from pytest_django.asserts import assertContains, assertNotContains, assertTemplateUsed

from reports.models import Check, Outcome
from strategy.models import Role
from tests.factories.campaigns import GoalFactory, InitiativeFactory, measure
from tests.factories.reports import NOW, TODAY, WEEK, SignIn, judged, source, weeks
from tests.factories.strategy import DepartmentFactory, person

pytestmark = pytest.mark.django_db
LIST = "/initiatives/"


def test_the_list_shows_what_came_of_each(reader: Client) -> None:
    judged("hollow", name="Basket rescue", kind="contextualisation")

    page = reader.get(LIST)

    assertContains(page, "One initiative")
    assertContains(page, "Basket rescue")
    assertContains(page, "Contextualisation, passive")
    assertContains(page, "+12.7% (2.2 to 24.2)")
    assertContains(page, "Hollow win")


def test_the_list_opens_with_what_is_running(reader: Client) -> None:
    for status in ("draft", "draft", "reviewed"):
        InitiativeFactory.create(status=status)

    page = reader.get(f"{LIST}?status=draft")

    assertContains(page, "None is live; two are drafts and one is over.")


@pytest.mark.parametrize(
    ("address", "left"),
    [
        ("?verdict=win", ["Bulb reminder"]),
        ("?verdict=none", ["Lamp finder", "Paint builder"]),
        ("?department=stores", ["Lamp finder"]),
        ("?status=draft", ["Lamp finder"]),
        ("?kind=personalisation&q=bulb", ["Bulb reminder"]),
        ("?q=nothing+like+it", []),
        ("?verdict=nonsense", ["Bulb reminder", "Lamp finder", "Paint builder"]),
    ],
)
def test_the_filters_stand_in_the_address(reader: Client, address: str, left: list[str]) -> None:
    marketing = DepartmentFactory.create(key="marketing")
    stores = DepartmentFactory.create(key="stores")
    judged("win", name="Bulb reminder", kind="personalisation", department=marketing)
    judged("none", name="Paint builder", department=marketing)
    InitiativeFactory.create(name="Lamp finder", status="draft", department=stores)

    page = reader.get(LIST + address)

    assert sorted(row.name for row in page.context["rows"]) == left
    if left and len(left) < 3:
        assertContains(page, f"{len(left)} of three initiatives")


def test_filters_that_leave_nothing_can_be_cleared(reader: Client) -> None:
    judged()

    page = reader.get(f"{LIST}?q=nothing")

    assertContains(page, "No initiative matches.")
    assertContains(page, "Clear the filters")


def test_an_empty_list_says_what_it_is_for(reader: Client, sign_in: SignIn) -> None:
    head = sign_in(person(Role.HEAD, DepartmentFactory.create()))

    assertContains(reader.get(LIST), "Nothing logged yet.")
    assertNotContains(reader.get(LIST), "Log the first initiative")
    assertContains(head.get(LIST), "Log the first initiative")


def test_htmx_gets_the_rows_alone(reader: Client) -> None:
    judged(name="Basket rescue")

    fragment = reader.get(LIST, headers={"HX-Request": "true"})

    assertContains(fragment, "Basket rescue")
    assertNotContains(fragment, "<html")
    assertNotContains(fragment, "<form")
    assert "HX-Request" in fragment["Vary"]


def test_fifty_stand_on_a_page_and_filters_go_along(reader: Client) -> None:
    for _ in range(51):
        InitiativeFactory.create(status="live")

    first = reader.get(f"{LIST}?status=live")
    second = reader.get(f"{LIST}?status=live&page=2")

    assertContains(first, "51 initiatives, 1 to 50 here")
    assertContains(first, 'href="?status=live&amp;page=2"')
    assert len(second.context["rows"]) == 1
    assertContains(second, 'href="?status=live&amp;page=1"')


@pytest.mark.parametrize("how_many", [1, 3, 60])
def test_a_list_of_any_length_costs_the_same(
    how_many: int, reader: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for _ in range(how_many):
        judged()

    with django_assert_num_queries(18):
        reader.get(LIST)


@pytest.mark.parametrize(
    ("verdict", "sentence"),
    [
        ("win", "It worked. Conversion rose 8.4%."),
        ("hollow", "It sold more and drove people away."),
        ("harm", "It did harm. Conversion fell 4.8%."),
        ("unproven", "Not proven. Conversion may have risen or fallen."),
        ("none", "Not measured: no customers were held out."),
        ("hold", "On hold: the arms have sizes that chance does not give."),
    ],
)
def test_the_page_of_each_verdict_begins_with_its_sentence(
    reader: Client, verdict: str, sentence: str
) -> None:
    initiative = judged(verdict)

    page = reader.get(f"{LIST}{initiative.pk}/")

    assertContains(page, f'<p class="answer">{sentence}</p>', html=True)
    assertContains(page, 'class="grade"')
    assertContains(page, "Ways this could mislead you")
    for partial in ("actions", "history", "kind", "plan"):
        assertTemplateUsed(page, f"campaigns/_{partial}.html")


def test_numbers_stand_with_customers_interval_window_and_age(reader: Client) -> None:
    initiative = judged("win", starts_on=TODAY - 4 * WEEK)

    page = reader.get(f"{LIST}{initiative.pk}/")

    assertContains(page, "184,320")
    assertContains(page, "3.70%")
    assertContains(page, "(3.60 to 3.80)")
    assertContains(page, "+8.4% (3.1 to 13.9), 95% interval")
    assertContains(page, "+0.29 points (0.11 to 0.47), 95% interval")
    assertContains(page, "26 October to 22 November 2026")
    assertContains(page, "As of Monday 23 November 2026, 07:40")
    assertContains(page, "184,320 treated and 20,512 held out")
    assertContains(page, "Limit 3.0, 25% worse")
    assertContains(page, "One of two checks found something.")
    assertContains(page, 'id="uplift"')


def test_on_hold_every_difference_is_kept_back(reader: Client) -> None:
    initiative = judged("hold")

    page = reader.get(f"{LIST}{initiative.pk}/")

    assertContains(page, "The difference is kept back until the data are explained.")
    assertContains(page, "Not judged before the data are explained.")
    assertNotContains(page, "95% interval)</dd>")
    assertNotContains(page, "+30.0%")
    assertNotContains(page, "+3.2")
    assertNotContains(page, 'id="uplift"')


def test_what_could_not_be_computed_says_why(reader: Client) -> None:
    initiative = judged("none")
    Outcome.objects.create(
        result=initiative.result,
        part="success",
        measure=initiative.success_measure,
        treated_count=120,
        holdout_count=0,
        reason="There are no customers in the holdout.",
    )

    page = reader.get(f"{LIST}{initiative.pk}/")

    assertContains(page, "There are no customers in the holdout.")
    assertContains(page, '<td class="num">–</td>', count=4, html=True)


def test_measures_that_the_test_brought_along_are_shown_apart(reader: Client) -> None:
    initiative = judged("win")
    Outcome.objects.create(
        result=initiative.result,
        part="also",
        measure=measure("visit_rate"),
        treated_count=21_307,
        treated_mean=0.183,
        holdout_count=21_306,
        holdout_mean=0.106,
        relative=0.724,
        relative_low=0.66,
        relative_high=0.79,
    )

    page = reader.get(f"{LIST}{initiative.pk}/")

    assertContains(page, "Also measured, with no part in the verdict")
    assertContains(page, "+72.4% (66.0 to 79.0)")


def test_a_draft_shows_its_plan_and_no_result(reader: Client) -> None:
    initiative = InitiativeFactory.create(status="draft", starts_on=TODAY + timedelta(days=7))

    page = reader.get(f"{LIST}{initiative.pk}/")

    assertContains(page, "Not known yet: it is planned to start on 30 November 2026.")
    assertContains(page, "Not measured")
    assertNotContains(page, 'class="grade"')
    assertNotContains(page, "Ways this could mislead you")
    assertNotContains(page, "Was the experience safe?")


@pytest.mark.parametrize(
    ("status", "holdout", "sentence"),
    [
        ("agreed", "0.1", "Not known yet: it is planned to start on 9 November 2026."),
        ("live", "0.1", "Not known yet: the first numbers come with the next refresh."),
        ("ended", "0.0", "Not measured: no customers were held out."),
        ("ended", "0.1", "Not measured: no numbers came in."),
    ],
)
def test_without_a_result_the_page_says_why(
    reader: Client, status: str, holdout: str, sentence: str
) -> None:
    initiative = InitiativeFactory.create(status=status, holdout_share=holdout)

    assertContains(reader.get(f"{LIST}{initiative.pk}/"), sentence)


def test_an_initiative_that_is_not_there_is_not_found(reader: Client) -> None:
    assert reader.get(f"{LIST}999/").status_code == 404


@pytest.mark.parametrize("checks", [1, 3])
def test_a_page_with_any_number_of_checks_costs_the_same(
    checks: int, reader: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    initiative = judged()
    Check.objects.all().delete()
    for number in range(checks):
        Check.objects.create(
            result=initiative.result, key=f"check-{number}", title="Check", status="none"
        )

    with django_assert_num_queries(29):
        page = reader.get(f"{LIST}{initiative.pk}/")

    assertContains(page, "could not be run")


@pytest.mark.parametrize(("age", "count"), [(timedelta(hours=1), 0), (timedelta(days=4), 1)])
def test_numbers_of_a_late_source_are_marked_wherever_they_stand(
    age: timedelta, count: int, reader: Client
) -> None:
    initiative = judged("win", goals=[GoalFactory.create()])
    source("Web shop", loaded=NOW - age, sends=["visit", "order", "contact"])
    weeks("contacts_per_week", [1.2, 1.4], department=None)
    weeks("contacts_per_week", [1.2, 1.4], department=initiative.department)

    late = "One source late"
    page = reader.get(f"/initiatives/{initiative.pk}/").text
    assert page.count(f"{late}: the newest days may lack events") == count
    assert reader.get("/initiatives/").text.count(late) == count
    assert reader.get("/strategy/").text.count(late) == count
    assert reader.get("/").text.count(late) == 2 * count

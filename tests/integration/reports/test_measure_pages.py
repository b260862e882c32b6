"""The index of reports, a measure over time, and who comes again."""

from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries
from pytest_django.asserts import assertContains

from customers.models import Source, StaleWeek, Work
from reports.actions.asks import answer
from reports.actions.refresh import refresh
from reports.models import Ask
from strategy.models import Measure, Role
from tests.factories.customers import EventFactory, ImportFactory
from tests.factories.reports import NOW, TODAY, WEEK, SignIn, reading, source, weeks
from tests.factories.strategy import DepartmentFactory, person

pytestmark = pytest.mark.django_db
ADDRESS = "/reports/measures/conversion_rate/"


def count_what_was_asked() -> None:
    """Do the work that pages gave, as a worker would."""
    for asked in Ask.objects.all():
        answer(progress=SimpleNamespace(step=""), at=NOW, key=asked.key)
    Work.objects.filter(kind="answer").update(state="done", started_at=NOW, ended_at=NOW)


@pytest.fixture
def orders() -> None:
    """Two orders of last week: one by web and one in a store."""
    for channel in ("web", "store"):
        EventFactory.create(at=datetime(2026, 11, 18, 12, tzinfo=UTC), channel=channel)
    StaleWeek.objects.create(week_on=date(2026, 11, 16))
    refresh(progress=SimpleNamespace(step=""), at=NOW)


def test_the_first_sentence_is_the_answer(reader: Client) -> None:
    weeks("conversion_rate", [0.033, 0.032])

    page = reader.get(ADDRESS)

    assertContains(
        page,
        "Conversion rate: 3.2% (16 to 22 November 2026; of 10,000 people), "
        "0.1 points under the week before.",
    )
    assertContains(page, "As of Monday 23 November 2026, 07:40")


def test_a_number_whose_source_is_late_is_marked_in_the_index_and_on_its_page(
    reader: Client,
) -> None:
    weeks("conversion_rate", [0.033, 0.032])
    weeks("visit_rate", [0.3, 0.3])
    for name, loaded, kind in (("Shop", NOW, "visit"), ("Tills", None, "order")):
        source(name, loaded=loaded, sends=[kind])

    index, late, fresh = (
        reader.get(address).text
        for address in ("/reports/", ADDRESS, "/reports/measures/visit_rate/")
    )

    assert index.count("One source late") == late.count("One source late") == 1
    assert "One source late" not in fresh


def test_a_changed_definition_is_marked_and_old_readings_keep_theirs(reader: Client) -> None:
    reading("visit_rate", 0.3, ends_on=TODAY - WEEK)
    newest = Measure.objects.get(key="visit_rate")
    newest.pk, newest.version, newest.note = None, 2, "Only since the new tills."
    newest.save()
    reading(newest, 0.4)

    page = reader.get("/reports/measures/visit_rate/")

    assertContains(page, "A dotted line marks a changed definition.")
    assertContains(page, "Only since the new tills.")
    assert [one.version for one in page.context["found"].points.values()] == [1, 2]


def test_departments_are_read_where_readings_are_kept(
    reader: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for name in ("Stores", "Service"):
        weeks("conversion_rate", [0.03, 0.04], department=DepartmentFactory.create(name=name))
    weeks("conversion_rate", [0.03, 0.04])

    with django_assert_max_num_queries(13):
        page = reader.get(ADDRESS, {"by": "department"})

    assertContains(page, "Stores")
    assert not Ask.objects.exists()


@pytest.mark.usefixtures("orders")
def test_another_cut_is_counted_when_it_is_asked_for(reader: Client) -> None:
    address = "/reports/measures/revenue_per_customer/?by=channel"

    assertContains(reader.get(address), "Being counted.")
    count_what_was_asked()
    page = reader.get(address)

    points = {one.scope: one.value for one in page.context["found"].points.values()}
    assert points == {"": 20.0, "=web": 20.0, "=store": 20.0}
    assert Work.objects.filter(kind="answer").count() == 1


@pytest.mark.usefixtures("orders")
def test_the_answer_is_counted_again_once_the_facts_have_changed(reader: Client) -> None:
    address = "/reports/measures/revenue_per_customer/?by=channel"
    reader.get(address)
    count_what_was_asked()
    Ask.objects.update(as_of=NOW - timedelta(days=1))

    page = reader.get(address)

    assertContains(page, "Being counted again.")
    assert page.context["found"] is not None


@pytest.mark.usefixtures("orders")
def test_the_numbers_as_a_file_without_live_formulas(reader: Client) -> None:
    EventFactory.create(at=datetime(2026, 11, 18, 12, tzinfo=UTC), channel="=cmd()")
    refresh(progress=SimpleNamespace(step=""), at=NOW, everything=True)
    address = "/reports/measures/orders_per_customer/numbers.csv?by=channel"
    reader.get(address)
    count_what_was_asked()

    response = reader.get(address)

    lines = b"".join(response.streaming_content).decode().splitlines()  # type: ignore[attr-defined]  # what the client returns is wider
    assert lines[0].startswith("measure,version,scope,starts_on,ends_on,value")
    assert any(line.startswith("orders_per_customer,1,'=cmd(),") for line in lines)


@pytest.mark.parametrize(
    "query", [{"by": "arm"}, {"first": "2026-11-20", "last": "2026-11-21"}, {"span": "year"}]
)
def test_what_cannot_be_asked_says_so(reader: Client, query: dict[str, str]) -> None:
    assert reader.get(ADDRESS, query).status_code == 422


def test_no_such_measure(reader: Client) -> None:
    assert reader.get("/reports/measures/luck/").status_code == 404


@pytest.mark.usefixtures("orders")
def test_who_comes_again(reader: Client) -> None:
    assertContains(reader.get("/reports/cohorts/"), "Being counted.")

    count_what_was_asked()

    page = reader.get("/reports/cohorts/")
    assertContains(page, "Not known yet: no cohort has a whole month behind its first.")
    assertContains(page, "Nobody stands out")


@pytest.mark.parametrize(
    ("seen", "marks"), [(NOW, 0), (datetime(2026, 11, 12, 12, tzinfo=UTC), 1), (None, 2)]
)
@pytest.mark.usefixtures("orders")
def test_who_comes_again_is_marked_where_orders_may_be_missing(
    reader: Client, seen: datetime | None, marks: int
) -> None:
    """Cohorts end with last month, scores with last week; who never sends orders lacks none."""
    for fresh in Source.objects.all():
        ImportFactory.create(source=fresh, loaded_at=NOW)
    source("Post", loaded=None, sends=["survey_answer"])
    source("Tills", loaded=seen, sends=["order"])
    reader.get("/reports/cohorts/")
    count_what_was_asked()

    page = reader.get("/reports/cohorts/")

    assert page.text.count("source late") == marks
    assert "sources late" not in page.text


@pytest.mark.parametrize("how_many", [1, 3])
def test_the_index_of_reports(
    how_many: int, sign_in: SignIn, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for version in range(1, how_many + 1):
        Measure.objects.create(
            key=f"own-{version}", name="Own", fold="events", counted=["visit"],
            per="customers", unit="count", better="more",
        )  # fmt: skip
    client = sign_in(person(Role.ASSOCIATE))

    with django_assert_num_queries(11):
        assert client.get("/reports/").status_code == 200

"""The pages of audiences: the builder with and without script, the list, and who gets it."""

from importlib import import_module

import pytest
from django.apps import apps
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from campaigns.actions.audiences import choose_audience
from campaigns.actions.holdout import give_draw
from campaigns.audience.definition import Condition, Definition, Group, definition_of
from campaigns.models import Audience, AudienceVersion, CompanyHoldout, Draw
from customers.actions import work as ledger
from customers.models import Customer, Work
from strategy.models import AuditEntry, Role
from tests.factories.audiences import (
    NOW,
    analyst,
    asked,
    drawn,
    failed,
    freshened,
    people,
    planned,
    version,
)
from tests.factories.campaigns import DepartmentFactory
from tests.factories.customers import answer
from tests.factories.strategy import person

pytestmark = pytest.mark.django_db
NEW = "/initiatives/audiences/new/"
LOOK = "/initiatives/audiences/look/"


@pytest.fixture
def client() -> Client:
    """Somebody of Marketing who leads it."""
    client = Client()
    client.force_login(person(Role.HEAD, DepartmentFactory.create()))
    return client


def rows(*conditions: dict[str, str], **said: str) -> dict[str, str]:
    """Return the form's inputs for one group of conditions."""
    sent = {"match": "all", "g0-match": "all", **said}
    for place, condition in enumerate(conditions):
        sent |= {f"g0-{place}-{name}": value for name, value in condition.items()}
    return sent


MAIL = {"field": "consent", "value": "email:marketing", "is": "so"}
LATELY = {"field": "bought", "number": "30", "is": "not"}
NAMED = {"name": "Mail lovers", "way": "frozen", "act": "save"}


def saved_as(client: Client, **sent: str) -> AudienceVersion:
    department = DepartmentFactory.create()
    response = client.post(NEW, sent | {"department": str(department.pk)})
    assert response.status_code == 302, response.content.decode()
    return AudienceVersion.objects.latest("pk")


def test_an_audience_is_saved_with_its_sentence(client: Client) -> None:
    made = saved_as(client, **rows(MAIL, LATELY), **NAMED)

    conditions = (
        Condition("consent", "email:marketing"),
        Condition("bought", number=30, is_not=True),
    )
    assert made.definition == asked(*conditions).to_json()
    assert made.says == (
        "Customers who may be contacted by email for marketing and bought nothing in the last 30 "
        "days."
    )
    page = client.get(f"/initiatives/audiences/{made.audience_id}/").content.decode()
    assert made.says in page


def test_a_change_is_a_new_version_and_the_same_is_none(client: Client) -> None:
    made = saved_as(client, **rows(MAIL), **NAMED)
    address = f"/initiatives/audiences/{made.audience_id}/edit/"
    assert "Email for marketing".lower() in client.get(address).content.decode().lower()

    for condition in (MAIL, LATELY):
        sent = rows(condition) | NAMED
        assert client.post(address, sent).status_code == 302

    assert list(made.audience.versions.values_list("version", flat=True)) == [2, 1]


def test_without_script_buttons_add_and_drop_rows(client: Client) -> None:
    first = client.post(NEW, {"act": "group"}).content.decode()
    assert 'name="g0-0-field"' in first
    two = client.post(NEW, rows(LATELY, act="add:0", name="Half done")).content.decode()
    assert 'name="g0-1-field"' in two
    assert 'value="Half done"' in two
    one = client.post(NEW, rows(LATELY, MAIL, act="drop:0-0")).content.decode()
    assert 'name="g0-1-field"' not in one
    assert not Audience.objects.exists()


@pytest.mark.parametrize(
    ("changes", "mistake"),
    [
        ({"name": ""}, "Give it a name."),
        ({"g0-0-number": "0"}, "needs a whole number from 1 to 730"),
        ({"g0-0-number": "9" * 30}, "needs a whole number from 1 to 730"),
        ({"name": "Taken"}, "There is an audience “Taken” already"),
    ],
)
def test_what_cannot_be_saved_is_said(
    client: Client, changes: dict[str, str], mistake: str
) -> None:
    version(name="Taken")
    sent = rows(LATELY) | NAMED | {"department": str(DepartmentFactory.create().pk)} | changes

    response = client.post(NEW, sent)

    assert response.status_code == 422
    assert mistake in response.content.decode()
    assert Audience.objects.count() == 1


def test_the_count_answers_as_it_is_built(client: Client) -> None:
    for record in people(25):
        answer(record, is_allowed=True, at=NOW)
    Customer.objects.update(full_name="Maria Holt", city="York")
    people(5)
    freshened()

    said = client.post(LOOK, rows(MAIL)).content.decode()

    assert "25 customers, 83.3% of all" in said
    assert "M••••••• H•••••••" in said
    assert "Maria" not in said
    assert "<html" not in said


def test_of_a_few_nobody_is_shown(client: Client) -> None:
    answer(people(1)[0], is_allowed=True, at=NOW)
    freshened()

    said = client.post(LOOK, rows(MAIL)).content.decode()

    assert "1 customer, 100.0% of all" in said
    assert "So few are not shown one by one." in said


def test_another_field_brings_its_own_inputs(client: Client) -> None:
    freshened()

    said = client.post(f"{LOOK}?rows", rows(LATELY | {"was": "consent"})).content.decode()

    assert 'name="g0-0-number"' in said
    assert 'value="90"' in said


def test_the_way_from_an_audience_to_the_file(client: Client) -> None:
    for record in people(20):
        answer(record, is_allowed=True, at=NOW)
    freshened()
    initiative = planned("0.2")
    place = f"/initiatives/{initiative.pk}/people/"
    chosen = version(asked(Condition("consent", "email:marketing")))
    assert "in words only" in client.get(place).content.decode()

    client.post(f"{place}audience/", {"version": chosen.pk})
    client.post(f"{place}draw/", {"strata": ""})
    ledger.see_through(Draw.objects.get().work_id, clock=lambda: NOW)
    assert "Are the arms alike?" in client.get(place).content.decode()
    client.post(f"{place}deliver/", {"source": ""})

    counting = client.get(place).content.decode()
    assert "how many get it is not counted yet" in counting
    assert 'hx-trigger="every 2s"' in counting
    count = Work.objects.get(kind="sent", state="waiting")
    ledger.see_through(count.pk, clock=lambda: max(NOW, timezone.now()))
    page = client.get(place, headers={"HX-Request": "true"}).content.decode()
    assert "get it," in page
    assert "Nothing was sent yet to the" in page
    assert "<html" not in page
    assert "every 2s" not in page
    delivery = initiative.deliveries.get()
    file = client.get(f"/initiatives/deliveries/{delivery.pk}.csv")
    lines = b"".join(file.streaming_content).decode().splitlines()  # type: ignore[attr-defined]  # what the client returns is wider
    assert lines[0] == "customer,source,external_id,arm"
    assert len(lines) == 1 + initiative.assignments.filter(arm="treated").count()
    assert {line.split(",")[3] for line in lines[1:]} == {"treated"}
    assert AuditEntry.objects.filter(act="delivery.take").exists()


def test_a_draw_that_failed_is_said_and_offered_again(client: Client) -> None:
    initiative = planned()
    choose_audience(initiative=initiative, version=version(), by=analyst(), at=NOW)
    failed(give_draw(initiative=initiative, by=analyst(), at=NOW))

    page = client.get(f"/initiatives/{initiative.pk}/people/").content.decode()
    own = client.get(f"/initiatives/{initiative.pk}/").content.decode()

    assert "Its arms could not be drawn." in page
    assert "Given up after 5 attempts." in page
    assert "Draw the arms" in page
    assert "Its arms could not be drawn" in own
    assert "Given up after 5 attempts." in own


def test_no_cell_of_the_file_is_a_formula(client: Client) -> None:
    (record,) = people(1, external_id="=1+1")
    answer(record, is_allowed=True, at=NOW)
    freshened()
    initiative = planned("0")
    drawn(initiative)
    client.post(f"/initiatives/{initiative.pk}/people/deliver/", {})

    file = client.get(f"/initiatives/deliveries/{initiative.deliveries.get().pk}.csv")

    assert ",'=1+1," in b"".join(file.streaming_content).decode()  # type: ignore[attr-defined]  # what the client returns is wider


def test_leaders_set_the_company_holdout() -> None:
    client = Client()
    client.force_login(person(Role.EXECUTIVE))

    sent = {"share": "2.5", "salt": "2026", "reason": "To see what it all brings."}
    assert client.post("/initiatives/audiences/holdout/", sent).status_code == 302
    assert client.post("/initiatives/audiences/holdout/", sent | {"salt": ""}).status_code == 422

    assert str(CompanyHoldout.objects.get().share) == "0.025"
    page = client.get("/initiatives/audiences/").content.decode()
    assert "leaves 2.5% of customers alone" in page


@pytest.mark.parametrize("how_many", [1, 3])
def test_the_list_takes_the_same_queries_however_long(
    client: Client, how_many: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for _ in range(how_many):
        version(Definition("all", (Group("any", (Condition("bought", number=30),)),)))

    with django_assert_num_queries(8):
        assert client.get("/initiatives/audiences/").status_code == 200


def test_older_audiences_ask_for_consent_by_our_word_of_the_channel() -> None:
    moved = import_module("campaigns.migrations.0017_one_word_for_a_channel_in_audiences")
    theirs, ours = Condition("consent", "phone:marketing"), Condition("consent", "email:marketing")
    group = Group("any", (theirs, ours, Condition("category", "phone", 30)))
    old = version(Definition("all", (group,)))
    other = version(asked(ours))

    moved.use_our_words(apps, None)

    for one in (old, other):
        one.refresh_from_db()
    first, second, third = definition_of(old.definition).conditions
    assert (first.value, second, third.value) == ("call:marketing", ours, "phone")
    assert old.says == (
        "Customers who may be contacted by call for marketing, may be contacted by email for "
        "marketing or bought phone in the last 30 days."
    )
    assert other.definition == asked(ours).to_json()

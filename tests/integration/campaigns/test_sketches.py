"""What is typed is kept before it is saved; a new one begins from a template or an earlier one."""

from typing import Any

import pytest
from django.test import Client

from campaigns.models import Initiative, Sketch
from campaigns.queries import answers
from campaigns.queries.answers import Answer
from campaigns.rulebook.templates import TEMPLATES
from strategy.models import Measure, Person, Role
from tests.factories.campaigns import AT, DepartmentFactory, GoalFactory, InitiativeFactory, sheet
from tests.factories.strategy import person

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


@pytest.fixture
def client(client: Client, head: Person) -> Client:
    client.force_login(head)
    return client


def typed(client: Client, draft: Initiative | None = None, **said: Any) -> Any:
    address = "/initiatives/check/" + (f"?draft={draft.pk}" if draft else "")
    return client.post(address, said, headers=HTMX)


def test_the_first_word_is_kept_and_later_ones_with_it(client: Client, head: Person) -> None:
    answer = typed(client, name="Lights")
    sketch = Sketch.objects.get()
    assert answer["HX-Replace-Url"] == f"/initiatives/new/?sketch={sketch.pk}"
    assert f'name="sketch" value="{sketch.pk}"' in answer.content.decode()

    typed(client, name="Lights text", uses=["group", "place"], sketch=sketch.pk)

    sketch.refresh_from_db()
    assert sketch.person == head
    assert sketch.answers == {"name": ["Lights text"], "uses": ["group", "place"]}
    assert Sketch.objects.count() == 1


@pytest.mark.parametrize("said", [{}, {"holdout": "10"}, {"name": "a" * 20_001}])
def test_what_says_nothing_yet_is_not_kept(client: Client, said: dict[str, str]) -> None:
    answer = typed(client, None, **said)

    assert answer.status_code == 200
    assert not Sketch.objects.exists()


def test_it_is_shown_again_and_goes_with_the_save(client: Client) -> None:
    typed(client, name="Lights text", uses=["group"], starts_on="soon")
    pk = Sketch.objects.get().pk

    assert "Lights text" in client.get("/initiatives/new/").content.decode()
    page = client.get(f"/initiatives/new/?sketch={pk}")
    assert page.context["form"]["name"].value() == "Lights text"
    assert page.context["form"]["uses"].value() == ["group"]
    assert page.context["sheet"].headline == "Segmentation"
    client.post(
        "/initiatives/new/",
        {
            "sketch": pk,
            "name": "Lights text",
            "notice": "A text",
            "department": DepartmentFactory.create().pk,
            "channel": "text",
            "goals": [GoalFactory.create().pk],
            "mode": "active",
            "audience": "All with consent",
            "holdout": "10",
            "success_measure": Measure.objects.get(key="visit_rate").pk,
            "smallest_effect": "5",
            "starts_on": "2026-12-01",
            "last_on": "2026-12-31",
        },
    )

    assert Initiative.objects.get().name == "Lights text"
    assert not Sketch.objects.exists()


def test_changes_of_a_draft_are_kept_beside_it(client: Client) -> None:
    draft = InitiativeFactory.create(name="Lights")

    typed(client, draft, name="Lamps")

    assert Initiative.objects.get().name == "Lights"
    page = client.get(f"/initiatives/{draft.pk}/edit/")
    assert page.context["form"]["name"].value() == "Lamps"
    dropped = client.post(f"/initiatives/sketches/{Sketch.objects.get().pk}/drop/")
    assert dropped["Location"] == f"/initiatives/{draft.pk}/edit/"
    page = client.get(f"/initiatives/{draft.pk}/edit/")
    assert page.context["form"]["name"].value() == "Lights"


def test_nothing_is_kept_of_what_one_may_not_change(client: Client) -> None:
    others = InitiativeFactory.create(department=DepartmentFactory.create(key="stores"))
    live = InitiativeFactory.create(status="live")

    typed(client, others, name="Lamps")
    typed(client, live, name="Lamps")

    assert not Sketch.objects.exists()


def test_another_persons_sketch_is_left_alone(client: Client) -> None:
    theirs = Sketch.objects.create(
        person=person(Role.HEAD), answers={"name": ["Secret"]}, kept_at=AT
    )

    typed(client, name="Mine", sketch=theirs.pk)
    client.post(f"/initiatives/sketches/{theirs.pk}/drop/")

    theirs.refresh_from_db()
    assert theirs.answers == {"name": ["Secret"]}
    assert "Secret" not in client.get(f"/initiatives/new/?sketch={theirs.pk}").content.decode()


def test_an_earlier_one_is_copied_without_its_days(client: Client) -> None:
    earlier = InitiativeFactory.create(name="Lights", holdout_share="0.125")

    form = client.get(f"/initiatives/new/?copy={earlier.pk}").context["form"]

    assert form["name"].value() == "Lights"
    assert form["holdout"].value() == "12.5"
    assert form["department"].value() == earlier.department_id
    assert not form["starts_on"].value()


@pytest.mark.parametrize("address", ["copy=404", "template=nothing", "sketch=404", "copy=x"])
def test_what_is_not_there_is_an_empty_form(client: Client, address: str) -> None:
    page = client.get(f"/initiatives/new/?{address}")

    assert page.status_code == 200
    assert not page.context["form"]["name"].value()


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda one: one.key)
def test_every_template_keeps_the_rules_of_the_sheet(client: Client, template: Any) -> None:
    sheet()
    DepartmentFactory.create(key=template.department)

    page = client.get(f"/initiatives/new/?template={template.key}")

    assert page.context["form"]["name"].value() == template.title
    assert page.context["form"]["success_measure"].value()
    assert page.context["sheet"].standing == ()


def test_other_floors_answer_in_one_place(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def answer(draft: answers.Draft, _now: Any) -> Answer | None:
        return Answer("Clashes?", f"None in {draft.channel}.") if draft.channel else None

    monkeypatch.setattr(answers, "ANSWERERS", [*answers.ANSWERERS, answer])

    said = {"name": "Lights", "channel": "text", "planned_customers": "1000", "holdout": "12.5"}
    page = typed(client, None, **said).content.decode()

    assert "None in text." in page
    assert "875 customers get it, 125 are held out." in page

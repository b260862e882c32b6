"""The steps of an initiative's life from its page, and the filters of the list."""

from datetime import timedelta

import pytest
from django.http import QueryDict
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from campaigns.forms import InitiativeFilter
from campaigns.models import Initiative, Waiver
from campaigns.queries.initiatives import initiative_of, initiative_page
from strategy.models import Person, Role, Rule
from tests.factories.campaigns import (
    DepartmentFactory,
    GoalFactory,
    InitiativeFactory,
    guardrail,
    sheet,
)
from tests.factories.strategy import PersonFactory, person
from tests.pages import words

pytestmark = pytest.mark.django_db
DRAFT, PROPOSED, AGREED, LIVE, PAUSED, ENDED, REVIEWED = Initiative.Status


@pytest.fixture
def client(client: Client, head: Person) -> Client:
    client.force_login(head)
    return client


def post(client: Client, initiative: Initiative, step: str, **said: object) -> str:
    """Take a step and return the text of the page that it leads to."""
    response = client.post(reverse(f"initiative_{step}", args=[initiative.pk]), said, follow=True)
    assert response.status_code == 200
    return words(response)


def status_of(initiative: Initiative) -> str:
    return Initiative.objects.get(pk=initiative.pk).status


def test_a_whole_life(client: Client) -> None:
    sheet()
    initiative = InitiativeFactory.create()

    assert "Agreed. Lock the plan, or launch" in post(client, initiative, "propose")
    assert "The plan is locked. Launch when you are ready." in post(client, initiative, "lock")
    assert "Launched." in post(client, initiative, "launch")
    assert "It reaches nobody until" in post(client, initiative, "pause", reason="No stock.")
    assert "Resumed." in post(client, initiative, "resume")
    assert "Your comment is in the history." in post(client, initiative, "comment", text="Good.")
    page = post(client, initiative, "end", reason="Stock is gone.")
    assert "Ended. The reason stands in the history." in page
    assert "Ended: Stock is gone." in page
    assert status_of(initiative) == ENDED


def test_a_blocked_proposal_leads_to_the_rules_and_their_waiver(client: Client) -> None:
    sheet()
    initiative = InitiativeFactory.create(name="Your personal text")

    page = post(client, initiative, "propose")

    assert "This is not done: it breaks one rule of the sheet." in page
    assert "Breaks one rule of sheet v4." in page
    assert "Take “personal” out of the name, or use the person’s own history." in page
    assert "Waive the rule" in page
    assert status_of(initiative) == DRAFT


def test_a_waiver_opens_the_way(client: Client) -> None:
    sheet()
    initiative = InitiativeFactory.create(name="Your personal text")
    rule = Rule.objects.get(check_key="name_agrees_with_kind")
    today, mei = timezone.localdate(), PersonFactory.create(name="Mei Tan")

    page = post(
        client,
        initiative,
        "waive",
        rule=rule.pk,
        reason="It is printed.",
        last_on=f"{today}",
        owner=mei.pk,
    )

    assert "The rule is waived." in page
    assert "by Tom Reyes, and Mei Tan answers for it" in page
    assert Waiver.objects.get().ends_on == today + timedelta(days=1)
    post(client, initiative, "propose")
    assert status_of(initiative) == AGREED


def test_an_incomplete_waiver_says_what_is_missing(client: Client) -> None:
    sheet()
    initiative = InitiativeFactory.create(name="Your personal text")
    yesterday = timezone.localdate() - timedelta(days=1)

    response = client.post(
        reverse("initiative_waive", args=[initiative.pk]), {"last_on": f"{yesterday}"}
    )

    page = response.content.decode()
    assert response.status_code == 422
    assert "Choose the rule." in page
    assert "Give a reason, so that others can learn from it." in page
    assert "That day is over. Choose today or a later one." in page
    assert not Waiver.objects.exists()


def test_who_may_not_waive_still_sees_the_rules(client: Client) -> None:
    sheet()
    initiative = InitiativeFactory.create(name="Your personal text")
    client.force_login(person(Role.ANALYST))

    page = client.get(reverse("initiative_waive", args=[initiative.pk])).content.decode()

    assert "Call it personal only when it uses the person’s own history." in page
    assert "Only the head of Marketing may waive a rule" in page
    assert '<form method="post" class="form"' not in page


@pytest.mark.parametrize(
    ("step", "said", "sentence"),
    [
        ("end", {"reason": " "}, "Say why it ends, so that others can learn."),
        ("comment", {"text": ""}, "Write the comment first."),
    ],
)
def test_what_is_missing_is_said_and_nothing_happens(
    client: Client, step: str, said: dict[str, str], sentence: str
) -> None:
    initiative = InitiativeFactory.create()

    assert sentence in post(client, initiative, step, **said)
    assert status_of(initiative) == DRAFT


@pytest.mark.parametrize(
    ("step", "status", "sentence"),
    [
        ("lock", LIVE, "The plan is locked already."),
        ("launch", DRAFT, "It is not agreed yet. Propose it first."),
        ("propose", LIVE, "It is agreed already."),
        ("take_back", LIVE, "It is live. Change its plan with a reason, or end it."),
        ("approve", PROPOSED, "This approval is not asked any more."),
        ("pause", PAUSED, "It is paused already."),
        ("resume", LIVE, "It is live; there is nothing to resume."),
        ("end", DRAFT, "It is still a draft. Delete the draft instead."),
        ("discard", AGREED, "Take it back to change it; it is then approved anew."),
    ],
)
def test_a_step_that_does_not_fit_is_refused_with_its_reason(
    client: Client, step: str, status: str, sentence: str
) -> None:
    initiative = InitiativeFactory.create(status=status)

    said = {"reason": "Stock is gone."}
    assert sentence in post(client, initiative, step, **said)
    assert status_of(initiative) == status


def test_a_draft_is_deleted(client: Client) -> None:
    initiative = InitiativeFactory.create(name="Lights text")

    page = post(client, initiative, "discard")

    assert "The draft “Lights text” is deleted." in page
    assert not Initiative.objects.exists()


@pytest.mark.parametrize(
    "step", ["propose", "take_back", "lock", "launch", "pause", "resume", "end", "discard"]
)
def test_others_are_told_that_they_may_not(client: Client, step: str) -> None:
    client.force_login(person(Role.MEMBER, DepartmentFactory.create(key="stores")))
    initiative = InitiativeFactory.create()

    response = client.post(reverse(f"initiative_{step}", args=[initiative.pk]), {"reason": "x"})

    assert response.status_code == 403
    assert "of Marketing may" in response.content.decode()


@pytest.mark.parametrize(
    "step", ["propose", "approve", "send_back", "lock", "launch", "end", "comment", "discard"]
)
def test_who_signs_in_again_is_led_back_to_the_page(client: Client, step: str) -> None:
    initiative = InitiativeFactory.create()

    page = client.get(reverse(f"initiative_{step}", args=[initiative.pk]), follow=True)

    assert page.redirect_chain == [(f"/initiatives/{initiative.pk}/", 302)]
    assert "you were signed out. Please do it again." in page.content.decode()


def test_a_refused_method_has_a_page_for_people(client: Client) -> None:
    page = client.post("/strategy/", headers={"Accept": "text/html,*/*"})

    assert (page.status_code, page["Allow"]) == (405, "GET, HEAD")
    assert b"This address cannot be opened like this" in page.content


@pytest.mark.parametrize("name", ["Gold \u202etier", "Gold\x07 tier"])
def test_hidden_characters_are_refused(client: Client, name: str) -> None:
    page = client.post(reverse("initiative_new"), {"name": name})

    assert page.status_code == 422
    assert "Take the hidden character out" in page.content.decode()


def test_a_long_comment_is_refused_in_our_words(client: Client) -> None:
    initiative = InitiativeFactory.create()

    assert "Use 2,000 letters at most; it has 2001." in post(
        client, initiative, "comment", text="a" * 2001
    )
    assert "Your comment is in the history." in post(
        client, initiative, "comment", text="a\r\n" * 999 + "a"
    )


def test_only_broken_rules_are_offered_to_be_waived(client: Client) -> None:
    sheet()
    initiative = InitiativeFactory.create(name="Your personal text")

    page = client.get(reverse("initiative_waive", args=[initiative.pk]))

    offered = page.context["form"].fields["rule"].queryset
    assert [rule.check_key for rule in offered] == ["name_agrees_with_kind"]


def test_the_plan_shows_waivers_in_force_and_no_advice_for_drafts(client: Client) -> None:
    sheet()
    initiative = InitiativeFactory.create(name="Your personal text")
    rule = Rule.objects.get(check_key="name_agrees_with_kind")
    last = timezone.localdate() + timedelta(days=9)
    said = {"rule": rule.pk, "reason": "It is printed.", "last_on": f"{last}"}
    assert "Take “personal” out of the name." in post(client, initiative, "waive", **said)

    page = post(client, initiative, "propose")

    assert f"It is printed. Until {last:%-d %B %Y}, by Tom Reyes" in page
    assert "out of the name" not in page


def test_an_unknown_initiative_is_not_found(client: Client) -> None:
    assert client.post(reverse("initiative_launch", args=[404])).status_code == 404


@pytest.mark.parametrize("count", [1, 3])
def test_a_page_takes_the_same_queries_however_much_there_is(
    head: Person, count: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    sheet()
    initiative = InitiativeFactory.create(goals=GoalFactory.create_batch(count))
    for key in ["opt_outs", "complaint_rate", "visit_rate"][:count]:
        initiative.guardrails.add(guardrail(key))

    with django_assert_num_queries(17):
        page = initiative_page(initiative_of(initiative.pk), head, timezone.localdate())

    assert len(page.plan.facts) == 7


def test_the_plan_says_what_was_agreed(head: Person) -> None:
    guardrail("complaint_rate")
    initiative = InitiativeFactory.create(
        goals=GoalFactory.create_batch(1, name="Baskets finished")
    )
    initiative.guardrails.add(guardrail("complaint_rate"))

    page = initiative_page(initiative_of(initiative.pk), head, timezone.localdate())

    assert {fact.term: fact.text for fact in page.plan.facts} == {
        "Goal": "Baskets finished",
        "Success measure": "Conversion rate",
        "Worth having": "+5% or more",
        "Audience": "Gold tier with text consent",
        "Holdout": "10%, at random",
        "Guardrails": "Both company guardrails",
        "Window": "9 November to 6 December 2026",
    }
    assert page.plan.says == "Not locked yet."
    assert page.facts.does_not_use == (
        "What they set or pick, where they are, what is happening now and this person’s own history"
    )


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", {"lights", "bulbs", "letter"}),
        ("department=stores", {"bulbs"}),
        ("kind=segmentation", {"lights", "bulbs"}),
        ("kind=none", {"letter"}),
        ("status=live", {"lights"}),
        ("q=LIGHTS+text", {"lights"}),
        ("q=pensioner", {"letter"}),
        ("department=marketing&kind=segmentation", {"lights"}),
        ("department=nowhere&status=asleep", {"lights", "bulbs", "letter"}),
    ],
)
def test_the_list_is_filtered_by_its_address(query: str, found: set[str]) -> None:
    InitiativeFactory.create(key="lights", status=LIVE)
    InitiativeFactory.create(
        key="bulbs", department=DepartmentFactory.create(key="stores"), notice="A brochure"
    )
    InitiativeFactory.create(key="letter", kind="", notice="A letter", audience="Pensioners")

    filtered = InitiativeFilter(QueryDict(query), queryset=Initiative.objects.all())

    assert set(filtered.qs.values_list("key", flat=True)) == found

"""What the form says of a draft while it is written: who gets it, clashes, pressure, power."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from campaigns.actions.audiences import choose_audience
from campaigns.actions.overlaps import count_overlaps
from campaigns.actions.plans import launch
from campaigns.models import Held, Initiative, PlannedSend
from campaigns.queries.answers import CLASH, PRESSURE, WHO, Answer, Draft, answers_of
from campaigns.queries.clashes import planned_clashes
from campaigns.queries.members import kept_sets
from customers.actions import work as ledger
from strategy.models import Role
from tests.factories.audiences import NOW, analyst, freshened, people, planned, version
from tests.factories.campaigns import InitiativeFactory, sheet
from tests.factories.strategy import person

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 23)
STARTS, ENDS = date(2026, 11, 30), date(2026, 12, 14)


def draft(**said: Any) -> Draft:
    facts: dict[str, Any] = dict.fromkeys(Draft._fields) | {
        "name": "Lights",
        "channel": "email",
        "purpose": "marketing",
        "audience": "",
        "unit": "customer",
        "holdout_share": Decimal("0.1"),
        "planned_reads": 1,
        "further_measures": (),
        "guardrails": (),
        "starts_on": STARTS,
        "ends_on": ENDS,
    }
    return Draft(**(facts | said))


def said_of(one: Draft) -> dict[str, Answer]:
    return {answer.question: answer for answer in answers_of(one, NOW)}


def test_who_gets_it_is_counted_where_an_audience_is_chosen() -> None:
    people(40)
    freshened()

    assert said_of(draft())[CLASH].sentence == "Not known before an audience is chosen."
    assert WHO not in said_of(draft())
    assert said_of(draft(planned_customers=200))[WHO].note == "As planned; nobody is chosen yet."
    found = said_of(draft(audience_version=version()))[WHO]
    assert found.sentence == "36 customers get it, 4 are held out."


def test_a_draft_that_is_not_saved_clashes_with_another_drafts_audience() -> None:
    sheet()
    people(12)
    freshened()
    other = InitiativeFactory.create(name="Tools", starts_on=STARTS, audience_version=version())
    PlannedSend.objects.create(initiative=other, day=1, name="First mail")
    count_overlaps(at=NOW, everything=True)

    found = said_of(draft(audience_version=version()))

    assert found[CLASH].word == "One"
    assert found[CLASH].sentence.startswith("Tools wants 12 of these customers, ")
    assert found[PRESSURE].sentence.startswith("1.0 for each customer reached in the week of ")
    later = draft(audience_version=version(), starts_on=date(2027, 3, 1), ends_on=date(2027, 3, 9))
    assert said_of(later)[CLASH].word == "No"


def test_drafts_with_audiences_are_compared_as_soon_as_one_is_chosen() -> None:
    people(5)
    freshened()
    one, other = InitiativeFactory.create_batch(2, starts_on=STARTS)
    count_overlaps(at=NOW)
    for each in (one, other):
        choose_audience(initiative=each, version=version(), by=analyst(), at=NOW)

    count_overlaps(at=NOW)

    assert [clash.customers for clash in planned_clashes(TODAY)] == [5]
    assert kept_sets([one.pk, other.pk]).words.tolist() == 2 * [
        kept_sets([one.pk]).words[0].tolist()
    ]


def test_a_launch_draws_the_arms_and_is_live_with_them() -> None:
    spared, *_ = people(20)
    Held.objects.create(record=spared, since=NOW)
    freshened()
    initiative = planned(status="agreed", audience_version=version())
    head = person(Role.HEAD, initiative.department)

    assert launch(initiative=initiative, by=head, at=NOW).status == Initiative.Status.AGREED
    assert launch(initiative=initiative, by=head, at=NOW).status == Initiative.Status.AGREED
    ledger.see_through(initiative.draw.work_id, clock=lambda: NOW)

    initiative.refresh_from_db()
    assert (initiative.status, initiative.launched_at) == ("live", NOW)
    assert initiative.assignments.count() == 19

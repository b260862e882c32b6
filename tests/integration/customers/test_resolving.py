"""Resolving everybody by the command, with likeness and without; and what it prints."""

import csv
import io
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import pytest
from django.core.management import CommandError, call_command
from django.db.models import Count

from customers.actions import resolving
from customers.actions.review import put_off
from customers.actions.rulings import rule
from customers.models import Customer, LinkModel, LinkRun, Proposal, Record, Ruling, Source, Work
from strategy.models import Role
from tests.factories.customers import SourceFactory
from tests.factories.strategy import person
from tests.integration.conftest import Bring

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_broker")]
AT = datetime(2026, 11, 22, 12, tzinfo=UTC)
GIVEN = [
    "Ada",
    "Bo",
    "Cy",
    "Dee",
    "Eli",
    "Fay",
    "Gus",
    "Hal",
    "Ivy",
    "Jo",
    "Kai",
    "Lea",
    "Max",
    "Nia",
    "Oz",
    "Pia",
]
FAMILY = [
    "Byron",
    "Lee",
    "Stone",
    "Marsh",
    "Holt",
    "Price",
    "Ward",
    "Reid",
    "Shaw",
    "Dean",
    "Frost",
    "Lane",
    "Pike",
    "Snow",
]
HEADER = "external_id,given_name,family_name,born_on,postcode,email\n"


def resolved(*options: str) -> dict[str, Any]:
    out = io.StringIO()
    call_command("resolve", "--json", *options, stdout=out)
    return dict(json.loads(out.getvalue()))


def links(*options: str) -> list[list[str]]:
    out = io.StringIO()
    call_command("links", *options, stdout=out)
    return list(csv.reader(io.StringIO(out.getvalue())))


@pytest.fixture
def people(bring: Bring) -> list[list[str]]:
    """Have 300 people in the shop, and 150 of them at the tills under another address."""
    rng = np.random.default_rng(7)
    rows = [
        [
            f"P{number}",
            GIVEN[rng.integers(len(GIVEN))],
            FAMILY[rng.integers(len(FAMILY))],
            f"{rng.integers(1940, 2005)}-{rng.integers(1, 13):02}-{rng.integers(1, 28):02}",
            f"YO{rng.integers(1, 30)} {rng.integers(1, 9)}AB",
        ]
        for number in range(300)
    ]
    for key, part in (("shop", rows), ("till", rows[:150])):
        text = "".join(f"{','.join(row)},{row[0].lower()}@{key}.example\n" for row in part)
        bring(SourceFactory.create(key=key), HEADER + text)
    return rows


def test_without_likeness_only_identifiers_join(people: list[list[str]]) -> None:
    figures = resolved()

    assert figures["records"] == figures["customers"] == len(people) + 150
    assert figures["links"] == {"deterministic": 0, "probabilistic": 0, "manual": 0}
    assert figures["review"] == 0
    assert not LinkModel.objects.exists()


@pytest.mark.usefixtures("people")
def test_with_likeness_people_are_found_again() -> None:
    figures = resolved("--probabilistic")

    header, *rows = links()
    assert header == ["source", "external_id", "customer_id"]
    customer = {(source, name): who for source, name, who in rows}
    found = [
        number
        for number in range(150)
        if customer["shop", f"P{number}"] == customer["till", f"P{number}"]
    ]
    assert len(found) >= 145
    assert len(set(customer.values())) == figures["customers"] >= 300
    assert LinkRun.objects.get().figures == figures
    assert all(proposal.evidence for proposal in Proposal.objects.all())


@pytest.mark.usefixtures("people")
def test_likeness_is_not_certain_and_once_more_changes_nothing() -> None:
    first = resolved("--probabilistic")
    again = resolved("--probabilistic")

    assert again | {"seconds": 0} == first | {"seconds": 0}
    assert LinkModel.objects.count() == 1
    certain = {who for *_, who in links("--certain")[1:]}
    assert len(certain) == first["certain_customers"] >= first["customers"]
    assert resolved("--probabilistic", "--train")["customers"] == first["customers"]
    assert LinkModel.objects.count() == 2


@pytest.mark.usefixtures("people")
def test_no_machine_overrules_a_person_and_what_is_put_off_stays_so() -> None:
    resolved("--probabilistic")
    joined = Proposal.objects.exclude(tier="review").first()
    assert joined is not None
    by = person(Role.ANALYST)
    put_off(proposal_id=joined.pk, by=by, at=AT)
    rule(one=joined.a, other=joined.b, answer=Ruling.Answer.APART, by=by, at=AT)

    resolved("--probabilistic")

    a, b = Record.objects.get(pk=joined.a_id), Record.objects.get(pk=joined.b_id)
    assert a.customer_id != b.customer_id
    joined.refresh_from_db()
    assert joined.later_until == AT + timedelta(days=7)


@pytest.mark.usefixtures("people")
def test_where_records_are_many_training_reads_those_that_it_draws(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("customers.identity.blocks.FEW", 250)

    resolved("--probabilistic")

    learnt = json.loads(LinkModel.objects.get().recipe)["figures"]
    assert (learnt["records"], learnt["sampled"]) == (450, 250)


@pytest.mark.usefixtures("people")
def test_everybody_is_shown_anew_once_another_source_is_trusted() -> None:
    resolved("--probabilistic")
    both = Customer.objects.annotate(size=Count("records")).filter(size=2)
    shown = both.exclude(full_name="").order_by("pk").first()
    assert shown is not None
    told = Record.objects.get(customer=shown, source__key="till")
    told.attributes |= {"full_name": "As the till has it"}
    told.save()
    Source.objects.filter(key="till").update(trust_rank=1)
    Source.objects.filter(key="shop").update(trust_rank=9)

    resolved()

    shown.refresh_from_db()
    assert shown.full_name == "As the till has it"


def test_too_little_to_compare_is_said_in_a_sentence(bring: Bring) -> None:
    bring(SourceFactory.create(key="shop"), "external_id,email\nA,ada@example.org\n")

    with pytest.raises(CommandError, match="Fewer than two columns"):
        resolved("--probabilistic")


def test_a_night_waits_for_records_enough_and_is_given_once(people: list[list[str]]) -> None:
    for _ in range(2):
        resolving.give_nightly(at=AT)
    assert Work.objects.get(kind="resolve").arguments == {"probabilistic": True}

    Work.objects.filter(kind="resolve").delete()
    names = [row[0] for row in people[:20]]
    Record.objects.exclude(external_id__in=names).update(attributes={})
    resolving.give_nightly(at=AT)
    assert not Work.objects.filter(kind="resolve").exists()


def test_words_without_json(bring: Bring) -> None:
    bring(SourceFactory.create(key="shop"), "external_id,email\nA,ada@example.org\n")
    bring(Source.objects.get(), "external_id,email\nB,ada@example.org\n")
    out = io.StringIO()

    call_command("resolve", stdout=out)

    assert out.getvalue().startswith("2 records are 1 customers, by 1 links of identifiers")

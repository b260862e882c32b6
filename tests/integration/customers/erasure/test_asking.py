"""Who may have somebody forgotten, what they must type, and the command."""

from uuid import uuid4

import pytest
from django.core.management import CommandError, call_command

from customers.actions import erasure
from customers.actions import work as ledger
from customers.actions.erasure import NobodyError, NotConfirmedError, ask
from customers.models import Consent, Customer, Identifier, Record, Source, Suppression, Work
from strategy.models import Role
from strategy.permissions import NotAllowed
from tests.canary import PEOPLE, canarys, forget
from tests.factories.customers import SourceFactory
from tests.factories.strategy import person
from tests.integration.conftest import NOW, Bring

pytestmark = pytest.mark.django_db


def test_records_that_came_after_it_was_confirmed_are_confirmed_again(
    shop: Source, bring: Bring
) -> None:
    bring(shop, PEOPLE)
    public_id = canarys().public_id
    said = {"public_id": public_id, "confirmation": str(public_id), "at": NOW, "ring_now": False}
    asked = ask(**said, by=None)  # type: ignore[arg-type]  # keywords of several types in one dictionary
    bring(SourceFactory.create(), "external_id,email\nX,canarybird@example.org\n")

    refused = ledger.see_through(asked.work_id, clock=lambda: NOW)

    assert (refused.state, refused.error) == (Work.State.FAILED, erasure.CHANGED)
    assert Record.objects.count() == 3
    assert not Suppression.objects.exists()
    forget(public_id)
    assert Record.objects.get().external_id == "B"


def test_who_may_and_what_must_be_typed(shop: Source, bring: Bring) -> None:
    bring(shop, PEOPLE)
    public_id = canarys().public_id
    said = {"public_id": public_id, "confirmation": str(public_id), "at": NOW, "ring_now": False}

    with pytest.raises(NotAllowed):
        ask(**said, by=person(Role.EXECUTIVE))  # type: ignore[arg-type]  # keywords of several types in one dictionary
    with pytest.raises(NotConfirmedError, match=f"Type {public_id}"):
        ask(**said | {"confirmation": "yes"}, by=None)  # type: ignore[arg-type]  # keywords of several types in one dictionary
    with pytest.raises(NobodyError):
        ask(**said | {"public_id": uuid4()}, by=None)  # type: ignore[arg-type]  # keywords of several types in one dictionary
    assert not Work.objects.filter(kind="erase").exists()


def test_the_command_takes_an_old_id(
    shop: Source, bring: Bring, capsys: pytest.CaptureFixture[str]
) -> None:
    bring(shop, "external_id,email\nA,a@example.org\n")
    other = SourceFactory.create()
    bring(other, "external_id,email\nX,a@example.org\n")
    merged = Customer.objects.get(pk=Record.objects.get(external_id="X").pk)
    assert not merged.records.exists()

    call_command("erase", str(merged.public_id))

    assert "is forgotten" in capsys.readouterr().out
    assert not Record.objects.exists()
    assert not Identifier.objects.exists()
    assert not Consent.objects.exists()
    assert not Customer.objects.exists()
    with pytest.raises(CommandError, match="no public id"):
        call_command("erase", "A")
    with pytest.raises(CommandError, match="No customer has this id"):
        call_command("erase", str(uuid4()))

"""Who was forgotten comes in again once that is wanted, and only then."""

import pytest
from django.core.management import CommandError, call_command

from customers.actions.suppression import readmit
from customers.models import Source, Suppression
from strategy.models import AuditEntry, Role
from strategy.permissions import NotAllowed
from tests.canary import PEOPLE, canarys, forget
from tests.factories.customers import SourceFactory
from tests.factories.strategy import person
from tests.integration.conftest import NOW, Bring

pytestmark = pytest.mark.django_db


@pytest.fixture
def shop() -> Source:
    return SourceFactory.create(key="web-shop")


def test_who_wants_to_be_known_again_is_let_in_by_each_thing_that_kept_them_away(
    shop: Source, bring: Bring
) -> None:
    bring(shop, PEOPLE)
    forget(canarys().public_id)
    back = "external_id,email\nCANARYBIRD-1,canarybird@example.org\n"
    for arguments in (
        ["external_id", "CANARYBIRD-1", "--source", shop.key],
        ["email", "Canarybird+new@Example.org"],
    ):
        assert bring(shop, back).dropped_count == 1
        call_command("readmit", *arguments)

    assert bring(shop, back).changed_count == 1
    assert Suppression.objects.filter(kind="phone").exists()
    said = AuditEntry.objects.filter(act="suppression.lift").values_list("sentence", flat=True)
    assert set(said) == {
        "Lifted what kept somebody forgotten away by their external id.",
        "Lifted what kept somebody forgotten away by their email.",
    }


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["email", "nobody@example.org"], "Nobody who was forgotten was known by this."),
        (["external_id", "A"], "An external_id is one of a source: name both or neither."),
        (["email", "a@b.org", "--source", "web-shop"], "name both or neither"),
        (["external_id", "A", "--source", "till"], "There is no source “till”"),
    ],
)
@pytest.mark.usefixtures("shop")
def test_who_cannot_be_let_in_again_is_told(arguments: list[str], sentence: str) -> None:
    with pytest.raises(CommandError, match=sentence):
        call_command("readmit", *arguments)


def test_only_who_may_erase_lets_in_again() -> None:
    with pytest.raises(NotAllowed):
        readmit(kind="email", value="a@b.org", by=person(Role.ANALYST), at=NOW)

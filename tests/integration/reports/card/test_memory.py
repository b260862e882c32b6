"""What a shopkeeper would remember, and whether they may be contacted."""

import re

import pytest
from django.test import Client

from customers.models import Consent, Record
from tests.factories.campaigns import sheet
from tests.factories.cards import address, event, record_of, rich
from tests.factories.customers import ProposalFactory
from tests.factories.reports import NOW
from tests.pages import words

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_broker")]


def test_somebody_without_events_or_sheet(client: Client, maria: Record) -> None:
    page = words(client.get(address(maria)))

    assert "We know no more." in page
    assert "Never, by anything that we were sent" in page
    assert "There is no sheet yet that says so." in page
    assert "Nothing yet. Visits, purchases, messages and questions show here" in page
    assert "The only record: no other shares anything with it." in page


def test_everything_that_a_shopkeeper_would_remember(client: Client, maria: Record) -> None:
    rich(maria)
    event(maria, "order", 67, product="Rug", category="rugs")

    response = client.get(address(maria))

    page = words(response)
    assert "The complaint about Table first. Then Bulbs: due about" in page
    assert "Bought every" in page
    assert "Fuses 38% of the 100 people who bought it in the last year" in page
    assert "Receipts: on paper Told Shop, 2 April 2026" in page
    assert "York on four days" in page
    assert "Garden Bought by 40% of the 100 people who buy lighting as they do" in page
    assert "Apologise for the complaint about Table" in page
    assert "Mention what they looked at online" in page
    assert "Offer to text them anything: texts are refused." in page
    assert "3 of 3 contacts in seven days" in response.content.decode()
    assert "One reply to their own questions besides" in page
    assert re.search(r"Not until \w+day \d\d:\d\d, then by email\.", page)
    assert "At the limit" in page
    assert "Bulb reminder, by email" in page
    assert "Text Tills, 23 November 2026 No" in page
    assert "Post Never asked, which is a no No" in page
    assert "Same e-mail address m•••@••• as Shop." in page
    assert "Its phone number is shared by too many people to join any." in page


def test_yes_when_they_agreed_and_nothing_stands_against_it(client: Client, maria: Record) -> None:
    sheet(version=4)
    Consent.objects.create(
        record=maria, channel="email", purpose="marketing", is_allowed=True, told_at=NOW
    )

    page = words(client.get(address(maria)))

    assert "Yes, by email." in page
    assert "Inside the limit" in page


def test_a_probable_record_widens_no_consent_and_says_that_it_is_likely(
    client: Client, maria: Record
) -> None:
    sheet(version=4)
    likely = record_of("shop", maria)
    likely.certain_id = likely.pk
    likely.save()
    Consent.objects.create(
        record=likely, channel="email", purpose="marketing", is_allowed=True, told_at=NOW
    )
    words_for_it = ["same birth day", "surname one letter off"]
    ProposalFactory.create(a=maria, b=likely, tier="probable", evidence=words_for_it)

    page = words(client.get(address(maria)))

    assert "They have agreed to no marketing." in page
    assert "Shop Likely Same birth day and surname one letter off." in page

"""A register of consent comes in as a file, of its own source only."""

import pytest

from customers.models import Consent, Customer, Record
from tests.factories.customers import SourceFactory
from tests.integration.conftest import Bring

pytestmark = pytest.mark.django_db

REGISTER = "source,external_id,channel,purpose,answer,told_at,evidence\n"


def test_a_register_comes_in_and_its_rows_of_other_sources_do_not(bring: Bring) -> None:
    shop = SourceFactory.create(key="web-shop", name="Web shop")
    done = bring(
        shop,
        REGISTER
        + "web-shop,A,email,news,yes,2026-11-05T10:00:00Z,Form 7\n"
        + "till,B,email,news,yes,2026-11-05T10:00:00Z,\n",
    )

    assert (done.kind, done.accepted_count, done.rejected_count) == ("consents", 1, 1)
    assert Record.objects.get().external_id == "A"
    assert Customer.objects.count() == 1
    answer = Consent.objects.get()
    assert (answer.is_allowed, answer.way, answer.evidence) == (True, "file", "Form 7")
    assert (
        bring(shop, REGISTER + "web-shop,A,email,news,yes,2026-11-05T10:00:00Z,x\n").changed_count
        == 0
    )


def test_a_register_names_its_source_in_any_letters(bring: Bring) -> None:
    old = SourceFactory.create(key="Web-Shop", name="E-commerce")

    done = bring(old, REGISTER + "Web-Shop,A,email,news,yes,2026-11-05T10:00:00Z,\n")

    assert (done.accepted_count, done.rejected_count) == (1, 0)

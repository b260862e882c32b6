"""Measures in the admin: previewed before they are saved, and changed by new versions only."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from pytest_django.asserts import assertContains

from strategy.models import Measure, Role
from tests.factories.copying import done, happens, refreshed
from tests.factories.customers import RecordFactory
from tests.factories.reports import NOW
from tests.factories.strategy import person

pytestmark = pytest.mark.django_db
ADD = "/admin/strategy/measure/add/"
FORM: dict[str, Any] = {
    "key": "heavy_buyers",
    "version": "1",
    "name": "Heavy buyers",
    "fold": "people",
    "counted": ["order"],
    "at_least": "3",
    "per": "people",
    "per_events": ["order"],
    "contacts": "marketing",
    "scale": "1",
    "unit": "share",
    "better": "more",
}


@pytest.fixture
def admin(client: Client) -> Client:
    client.force_login(
        person(Role.ADMIN, is_staff=True), "allauth.account.auth_backends.AuthenticationBackend"
    )
    return client


def test_a_preview_says_what_is_counted_and_saves_nothing(admin: Client) -> None:
    page = admin.post(ADD, {**FORM, "_preview": "1"})

    assertContains(page, "People with at least three orders, of the people with an order.")
    assertContains(page, "being counted; ask again in a moment.", 2)
    assert not Measure.objects.filter(key="heavy_buyers").exists()


def test_a_preview_is_counted_in_the_background(admin: Client) -> None:
    buyer = RecordFactory.create()
    for days in (3, 4, 5):
        happens("order", buyer, NOW - timedelta(days=days))
    refreshed(at=NOW)
    admin.post(ADD, {**FORM, "_preview": "1"})
    done("answer", at=NOW)

    page = admin.post(ADD, {**FORM, "_preview": "1"})

    assertContains(page, "16 to 22 November 2026: 100.0%")


def test_a_preview_without_a_copy_says_why_nothing_was_counted(admin: Client) -> None:
    admin.post(ADD, {**FORM, "_preview": "1"})
    done("answer", at=NOW)

    page = admin.post(ADD, {**FORM, "_preview": "1"})

    assertContains(page, "not counted. The facts are not copied yet")


def test_saved_it_says_the_same(admin: Client) -> None:
    admin.post(ADD, FORM)

    made = Measure.objects.get(key="heavy_buyers")
    assert made.says.startswith("People with at least three orders, of the people with an order.")


def test_a_new_version_begins_from_the_old_one(admin: Client) -> None:
    old = Measure.objects.get(key="nps")

    form = admin.get(ADD, {"of": old.pk}).context["adminform"].form

    assert (form.initial["version"], form.initial["scores"]) == (2, [9, 10])


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"version": "3"}, "The next version is 1."),
        ({"fold": "events"}, "Only people are counted from so many events on."),
        ({"cap": "5"}, "A cap is above 0, on events, amounts or different things."),
        ({"scores": "9, 10"}, "The answers counted or taken off are some of all answers."),
        ({"days": "7"}, "Say how many days the shape looks, or none where it looks at none."),
        ({"shape": "exposure", "days": "728"}, "counts events per events."),
        ({"weekly": "on", "window_days": "365"}, "A window of its own has a day or more"),
    ],
)
def test_what_makes_no_measure_is_refused(
    admin: Client, changes: dict[str, str], reason: str
) -> None:
    assertContains(admin.post(ADD, FORM | changes), reason)
    assert not Measure.objects.filter(key="heavy_buyers").exists()

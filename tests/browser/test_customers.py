"""Somebody stands at the till: find them, serve them, and say what is wrong."""

from datetime import timedelta

import pytest
from playwright.sync_api import expect

from tests.browser import company, customers
from tests.browser.conftest import Visit
from tests.factories.reports import NOW


def test_find_open_reveal_filter_and_report(visit: Visit) -> None:
    page = visit(company.ASSOCIATE)
    page.goto("/")
    page.get_by_role("navigation", name="Main").get_by_role("link", name="Customers").click()

    page.get_by_role("searchbox").press_sequentially("mria holt", delay=20)
    expect(page.get_by_role("status").filter(has_text="One customer fits.")).to_be_visible()
    assert page.url.endswith("/customers/")
    page.get_by_role("link", name="M••••••• H•••••••").click()

    memory = page.get_by_role("region", name="The shopkeeper’s memory")
    expect(memory).to_contain_text("The complaint about Bedside table first.")
    expect(page.get_by_text(customers.EMAIL)).to_have_count(0)
    page.get_by_label("Why do you need the name?").select_option("Customer is on the line")
    page.get_by_role("button", name="Reveal").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(customers.NAME)
    expect(page.get_by_role("heading", level=1)).to_be_focused()
    expect(page.get_by_text(customers.CARD)).to_be_visible()

    happened = page.get_by_role("region", name="What has happened")
    expect(happened.get_by_text("A message by email").first).to_be_visible()
    happened.get_by_label("What", exact=True).select_option("Purchases and returns")
    expect(happened.get_by_text("A message by email")).to_have_count(0)
    happened.get_by_role("link", name="Earlier").click()
    expect(happened.get_by_text("Bought Thing 329")).to_be_visible()
    expect(happened.get_by_text("Bought Bulbs")).to_have_count(0)

    page.get_by_text("Report a wrong link").click()
    page.get_by_label("Which record is somebody else’s?").select_option(index=1)
    page.get_by_label("How do you know?").fill("She gets no letters")
    page.get_by_role("button", name="Report the wrong link").click()
    expect(page.get_by_role("status").first).to_contain_text("Reported.")
    expect(page.get_by_role("region", name="Why these records are one person")).to_contain_text(
        "Loyalty card and Letters are two people."
    )


def test_an_open_tab_hides_what_was_revealed(visit: Visit, monkeypatch: pytest.MonkeyPatch) -> None:
    page = visit(company.HEAD)
    page.clock.install()
    page.goto(f"/customers/{customers.public_id(customers.NAME)}/")
    page.get_by_label("Why do you need the name?").select_option("Customer is on the line")
    page.get_by_role("button", name="Reveal").click()
    expect(page.get_by_role("heading", name=customers.NAME)).to_be_focused()  # settled: it counts

    monkeypatch.setattr("django.utils.timezone.now", lambda: NOW + timedelta(minutes=5))
    page.clock.fast_forward(300_000)

    expect(page.get_by_role("button", name="Reveal")).to_be_visible()
    expect(page.get_by_text(customers.NAME)).to_have_count(0)
    expect(page.get_by_text(customers.EMAIL)).to_have_count(0)


def test_without_scripts_it_is_the_same_card(visit: Visit) -> None:
    page = visit(company.HEAD, java_script_enabled=False)
    page.goto("/customers/")
    page.get_by_role("searchbox").fill("kwame")
    page.get_by_role("button", name="Find").click()
    page.get_by_role("link", name="K••••••• O•••••••").click()

    page.get_by_role("button", name="Reveal").click()

    expect(page.get_by_role("heading", level=1)).to_have_text(customers.UNKNOWN)
    expect(page.get_by_text("Shown to you until")).to_be_visible()

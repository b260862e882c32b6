"""A source is added, and gets a write key that is shown once and copied."""

import re

from playwright.sync_api import Page, expect

from customers.actions.write_keys import source_of
from customers.models import Source
from tests.browser import company
from tests.browser.conftest import Visit
from tests.browser.faults import faults


def make_key(page: Page) -> str:
    page.goto("/customers/sources/web-shop/")
    page.get_by_role("button", name="Make a new key").click()
    field = page.get_by_label("Write key", exact=True)
    expect(field).to_have_value(re.compile(r"^[\w-]{43}$"))
    return field.input_value()


def test_an_analyst_adds_a_source(visit: Visit) -> None:
    page = visit(company.ANALYST)
    page.goto("/customers/sources/new/")
    page.get_by_role("button", name="Add the source").click()
    expect(page.get_by_role("alert")).to_be_focused()
    assert faults(page) == []

    page.get_by_label("Name").fill("Survey tool")
    page.get_by_label("Key").fill("survey-tool")
    page.get_by_label("Department").select_option(index=1)
    sends = page.get_by_role("group", name="Identifiers it sends")
    sends.get_by_label("E-mail address").check()
    page.get_by_role("button", name="Add the source").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("Survey tool")
    expect(page.get_by_role("table", name="Identifiers")).to_contain_text("Claimed")
    Source.objects.get(key="survey-tool").delete()


def test_a_key_is_copied_and_not_shown_again(visit: Visit) -> None:
    page = visit(company.ANALYST, permissions=["clipboard-read", "clipboard-write"])
    key = make_key(page)
    assert faults(page) == []

    page.get_by_role("button", name="Copy").click()

    expect(page.locator("#messages")).to_have_text("Copied.")
    assert page.evaluate("navigator.clipboard.readText()") == key
    found = source_of(key)
    assert found is not None
    assert found.key == "web-shop"
    page.goto("/customers/sources/web-shop/")
    expect(page.locator("body")).not_to_contain_text(key)
    expect(page.get_by_label("Write key", exact=True)).to_have_count(0)


def test_without_javascript_a_key_can_be_read(visit: Visit) -> None:
    page = visit(company.ANALYST, java_script_enabled=False)

    assert make_key(page)

    expect(page.get_by_role("button", name="Copy")).to_be_hidden()


def test_the_navigation_leads_to_the_data_of_those_who_may_see_them(visit: Visit) -> None:
    page = visit(company.EXECUTIVE)
    page.goto("/")
    page.get_by_role("navigation", name="Main").get_by_role("link", name="Data").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("Sources")
    expect(page.get_by_role("link", name="Add a source")).to_have_count(0)
    expect(visit(company.ASSOCIATE).get_by_role("link", name="Data")).to_have_count(0)

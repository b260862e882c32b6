"""Coming in, looking round, going out."""

import re

from playwright.sync_api import expect

from tests.browser.company import EXECUTIVE, FORGETFUL
from tests.browser.conftest import Visit
from tests.browser.entrance import sign_in
from tests.factories.strategy import PASSWORD


def test_signing_in_brings_the_three_answers(visit: Visit) -> None:
    page = visit()
    page.goto("/")
    expect(page).to_have_url(re.compile("/accounts/login/"))
    sign_in(page, EXECUTIVE, PASSWORD)

    expect(page.get_by_role("heading", level=1)).to_have_text("Overview")
    for question in (
        "Are we reaching the goals?",
        "Is the customer experience safe?",
        "What needs a decision this week?",
    ):
        section = page.locator("section.band").filter(
            has=page.get_by_role("heading", name=question)
        )
        expect(section.locator(".answer")).to_have_text(re.compile(r"\w.+\."))

    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("status")).to_contain_text("You are signed out.")
    page.goto("/initiatives/")
    expect(page.get_by_role("heading", level=1)).to_have_text("Sign in")


def test_after_signing_in_comes_the_page_that_was_asked_for(visit: Visit) -> None:
    page = visit()
    page.goto("/strategy/")
    sign_in(page, EXECUTIVE, PASSWORD)

    expect(page.get_by_role("heading", level=1)).to_have_text("Strategy, sheet v4")


def test_a_wrong_password_is_said_and_the_form_stays(visit: Visit) -> None:
    page = visit()
    page.goto("/accounts/login/")
    sign_in(page, EXECUTIVE, "not this one")

    said = page.get_by_role("alert")
    expect(said).to_contain_text("is not right")
    expect(said).to_be_focused()
    expect(page.get_by_label("Email")).to_have_value(EXECUTIVE)


def test_a_password_is_changed_and_used(visit: Visit) -> None:
    page, new = visit(FORGETFUL), "a new long password of mine"
    page.goto("/")
    page.get_by_role("link", name="Change password").click()
    page.get_by_label("Current password").fill(PASSWORD)
    page.get_by_label("New password", exact=True).fill(new)
    page.get_by_label("New password (again)").fill(new)
    page.get_by_role("button", name="Change password").click()
    expect(page.get_by_role("status")).to_contain_text("changed")

    page.get_by_role("button", name="Sign out").click()
    sign_in(page, FORGETFUL, new)
    expect(page.get_by_role("heading", level=1)).to_have_text("Overview")

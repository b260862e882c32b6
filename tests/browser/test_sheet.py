"""Signing the sheet."""

from playwright.sync_api import expect

from tests.browser import company
from tests.browser.conftest import Visit


def test_a_head_signs_and_the_wall_says_so(visit: Visit) -> None:
    page = visit(company.OTHER_HEAD)
    page.goto("/")
    page.get_by_role("link", name="Sheet v4, signed by 1 of 2").click()
    wall = page.get_by_role("region", name="Who has signed?")
    mine = wall.get_by_role("listitem").filter(has_text="Stores")
    expect(mine).not_to_contain_text("Priya Nair")

    wall.get_by_role("button", name="Sign v4 for Stores").click()

    expect(page.get_by_role("status").first).to_contain_text("Signed v4 for Stores: text ")
    expect(mine).to_contain_text("Priya Nair")
    expect(wall.get_by_role("button")).to_have_count(0)
    expect(page.get_by_role("link", name="Sheet v4, signed by 2 of 2")).to_be_visible()


def test_others_cannot_sign(visit: Visit) -> None:
    page = visit(company.ASSOCIATE)
    page.goto("/strategy/")

    wall = page.get_by_role("region", name="Who has signed?")
    expect(wall).to_contain_text("Tom Reyes")
    expect(wall.get_by_role("button")).to_have_count(0)


def test_what_changed_between_two_sheets(visit: Visit) -> None:
    page = visit(company.ASSOCIATE)
    page.goto("/strategy/")
    page.get_by_role("link", name="What changed since v3").click()

    changed = page.get_by_role("region", name="What changed since v3?")
    expect(changed).to_contain_text("No launch without a holdout or a reason.")

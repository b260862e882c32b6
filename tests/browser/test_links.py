"""Somebody works through the queue of pairs without touching the mouse."""

from playwright.sync_api import Page, expect

from customers.models import Ruling
from tests.browser import company, customers
from tests.browser.conftest import Visit

SURER, LESS_SURE = (
    f"{name[0]}••••••• {name.split()[1][0]}•••••••" for name, _ in customers.PERHAPS[:2]
)


def said(page: Page, text: str) -> None:
    expect(page.get_by_role("status").filter(has_text=text)).to_be_visible()


def test_the_queue_by_keys(visit: Visit) -> None:
    page = visit(company.PRIVACY)
    page.goto("/")
    page.get_by_role("navigation", name="Main").get_by_role("link", name="Data").click()
    expect(page.get_by_text("Two pairs wait; the surest first.")).to_be_visible()
    names = page.get_by_role("row", name="Name")
    queue = page.get_by_role("heading", name="Who waits for a decision?")
    expect(names).to_contain_text(SURER)
    expect(names).to_contain_text("One letter off")

    page.get_by_label("Why do you need it?").focus()
    page.keyboard.press("j")
    expect(names).to_contain_text(SURER)
    page.get_by_label("Why do you need it?").select_option("Checking a link")
    page.get_by_role("button", name="Reveal both").click()
    expect(names).to_contain_text("Agnes Whitlow")
    expect(page.get_by_role("heading", name="What both say")).to_be_focused()

    page.keyboard.press("n")
    said(page, "Kept apart: no machine will join them.")
    expect(page.get_by_text("One pair waits.")).to_be_visible()
    expect(names).to_contain_text(LESS_SURE)
    expect(queue).to_be_focused()

    page.keyboard.press("u")
    said(page, "One decision taken back.")
    expect(names).to_contain_text("Agnes Whitlow")
    expect(queue).to_be_focused()
    page.keyboard.press("j")
    said(page, "Joined: they become one customer in a moment.")
    expect(queue).to_be_focused()
    page.keyboard.press("l")
    said(page, "Put off for a week.")
    expect(page.get_by_text("No pair waits.")).to_be_visible()
    expect(queue).to_be_focused()

    page.keyboard.press("u")
    said(page, "One decision taken back.")
    page.get_by_label("The keys J, N, L and U press the buttons").uncheck()
    page.keyboard.press("u")
    expect(names).to_contain_text(LESS_SURE)
    assert list(
        Ruling.objects.filter(undone_at=None, by__email=company.PRIVACY).values_list("answer")
    ) == [("joined",)]


def test_without_scripts_links_are_undone_in_bulk(visit: Visit) -> None:
    page = visit(company.ANALYST, java_script_enabled=False)
    page.goto("/customers/links/")
    page.get_by_role("button", name="Not the same").click()
    said(page, "Kept apart")
    page.get_by_role("link", name="What was linked").click()
    expect(page.get_by_text("The largest customer grew from 3 to 5 records")).to_be_visible()

    for box in page.get_by_role("checkbox", name="Choose: ").all():
        box.check()
    page.get_by_role("button", name="Undo chosen").click()

    said(page, "undone.")
    expect(page.get_by_text("Undone by Sam Cole").first).to_be_visible()
    page.get_by_role("button", name="Undo last").click()
    said(page, "taken back.")

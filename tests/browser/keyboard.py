"""What a person does who uses no mouse."""

from playwright.sync_api import Locator, Page, expect

FAR = 80
"""Presses of Tab after which a control counts as out of reach."""


def tab_to(page: Page, control: Locator) -> None:
    """Go forward to a control, as far as need be."""
    expect(control).to_be_visible()
    for _ in range(FAR):
        if control.evaluate("element => element === document.activeElement"):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"Tab does not reach {control}")


def type_into(page: Page, label: str, text: str) -> None:
    """Write over what stands in a field."""
    tab_to(page, page.get_by_label(label, exact=True))
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.type(text)


def write_day(page: Page, label: str, day_and_month: int, year: int) -> None:
    """Write such as 12/12/2026 into the browser's own field, whichever it wants first."""
    tab_to(page, page.get_by_label(label, exact=True))
    page.keyboard.type(f"{day_and_month:02}{day_and_month:02}{year}")


def tick(page: Page, label: str) -> None:
    """Tick a box or choose among buttons."""
    tab_to(page, page.get_by_label(label))
    page.keyboard.press("Space")


def choose(page: Page, label: str, value: str) -> None:
    """Go down a list until it stands on a value."""
    menu = page.get_by_label(label, exact=True)
    tab_to(page, menu)
    for _ in range(FAR):
        if menu.input_value() == value:
            return
        page.keyboard.press("ArrowDown")
    raise AssertionError(f"{label} offers no {value}")


def press(page: Page, name: str) -> None:
    """Press a button."""
    tab_to(page, page.get_by_role("button", name=name, exact=True))
    page.keyboard.press("Enter")


def follow(page: Page, name: str) -> None:
    """Follow a link."""
    tab_to(page, page.get_by_role("link", name=name, exact=True))
    page.keyboard.press("Enter")

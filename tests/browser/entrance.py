"""The page by which somebody comes in."""

from playwright.sync_api import Page


def sign_in(page: Page, email: str, password: str) -> None:
    """Fill the form in and send it."""
    page.get_by_label("Email").fill(email)
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Sign in").click()

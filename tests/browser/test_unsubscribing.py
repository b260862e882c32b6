"""The one page that customers see."""

from datetime import timedelta

import pytest
from playwright.sync_api import expect

from tests.browser import company
from tests.browser.conftest import Visit
from tests.factories.reports import NOW


@pytest.mark.parametrize("javascript", [True, False])
def test_somebody_leaves_and_comes_back(
    visit: Visit, server: str, monkeypatch: pytest.MonkeyPatch, javascript: bool
) -> None:
    assert server
    page = visit(width=390, java_script_enabled=javascript)
    page.goto(f"/unsubscribe/{company.link_to_leave()}/")
    heading = page.get_by_role("heading", level=1)
    expect(heading).to_have_text("Stop marketing emails?")

    page.get_by_role("button", name="Unsubscribe").click()
    expect(heading).to_have_text("You are unsubscribed")
    page.reload()
    expect(heading).to_have_text("You are unsubscribed")

    monkeypatch.setattr("django.utils.timezone.now", lambda: NOW + timedelta(minutes=1))
    page.get_by_role("button", name="I changed my mind").click()
    expect(heading).to_have_text("You are back on the list")
    assert page.context.cookies() == []

"""Every page and state against WCAG 2.0 to 2.2, A and AA, light and dark, wide and narrow."""

import re
from collections.abc import Callable, Iterator
from functools import cache
from uuid import UUID

import pytest
from playwright.sync_api import Browser, Page, expect

from strategy.models import Goal, Sheet
from tests.browser import company, customers, database
from tests.browser.conftest import Visit, Windows
from tests.browser.entrance import sign_in
from tests.browser.faults import faults

PAGES = [
    (None, "/accounts/login/"),
    (None, "/accounts/signup/"),
    (None, "/accounts/inactive/"),
    (None, "/accounts/password/reset/"),
    (None, "/accounts/password/reset/done/"),
    (None, "/accounts/password/reset/key/1-a-b/"),
    (None, "/accounts/password/reset/key/done/"),
    (None, "/nowhere/"),
    (None, "/unsubscribe/{link}/"),
    (None, "/unsubscribe/{left}/"),
    (None, "/unsubscribe/nobody/"),
    (company.EXECUTIVE, "/accounts/password/change/"),
    (company.EXECUTIVE, "/accounts/logout/"),
    (company.EXECUTIVE, "/accounts/reauthenticate/"),
    (company.EXECUTIVE, "/"),
    (company.EXECUTIVE, "/initiatives/"),
    (company.EXECUTIVE, "/initiatives/?q=nothing+like+it"),
    *((company.HEAD, f"/initiatives/{{{verdict}}}/") for verdict in company.NAMES),
    (company.HEAD, "/initiatives/new/"),
    (company.HEAD, "/initiatives/{draft}/"),
    (company.HEAD, "/initiatives/{draft}/edit/"),
    (company.OTHER_HEAD, "/initiatives/{locked}/"),
    (company.OTHER_HEAD, "/initiatives/{personal}/"),
    (company.OTHER_HEAD, "/initiatives/{personal}/waive/"),
    (company.HEAD, "/initiatives/{draft}/people/"),
    (company.HEAD, "/initiatives/{draft}/sends/"),
    (company.HEAD, "/initiatives/{locked}/people/"),
    (company.OTHER_HEAD, "/initiatives/{locked}/plan/"),
    (company.HEAD, "/initiatives/audiences/"),
    (company.HEAD, "/initiatives/audiences/new/"),
    (company.HEAD, "/initiatives/notices/"),
    (company.HEAD, "/calendar/"),
    (company.HEAD, "/departments/marketing/week/"),
    (company.EXECUTIVE, "/reports/"),
    (company.EXECUTIVE, "/reports/clashes/"),
    (company.EXECUTIVE, "/reports/pressure/"),
    (company.EXECUTIVE, "/reports/portfolio/"),
    (company.EXECUTIVE, "/reports/claims/"),
    (company.EXECUTIVE, "/reports/claims/new/"),
    (company.EXECUTIVE, "/reports/evaluate/"),
    (company.EXECUTIVE, "/reports/cohorts/"),
    (company.EXECUTIVE, "/reports/measures/conversion_rate/"),
    (company.EXECUTIVE, "/strategy/tokens/"),
    (company.EXECUTIVE, "/api/docs/"),
    (company.OTHER_HEAD, "/strategy/"),
    (company.OTHER_HEAD, "/strategy/breaches/"),
    (company.EXECUTIVE, "/strategy/sheets/4/?compare=3"),
    (company.EXECUTIVE, "/strategy/sheets/5/"),
    (company.ANALYST, "/customers/sources/"),
    (company.ANALYST, "/customers/sources/service-desk/"),
    (company.EXECUTIVE, "/customers/sources/web-shop/"),
    (company.ANALYST, "/customers/sources/new/"),
    (company.ANALYST, "/customers/sources/web-shop/edit/"),
    (company.ASSOCIATE, "/customers/"),
    (company.ASSOCIATE, "/customers/{known}/"),
    (company.EXECUTIVE, "/customers/{unknown}/"),
    (company.ASSOCIATE, "/customers/00000000-0000-4000-8000-000000000000/"),
    (company.ANALYST, "/customers/imports/"),
    (company.ANALYST, "/customers/imports/{waiting}/"),
    (company.ANALYST, "/customers/imports/{running}/"),
    (company.ANALYST, "/customers/imports/{failed}/"),
    (company.ANALYST, "/customers/imports/{loaded}/"),
    (company.ASSOCIATE, "/customers/imports/"),
    (company.PRIVACY, "/customers/links/"),
    (company.ANALYST, "/customers/links/"),
    (company.ANALYST, "/customers/links/made/"),
    (company.PRIVACY, "/customers/looks/"),
    (company.PRIVACY, "/customers/consents/"),
    (company.PRIVACY, "/customers/erasures/"),
    (company.PRIVACY, f"/customers/erasures/{company.NOBODY}/"),
    (company.PRIVACY, f"/customers/{company.SOMEBODY}/privacy/"),
    (company.ASSOCIATE, f"/customers/{company.SOMEBODY}/privacy/"),
    (company.ASSOCIATE, "/nowhere/"),
    (company.ADMIN, "/admin/"),
    (company.ADMIN, "/admin/strategy/goal/"),
    (company.ADMIN, "/admin/strategy/goal/{goal}/change/"),
    (company.ADMIN, "/admin/strategy/goal/{goal}/history/"),
    (company.ADMIN, "/admin/strategy/person/add/"),
    (company.ADMIN, "/admin/customers/source/add/"),
    (company.ADMIN, "/admin/strategy/sheet/{draft_sheet}/change/"),
]
EMPTY = [
    "/",
    "/initiatives/",
    "/initiatives/?status=live",
    "/strategy/",
    "/customers/sources/",
    "/customers/",
    "/customers/imports/",
    "/customers/links/",
    "/customers/links/made/",
    "/customers/looks/",
    "/customers/consents/",
    "/customers/erasures/",
]


@pytest.fixture(scope="module")
def places(server: str) -> dict[str, int | str | UUID]:  # noqa: ARG001  the company is there with it
    return {
        **{verdict: company.initiative_named(name) for verdict, name in company.NAMES.items()},
        "draft": company.initiative_named(company.DRAFT),
        "locked": company.initiative_named(company.LOCKED),
        "personal": company.initiative_named(company.PERSONAL_WORD),
        **{state: company.import_of(f"{state}.csv") for state in ("waiting", "running", "failed")},
        "known": customers.public_id(customers.NAME),
        "unknown": customers.public_id(customers.UNKNOWN),
        "loaded": company.import_of("loaded.csv"),
        "link": company.link_to_leave(),
        "left": company.link_to_leave(followed=True),
        "goal": Goal.objects.latest("pk").pk,
        "draft_sheet": Sheet.objects.get(version=5).pk,
    }


@pytest.fixture(scope="module")
def windows(browser: Browser, server: str) -> Iterator[Windows]:
    opened = Windows(browser, server)
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def window_of(windows: Windows) -> Callable[[str | None], Page]:
    """Keep one window for each person: its pages load in half the time of a new one's."""
    return cache(windows.open)


@pytest.mark.parametrize(("email", "address"), PAGES)
def test_a_page_is_open_to_everybody(
    windows: Windows,
    window_of: Callable[[str | None], Page],
    places: dict[str, int | str | UUID],
    email: str | None,
    address: str,
) -> None:
    page = window_of(email)
    response = page.goto(address.format(**places))

    assert response
    assert response.status < 500
    assert faults(page) == []
    assert windows.complaints == []


def test_a_refused_sign_in_is_open_to_everybody(visit: Visit) -> None:
    page = visit()
    page.goto("/accounts/login/")
    sign_in(page, "stranger@example.org", "not this one")
    expect(page.get_by_role("alert")).to_be_visible()

    assert faults(page) == []


def test_found_customers_are_open_to_everybody(visit: Visit) -> None:
    page = visit(company.ASSOCIATE)
    page.goto("/customers/")
    page.get_by_role("searchbox").fill("holt")
    expect(page.get_by_role("table", name="Customers who fit")).to_be_visible()

    assert faults(page) == []


def test_forms_with_mistakes_are_open_to_everybody(visit: Visit) -> None:
    page = visit(company.HEAD)
    page.goto("/initiatives/new/")
    page.get_by_label("Holdout, %").fill("0")
    page.get_by_role("button", name="Save as a draft").click()
    expect(page.get_by_role("alert")).to_be_focused()

    assert faults(page) == []


def test_a_page_that_breaks_says_so_plainly(visit: Visit, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(_now: object) -> None:
        raise RuntimeError("on purpose")

    monkeypatch.setattr("reports.views.overview.overview_of", broken)
    page = visit(company.EXECUTIVE)
    page.goto("/")

    expect(page.get_by_role("heading", level=1)).to_have_text("Something went wrong here")
    expect(page.locator("body")).not_to_contain_text("on purpose")
    assert faults(page) == []


@pytest.fixture
def nobody_yet(server: str, empty_database: str) -> Iterator[None]:  # noqa: ARG001  it serves this
    with database.used(empty_database):
        yield


@pytest.mark.usefixtures("nobody_yet")
@pytest.mark.parametrize("address", EMPTY)
def test_an_empty_page_says_what_to_do_and_is_open_to_everybody(visit: Visit, address: str) -> None:
    page = visit(company.ADMIN)
    page.goto(address)

    expect(page.locator("main")).to_contain_text(
        re.compile("first|yet|no source|nobody", re.IGNORECASE)
    )
    assert faults(page) == []

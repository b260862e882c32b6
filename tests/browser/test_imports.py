"""Handing in a file, watching it come in, and fetching what was refused."""

from pathlib import Path

import pytest
from playwright.sync_api import FilePayload, Page, expect
from pytest_django import Settings

from customers.actions import work as ledger
from customers.models import Import
from tests.browser import company
from tests.browser.conftest import Visit
from tests.factories.reports import NOW

RECORDS = "external_id,email,born_on\nC1,ann@example.org,1980-02-01\nC2,bo@example.org,yesterday\n"


@pytest.fixture(autouse=True)
def _folder(settings: Settings, tmp_path: Path) -> None:
    settings.IMPORT_FOLDER = tmp_path / "imports"


def hand_in(page: Page, name: str, text: str) -> None:
    page.goto("/customers/imports/")
    page.get_by_label("Source").select_option(label="Web shop")
    file = FilePayload(name=name, mimeType="text/csv", buffer=text.encode())
    page.get_by_label("File", exact=True).set_input_files(file)
    page.get_by_role("button", name="Hand the file in").click()


def test_a_file_comes_in_and_what_was_refused_is_fetched(visit: Visit) -> None:
    page = visit(company.ANALYST, accept_downloads=True)
    hand_in(page, "people.csv", RECORDS)
    expect(page.get_by_role("heading", level=1)).to_have_text("people.csv")
    preview = page.get_by_role("table", name="The first rows as they will")
    expect(preview).to_contain_text("ann@example.org")
    page.get_by_role("button", name="Start the import").click()
    outcome = page.locator("#outcome")
    expect(outcome.get_by_role("progressbar")).to_be_visible()

    work = Import.objects.get(pk=company.import_of("people.csv")).work_id
    assert ledger.run(work, clock=lambda: NOW)

    expect(outcome.get_by_role("row").filter(has_text="born_on")).to_be_visible()
    expect(outcome).not_to_contain_text("yesterday")
    expect(outcome.get_by_role("progressbar")).to_have_count(0)
    with page.expect_download() as download:
        page.get_by_role("link", name="Download the error file").click()
    assert download.value.suggested_filename.endswith("-errors.csv")
    refused = download.value.path().read_text(encoding="utf-8-sig").splitlines()
    assert len(refused) == 2
    assert "yesterday" in refused[1]
    assert "C1" not in refused[1]


def test_a_file_that_cannot_be_read_is_not_taken(visit: Visit) -> None:
    page = visit(company.ANALYST)
    hand_in(page, "empty.csv", "")

    expect(page.get_by_role("alert")).to_be_focused()
    expect(page.locator(".errorlist")).to_contain_text("empty")
    assert not Import.objects.filter(file_name="empty.csv").exists()


def test_a_header_nobody_knows_is_mapped_by_hand(visit: Visit) -> None:
    page = visit(company.ANALYST)
    hand_in(page, "foreign.csv", "kunde,post\nC1,ann@example.org\n")
    page.get_by_role("button", name="Start the import").click()
    expect(page.get_by_role("alert")).to_contain_text("No column of the file is mapped")

    page.get_by_label("kunde").select_option(label="external_id")
    page.get_by_role("button", name="Start the import").click()

    expect(page.locator("#outcome").get_by_role("progressbar")).to_be_visible()


def test_who_may_not_import_sees_no_form(visit: Visit) -> None:
    page = visit(company.EXECUTIVE)
    page.goto("/customers/imports/")

    expect(page.get_by_role("table")).to_contain_text("failed.csv")
    expect(page.get_by_role("button", name="Hand the file in")).to_have_count(0)

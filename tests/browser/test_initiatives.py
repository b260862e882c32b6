"""Logging an initiative without a mouse, and finding one in the list."""

import re

from playwright.sync_api import Page, expect

from strategy.models import Measure
from tests.browser import company
from tests.browser.conftest import Visit
from tests.browser.keyboard import choose, follow, press, tab_to, tick, type_into, write_day

HISTORY = "This person’s own history"
GROUP = "A group they belong to"


def test_the_sheet_answers_while_the_form_is_filled_in_by_keyboard(visit: Visit) -> None:
    page = visit(company.HEAD)
    says = page.get_by_role("complementary", name="What the sheet says")
    page.goto("/initiatives/new/")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to content")).to_be_focused()
    expect(says).to_contain_text("show here as you go")

    type_into(page, "Name", "Your personal lights text")
    expect(says).to_contain_text("Same for everyone")
    tick(page, GROUP)
    expect(says).to_contain_text("Segmentation")
    expect(says).to_contain_text("Breaks one rule of sheet v4")
    expect(says).to_contain_text("It calls itself personal")
    tick(page, HISTORY)
    expect(says).to_contain_text("Personalisation")
    expect(says).not_to_contain_text("Breaks")
    expect(page.get_by_label(HISTORY)).to_be_focused()
    page.keyboard.press("Space")
    expect(says).to_contain_text("Breaks one rule of sheet v4")
    type_into(page, "Holdout, %", "0")
    expect(says).to_contain_text("Breaks two rules of sheet v4")
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.type("20")
    expect(says).to_contain_text("20% are held out at random")
    expect(page.get_by_label("Holdout, %")).to_be_focused()


def test_an_initiative_is_logged_waived_and_locked_by_keyboard(visit: Visit) -> None:
    page = visit(company.HEAD)
    said = page.get_by_role("status").first
    page.goto("/")
    follow(page, "Initiatives")
    follow(page, "Log an initiative")
    fill_in(page, "Your personal garden text")
    press(page, "Save as a draft")
    expect(said).to_contain_text("Saved as a draft.")
    expect(page.get_by_role("heading", level=1)).to_have_text("Your personal garden text")
    expect(page.get_by_text("Breaks one rule of sheet v4")).to_be_visible()
    expect(page.get_by_role("button", name="Propose it")).to_have_count(0)

    follow(page, "Waive a rule")
    type_into(page, "Why?", "The text is printed already")
    write_day(page, "Last day of the waiver", 2, 2027)
    press(page, "Waive the rule")
    expect(said).to_contain_text("The rule is waived.")

    press(page, "Propose it")
    expect(said).to_contain_text("Agreed.")
    press(page, "Lock the plan")
    expect(said).to_contain_text("The plan is locked.")
    press(page, "Launch")
    expect(said).to_contain_text("Its first day is Sat 12 Dec; launch it then.")
    history = page.get_by_role("region", name="History")
    expect(history).to_contain_text("The text is printed already")
    expect(history).to_contain_text("Plan locked. Logged as segmentation.")


def fill_in(page: Page, name: str) -> None:
    """Fill in the form from top to bottom, for an initiative that uses a group only."""
    type_into(page, "Name", name)
    type_into(page, "What will the customer notice?", "A text with 15% off outdoor lights")
    choose(page, "Channel", "text")
    tick(page, "More conversion rate")
    tick(page, GROUP)
    tick(page, "Repeats what they already do")
    type_into(page, "Who gets it?", "Gold tier with text consent")
    conversion = Measure.objects.get(key="conversion_rate", version=1)
    choose(page, "Success measure", str(conversion.pk))
    write_day(page, "First day", 12, 2026)
    write_day(page, "Last day", 1, 2027)


def test_what_breaks_a_rule_cannot_be_proposed_by_any_other_way(visit: Visit) -> None:
    page = visit(company.OTHER_HEAD)
    page.goto(f"/initiatives/{company.initiative_named(company.PERSONAL_WORD)}/")
    token = page.locator("input[name=csrfmiddlewaretoken]").first.input_value()

    answer = page.request.post(
        f"{page.url}propose/",
        form={"csrfmiddlewaretoken": token},
        headers={"Referer": page.url},
    )

    assert "This is not done: it breaks one rule of the sheet." in answer.text()


def test_mistakes_are_led_to(visit: Visit) -> None:
    page = visit(company.HEAD)
    page.goto("/initiatives/new/")
    press(page, "Save as a draft")

    summary = page.get_by_role("alert")
    expect(summary).to_be_focused()
    follow(page, "Say who gets it.")
    expect(page.get_by_label("Who gets it?")).to_be_focused()


def go_back(page: Page) -> None:
    """Go back as the button does; Playwright's own way stumbles where the page loads itself."""
    page.evaluate("history.back()")


def rows_of(page: Page) -> list[str]:
    return page.locator("#rows tbody th a").all_inner_texts()


def test_filters_change_the_address_and_the_rows_without_loading_the_page(visit: Visit) -> None:
    page = visit(company.EXECUTIVE)
    page.goto("/initiatives/")
    page.evaluate("window.isTheSamePage = true")
    every = rows_of(page)

    page.get_by_label("Verdict").select_option("win")
    expect(page).to_have_url(re.compile("verdict=win"))
    expect(page.locator("#rows tbody tr")).to_have_count(1)
    assert rows_of(page) == [company.NAMES["win"]]
    page.get_by_label("Verdict").select_option("")
    page.get_by_label("Department").select_option(label="Stores")
    expect(page).to_have_url(re.compile("department="))
    expect(page.locator("#rows")).not_to_contain_text("Marketing")
    assert page.evaluate("window.isTheSamePage")

    go_back(page)
    expect(page).to_have_url(re.compile("verdict=$|verdict=&"))
    expect(page.get_by_label("Department")).to_have_value("")
    go_back(page)
    expect(page).to_have_url(re.compile("verdict=win"))
    expect(page.locator("#rows tbody tr")).to_have_count(1)
    expect(page.get_by_label("Verdict")).to_have_value("win")
    go_back(page)
    expect(page).to_have_url(re.compile("/initiatives/$"))
    expect(page.locator("#rows tbody tr")).to_have_count(len(every))
    expect(page.get_by_label("Verdict")).to_have_value("")


def test_filters_work_without_javascript(visit: Visit) -> None:
    page = visit(company.EXECUTIVE, java_script_enabled=False)
    page.goto("/initiatives/")
    page.get_by_label("Verdict").select_option("harm")
    page.get_by_role("button", name="Show").click()

    expect(page).to_have_url(re.compile("verdict=harm"))
    expect(page.locator("#rows tbody tr")).to_have_count(1)
    expect(page.get_by_label("Verdict")).to_have_value("harm")
    page.get_by_role("link", name=company.NAMES["harm"]).click()
    expect(page.locator(".answer").first).to_contain_text("It did harm.")


def test_the_list_is_walked_by_keyboard(visit: Visit) -> None:
    page = visit(company.ASSOCIATE)
    page.goto("/initiatives/")
    link = page.get_by_role("link", name=company.NAMES["hollow"])
    tab_to(page, link)
    page.keyboard.press("Enter")

    expect(page.locator(".answer").first).to_contain_text("drove people away")


def test_what_is_typed_is_kept_without_saving(visit: Visit) -> None:
    page = visit(company.HEAD)
    page.goto("/initiatives/new/")
    type_into(page, "Name", "Garden lights")
    expect(page.get_by_text("What you type is kept")).to_be_visible()
    expect(page).to_have_url(re.compile(r"\?sketch=\d+$"))

    page.reload()

    expect(page.get_by_label("Name", exact=True)).to_have_value("Garden lights")
    press(page, "Forget it")
    expect(page.get_by_label("Name", exact=True)).to_have_value("")

"""Charts under the strict policy, paper, themes, and what readers ask of their system."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser import company
from tests.browser.conftest import Visit

QUESTIONS = ("Did it work?", "Was the experience safe?")


@pytest.fixture
def win(server: str) -> str:  # noqa: ARG001  the company is there with it
    """Return the address of the initiative that worked."""
    return f"/initiatives/{company.initiative_named(company.NAMES['win'])}/"


def background(page: Page) -> str:
    return str(page.evaluate("getComputedStyle(document.body).backgroundColor"))


def test_a_chart_is_drawn_with_its_numbers_as_a_table(visit: Visit, win: str) -> None:
    page = visit(company.ASSOCIATE)
    page.goto(win)
    chart = page.get_by_role("figure")
    expect(chart.locator("[data-drawn] svg.main-svg").first).to_be_visible()
    drawn = page.evaluate("document.querySelector('[data-drawn]').data.map(one => one.x.length)")
    chart.locator("summary").click()

    weeks = chart.get_by_role("row").count() - 1
    assert weeks == 3
    assert weeks in drawn


def test_the_overview_draws_its_chart_when_it_is_unfolded(visit: Visit) -> None:
    page = visit(company.ASSOCIATE, width=390)
    page.goto("/")
    assert not page.evaluate("'Plotly' in window")

    page.get_by_text("Week by week").click()

    expect(page.locator("[data-drawn] svg.main-svg").first).to_be_visible()


def test_links_beside_a_chart_can_be_clicked(visit: Visit, win: str) -> None:
    page = visit(company.HEAD)
    page.goto(win)
    expect(page.locator("[data-drawn]")).to_be_visible()
    page.get_by_label("Add a comment").click()
    expect(page.get_by_label("Add a comment")).to_be_focused()

    page.get_by_role("navigation", name="Main").get_by_role("link", name="Strategy").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("Strategy, sheet v4")


def test_the_chart_follows_the_theme(visit: Visit, win: str) -> None:
    page = visit(company.ASSOCIATE, color_scheme="light")
    page.goto(win)
    expect(page.locator("[data-drawn]")).to_be_visible()
    colour = "getComputedStyle(document.querySelector('[data-drawn] .xtick text')).fill"
    light = page.evaluate(colour)

    page.get_by_role("button", name="Switch to dark theme").click()

    page.wait_for_function(f"{colour} !== '{light}'")


def test_the_theme_stays_as_chosen(visit: Visit) -> None:
    page = visit(company.ASSOCIATE, color_scheme="light")
    page.goto("/")
    light = background(page)
    page.get_by_role("button", name="Switch to dark theme").click()
    dark = background(page)
    assert dark != light

    page.reload()
    assert background(page) == dark
    page.get_by_role("link", name="Initiatives", exact=True).click()
    assert background(page) == dark
    page.get_by_role("button", name="Switch to light theme").click()
    assert background(page) == light


def test_the_theme_is_chosen_in_the_admin_too(visit: Visit) -> None:
    page = visit(company.ADMIN, color_scheme="dark")
    page.goto("/admin/")
    dark = background(page)
    page.get_by_role("button", name="Switch to light theme").click()
    light = background(page)
    assert light != dark

    page.reload()
    assert background(page) == light


def test_paper_shows_the_answers_and_no_navigation(visit: Visit, win: str) -> None:
    page = visit(company.HEAD, color_scheme="dark")
    page.goto(win)
    expect(page.locator("[data-drawn]")).to_be_visible()
    page.emulate_media(media="print")

    expect(page.get_by_role("navigation", name="Main")).to_be_hidden()
    expect(page.get_by_role("button")).to_have_count(0)
    for question in QUESTIONS:
        section = page.get_by_role("region", name=question)
        expect(section.locator(".answer")).to_be_visible()
    assert page.pdf().startswith(b"%PDF")
    assert page.evaluate("document.documentElement.dataset.theme") is None  # as it was before


def test_paper_shows_what_is_folded_on_the_overview(visit: Visit) -> None:
    page = visit(company.EXECUTIVE, width=390)
    page.goto("/")
    goals = page.get_by_role("region", name="Are we reaching the goals?")
    expect(goals.get_by_role("table")).to_be_hidden()
    page.emulate_media(media="print")

    expect(goals.get_by_role("table")).to_be_visible()
    expect(goals.locator(".answer")).to_be_visible()


def test_nothing_moves_for_those_who_ask_for_that(visit: Visit, win: str) -> None:
    page = visit(company.EXECUTIVE, reduced_motion="reduce")
    for address in ("/", win, "/initiatives/", "/initiatives/?q=lights"):
        page.goto(address)
        moving = page.evaluate(
            "[...document.querySelectorAll('*')].filter(one => (style =>"
            " style.animationName !== 'none' || parseFloat(style.transitionDuration) > 0)"
            "(getComputedStyle(one))).map(one => one.outerHTML.slice(0, 80))"
        )
        assert moving == []
        assert page.evaluate("getComputedStyle(document.documentElement).scrollBehavior") == "auto"


def test_forced_colours_keep_bars_and_verdicts_apart_from_the_page(visit: Visit) -> None:
    page = visit(company.EXECUTIVE, forced_colors="active")
    page.goto("/")
    page.evaluate("for (const one of document.querySelectorAll('details')) one.open = true")
    page_colour = background(page)

    for shape, drawn_by in (
        (".bullet .now", "fill"),
        (".forest .pt", "fill"),
        (".tag .i", "color"),
    ):
        seen = page.locator(shape).first
        expect(seen).to_be_visible()
        assert seen.evaluate(f"one => getComputedStyle(one).{drawn_by}") != page_colour
    expect(page.locator("nav a[aria-current]")).to_be_visible()


def test_without_javascript_the_answers_are_all_there(visit: Visit, win: str) -> None:
    page = visit(company.ASSOCIATE, java_script_enabled=False)
    page.goto(win)

    for question in QUESTIONS:
        expect(page.get_by_role("region", name=question).locator(".answer")).to_be_visible()
    expect(page.get_by_role("figure").get_by_role("table")).to_be_visible()

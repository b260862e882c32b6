"""What axe finds wrong with a page, and what else can be seen to be."""

from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

SCRIPT = Axe().axe_script
TAGS = [f"wcag{version}{level}" for version in ("2", "21", "22") for level in ("a", "aa")]
RUN = """async only => {
    await Promise.all(document.getAnimations().map(each => each.finished))  // colours that change
    return axe.run({runOnly: only, resultTypes: ['violations']})
}"""
TWICE = """[...document.querySelectorAll('[id]')].map(each => each.id)
    .filter((id, place, all) => all.indexOf(id) < place)"""
"""The ids that several elements of a page have."""
BY_THEME = ["color-contrast", "link-in-text-block"]
"""The rules that colours can break; all others have the same answer in either theme."""


def faults(page: Page) -> list[str]:
    """Return what is wrong with the page as it stands, in either theme, wide and narrow."""
    page.set_viewport_size({"width": 1440, "height": 900})
    page.emulate_media(color_scheme="light")
    page.evaluate("for (const one of document.querySelectorAll('details')) one.open = true")
    for chart in page.locator("[data-figure]").all():
        chart.scroll_into_view_if_needed()
        expect(chart).to_have_attribute("data-drawn", "")
    page.evaluate(SCRIPT)
    found = []
    for theme, width, only in (
        ("light", 1440, {"type": "tag", "values": TAGS}),
        ("dark", 1440, {"type": "rule", "values": BY_THEME}),
        ("dark", 390, {"type": "rule", "values": BY_THEME}),
        ("light", 390, {"type": "tag", "values": TAGS}),
    ):
        page.set_viewport_size({"width": width, "height": 900})
        page.emulate_media(color_scheme=theme)  # type: ignore[arg-type]  # keywords of several types in one dictionary
        result: dict[str, Any] = page.evaluate(RUN, only)
        for violation in result["violations"]:
            nodes = "; ".join(node["html"][:160] for node in violation["nodes"][:3])
            found.append(f"{theme} {width}: {violation['id']}: {nodes}")
    found += [f"twice: {each}" for each in page.evaluate(TWICE)]
    if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
        found.append("390: the page can be pushed sideways")
    return found

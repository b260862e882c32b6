"""A word that never ends breaks no page, on a phone as little as on a desk."""

from campaigns.actions.initiatives import log_initiative
from campaigns.actions.talk import comment
from campaigns.models import Initiative
from strategy.models import Department, Person
from tests.browser import company
from tests.browser.conftest import Visit
from tests.factories.campaigns import fields
from tests.factories.reports import NOW


def test_no_page_scrolls_sideways(visit: Visit) -> None:
    page = visit(company.HEAD)
    by = Person.objects.get(email=company.HEAD)
    marketing = Department.objects.get(key="marketing")
    made: Initiative = log_initiative(by=by, at=NOW, **fields(marketing, name="W" * 100))
    comment(initiative=made, text="m" * 2000, by=by, at=NOW)

    for width in (390, 1280):
        page.set_viewport_size({"width": width, "height": 900})
        for path in ("/", "/initiatives/", f"/initiatives/{made.pk}/", "/strategy/"):
            page.goto(path)
            wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
            assert wide <= 0, (width, path)

"""What every page's frame shows: sheet, signatures, company, who is signed in."""

from functools import partial
from typing import Any

from django.conf import settings
from django.http import HttpRequest

from campaigns.queries.talk import unread_count
from strategy.permissions import can_read_looks, can_rule, can_see_customers, can_see_imports
from strategy.queries.sheets import signing_state

SECTIONS = {
    "imports": "data",
    "sources": "data",
    "consents": "privacy",
    "erasures": "privacy",
    "links": "data",
    "notices": "notices",
    "looks": "privacy",
    "looks.csv": "privacy",
}
"""Parts of an address that are a place of their own, by their place in the navigation."""


def page(request: HttpRequest) -> dict[str, Any]:
    """Return the frame's context. Two queries, for signed-in readers only.

    Drawing the navigation, which counts unread notices, costs one more.

    `section` is the place in the navigation that is marked as current: the first part of the
    address, but for SECTIONS.
    """
    parts = request.path_info.split("/")
    theme = request.COOKIES.get("theme", "")
    frame: dict[str, Any] = {
        "company": settings.COMPANY,
        "theme": theme if theme in {"light", "dark"} else "",
        "section": SECTIONS.get("".join(parts[2:3]), parts[1] or "overview"),
    }
    person = getattr(request, "user", None)  # a request may be refused before it has one
    if person is not None and person.is_authenticated:
        frame["signing"] = signing_state()
        frame["unread_count"] = partial(unread_count, person)
        frame["may_see_customers"] = can_see_customers(person)
        frame["may_see_imports"] = can_see_imports(person)
        frame["may_rule"] = can_rule(person)
        frame["may_read_looks"] = can_read_looks(person)
    return frame

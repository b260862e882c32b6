"""What every page's frame shows: sheet, signatures, company, who is signed in."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest

from strategy.permissions import can_see_customers, can_see_imports
from strategy.queries.sheets import signing_state

DATA = {"imports", "sources"}
"""Parts of /customers/ that are about systems and not about people."""


def page(request: HttpRequest) -> dict[str, Any]:
    """Return the frame's context. Two queries, for signed-in readers only.

    `section` is the first part of the address, which the navigation marks as current; "data" for
    sources and imports.
    """
    parts = request.path_info.split("/")
    theme = request.COOKIES.get("theme", "")
    frame: dict[str, Any] = {
        "company": settings.COMPANY,
        "theme": theme if theme in {"light", "dark"} else "",
        "section": "data" if DATA & set(parts[2:3]) else parts[1] or "overview",
    }
    person = getattr(request, "user", None)  # a request may be refused before it has one
    if person is not None and person.is_authenticated:
        frame["signing"] = signing_state()
        frame["may_see_customers"] = can_see_customers(person)
        frame["may_see_imports"] = can_see_imports(person)
    return frame

"""What every page's frame shows: sheet, signatures, company, who is signed in."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest

from strategy.queries.sheets import signing_state


def page(request: HttpRequest) -> dict[str, Any]:
    """Return the frame's context. One query, for signed-in readers only."""
    theme = request.COOKIES.get("theme", "")
    frame: dict[str, Any] = {
        "company": settings.COMPANY,
        "theme": theme if theme in {"light", "dark"} else "",
    }
    if request.user.is_authenticated:
        frame["signing"] = signing_state()
    return frame

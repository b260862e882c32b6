"""Pages as somebody sees them."""

import re
from typing import Any

from django.test import Client

from strategy.models import Person


def words(response: Any) -> str:
    """Return what an answer says: no tags, no drawings, one space between words."""
    text = re.sub(r"<svg.*?</svg>", "", response.content.decode(), flags=re.DOTALL)
    return " ".join(re.sub(r"<[^>]+>", " ", text).split())


def signed_in(somebody: Person) -> Client:
    """Return the browser of somebody."""
    client = Client()
    client.force_login(somebody)
    return client

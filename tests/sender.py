"""A source's system that sends live events through Django's test client."""

import base64
import json
from typing import Any

from django.test import Client
from django.utils import timezone

from customers.actions.write_keys import make_write_key
from customers.models import Source

TRACK = {"userId": "u1", "event": "Signed Up", "messageId": "m1"}


class Sender:
    """A source's system, with a key of its own."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.key = make_write_key(source=source, by=None, at=timezone.now())
        self.client = Client()

    def post(self, call: str, body: Any, **headers: str) -> Any:
        """Send a body; without an Authorization header, by Basic auth."""
        return self.client.post(
            f"/v1/{call}",
            body if isinstance(body, bytes) else json.dumps(body).encode(),
            content_type=headers.pop("content_type", "application/json"),
            headers={"Authorization": basic(self.key)} | headers,
        )

    def batch(self, *messages: Any, **whole: Any) -> Any:
        return self.post("batch", {"batch": messages} | whole)


def basic(key: str) -> str:
    return f"Basic {base64.b64encode(f'{key}:'.encode()).decode()}"

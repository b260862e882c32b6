"""What platforms send to our webhooks of Ada, each signed as its provider signs."""

from datetime import datetime
from typing import Any

from django.test import Client
from django.utils import timezone

from customers.models import Record, Source
from tests.platforms import ADA, PLATFORMS, Request
from tests.sender import Sender

ADAS_PHONE = "020 7946 0018"


def address_of(provider: str, query: str = "") -> str:
    """Return where a provider sends what the platform's source is told."""
    return f"/v1/webhooks/platform/{provider}/{query}"


def post(provider: str, request: Request, query: str = "") -> Any:
    """Send it as the provider does."""
    return Client().post(
        address_of(provider, query),
        request.body,
        content_type=request.content_type,
        headers=request.headers,
    )


def told(provider: str, at: datetime | None = None, **changes: Any) -> Request:
    """Return what a provider sends of Ada who unsubscribes or complains, signed."""
    at = at or timezone.now()
    platform = PLATFORMS[provider]
    sent = platform.told(at)
    (sent if isinstance(sent, dict) else sent[0]).update(changes)
    return platform.sign(sent, f"http://testserver{address_of(provider)}", at)


def ada(source: Source) -> Record:
    """Let a source know Ada, who said yes to everything."""
    consent = {"email.marketing": True, "text.marketing": True}
    Sender(source).batch(
        {
            "type": "identify",
            "userId": "ada",
            "timestamp": "2026-11-01T00:00:00Z",
            "traits": {"email": ADA, "phone": ADAS_PHONE},
            "context": {"consent": {"categoryPreferences": consent}},
        }
    )
    return Record.objects.get(source=source, external_id="ada")

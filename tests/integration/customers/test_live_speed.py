"""How fast live events come in: batches of 100 through two web workers, four senders at once.

Asked for by BENCH=1, on a machine with nothing else to do; docs/decisions/0009 has our figures.
"""

import http.client
import json
import os
import time
import uuid
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from django.utils import timezone

from customers.actions.write_keys import make_write_key
from customers.models import Event
from tests.factories.customers import SourceFactory
from tests.web import Web
from tests.worker import environment

pytestmark = pytest.mark.skipif("BENCH" not in os.environ, reason="a measurement: set BENCH=1")

SENDERS = 4
BATCHES = 50
EVENTS_A_SECOND = 2_000
P99_SECONDS = 0.25


def body(write_key: str) -> bytes:
    """Return a batch of 100: browsing, baskets and orders of 50,000 people."""
    at = timezone.now().isoformat()
    batch = [
        {
            "type": "track",
            "event": ("Product Viewed", "Product Added", "Order Completed")[number % 3],
            "userId": f"u{uuid.uuid4().int % 50_000}",
            "messageId": str(uuid.uuid4()),
            "timestamp": at,
            "context": {"library": {"name": "analytics-node", "version": "3.1.0"}},
            "properties": {"product_id": f"p{number}", "revenue": 12.5, "currency": "GBP"},
        }
        for number in range(100)
    ]
    return json.dumps({"writeKey": write_key, "sentAt": at, "batch": batch}).encode()


def send(port: int, bodies: list[bytes]) -> list[float]:
    """Send batches one after the other; return the seconds that each took."""
    web = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    taken = []
    for one in bodies:
        begun = time.perf_counter()
        web.request("POST", "/v1/batch", one)
        answer = web.getresponse()
        assert (answer.status, answer.read()) == (200, b'{"success": true}')
        taken.append(time.perf_counter() - begun)
    web.close()
    return taken


@pytest.mark.usefixtures("transactional_db")
def test_two_thousand_events_a_second(tmp_path: Path) -> None:
    key = make_write_key(source=SourceFactory.create(), by=None, at=timezone.now())
    bodies = [[body(key) for _ in range(BATCHES)] for _ in range(SENDERS)]
    with Web(tmp_path, environment(tmp_path)) as web, ThreadPoolExecutor(SENDERS) as senders:
        list(senders.map(send, [web.port] * SENDERS, [one[:5] for one in bodies]))
        begun = time.perf_counter()
        taken = sorted(
            seconds
            for sender in senders.map(send, [web.port] * SENDERS, [one[5:] for one in bodies])
            for seconds in sender
        )
        rate = len(taken) * 100 / (time.perf_counter() - begun)

    p99 = taken[int(len(taken) * 0.99)]
    print(f"{rate:,.0f} events/s, p50 {taken[len(taken) // 2]:.3f} s, p99 {p99:.3f} s")  # noqa: T201  the point of a measurement
    assert Event.objects.exclude(kind="visit").count() == SENDERS * BATCHES * 100
    assert rate >= EVENTS_A_SECOND
    assert p99 < P99_SECONDS

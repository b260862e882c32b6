"""Live events: batches of 100 through the web processes of `make up`, four senders at once."""

import http.client
import json
import os
import random
import subprocess
import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from time import perf_counter
from urllib.parse import quote, urlsplit
from urllib.request import urlopen

from django.conf import settings
from django.db import connection
from django.utils import timezone

from config.bench.figures import Figure, Plan
from config.bench.meter import Meter, longest
from config.bench.scratch import emptied, new_source
from config.servers import places, ports, processes
from config.servers.children import web_command
from customers.actions.write_keys import make_write_key
from customers.models import Event

SENDERS = 4
BATCH = 100
MOST_EVENTS = 20_000
WARMING = 5
"""Batches of each sender that are sent before the clock starts."""

PEOPLE = 50_000
RATE = 2_000
P99_SECONDS = 0.25
START_SECONDS = 60


def measure(plan: Plan) -> Iterator[Figure]:
    """Send up to 20,000 events; raises RuntimeError where one was not accepted or not kept."""
    batches = max(min(plan.rows, MOST_EVENTS) // (SENDERS * BATCH), 2)
    rng = random.Random(plan.seed)  # noqa: S311  a measurement, not a secret
    with emptied():
        key = make_write_key(source=new_source("live"), by=None, at=timezone.now())
        bodies = [[_body(key, rng) for _ in range(WARMING + batches)] for _ in range(SENDERS)]
        with web_processes(plan.folder) as port, ThreadPoolExecutor(SENDERS) as senders:
            to = [port] * SENDERS
            list(senders.map(_send, to, [one[:WARMING] for one in bodies]))
            with Meter() as meter:
                sent = list(senders.map(_send, to, [one[WARMING:] for one in bodies]))
        kept = Event.objects.exclude(kind="visit").count()
    if kept != SENDERS * BATCH * (WARMING + batches):
        raise RuntimeError(f"{kept:,} live events are there, not those that were sent.")
    taken = [seconds for sender in sent for seconds in sender]
    yield Figure(
        "live events",
        len(taken) * BATCH,
        meter.seconds,
        least=RATE,
        longest=longest(taken),
        longest_goal=P99_SECONDS,
    )


def _body(write_key: str, rng: random.Random) -> bytes:
    """Return a batch: browsing, baskets and orders of 50,000 people."""
    at = timezone.now().isoformat()
    batch = [
        {
            "type": "track",
            "event": ("Product Viewed", "Product Added", "Order Completed")[number % 3],
            "userId": f"u{rng.randrange(PEOPLE)}",
            "messageId": str(uuid.UUID(int=rng.getrandbits(128))),
            "timestamp": at,
            "context": {"library": {"name": "analytics-node", "version": "3.1.0"}},
            "properties": {"product_id": f"p{number}", "revenue": 12.5, "currency": "GBP"},
        }
        for number in range(BATCH)
    ]
    return json.dumps({"writeKey": write_key, "sentAt": at, "batch": batch}).encode()


def _send(port: int, bodies: list[bytes]) -> list[float]:
    """Send batches one after the other; return the seconds that each took."""
    web = http.client.HTTPConnection(ports.HOST, port, timeout=30)
    taken = []
    for one in bodies:
        begun = perf_counter()
        web.request("POST", "/v1/batch", one)
        answer = web.getresponse()
        said = answer.read()
        if (answer.status, said) != (200, b'{"success": true}'):
            raise RuntimeError(f"A batch was answered {answer.status}: {said.decode()}")
        taken.append(perf_counter() - begun)
    web.close()
    return taken


@contextmanager
def web_processes(folder: Path) -> Iterator[int]:
    """Run the web processes on our database; give their port."""
    port = ports.choose("")
    given = os.environ.get("DATABASE_URL") or places.database_url(settings.BASE_DIR)
    name = quote(connection.settings_dict["NAME"])
    environment = os.environ | {"DATABASE_URL": urlsplit(given)._replace(path=f"/{name}").geturl()}
    web = processes.start(
        web_command(settings.BASE_DIR, port=port, workers=2),
        folder=settings.BASE_DIR,
        environment=environment,
        log=folder / "web.log",
    )
    try:
        if not processes.wait_for(lambda: _answers(port, web), seconds=START_SECONDS):
            lines = processes.last_lines(folder / "web.log")
            raise RuntimeError(f"The web processes do not answer:\n{lines}")
        yield port
    finally:
        processes.end(web, seconds=10)


def _answers(port: int, web: "subprocess.Popen[bytes]") -> bool:
    try:
        with urlopen(f"http://{ports.HOST}:{port}/healthz", timeout=2) as answer:
            return bool(answer.status == 200 and web.poll() is None)  # noqa: PLR2004  it answers
    except OSError:
        return False

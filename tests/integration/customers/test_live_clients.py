"""The official clients, unchanged, against real web processes that are killed meanwhile.

1,000 events each; the environment's LIVE_EVENTS asks for another number.
"""

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.db.models import QuerySet
from django.utils import timezone

from config.servers.browser import chromium
from config.servers.faults import Fault
from customers.actions.write_keys import make_write_key
from customers.models import Event, Source
from tests.factories.customers import SourceFactory
from tests.web import Web, wait_until
from tests.worker import environment

CLIENTS = Path(__file__).parent / "clients"
COUNT = int(os.environ.get("LIVE_EVENTS", "1000"))
FIRST_AT = datetime(2026, 11, 2, 9, 30, tzinfo=UTC)
PATIENCE = 60 + COUNT / 20
"""Seconds until every event must have arrived, server killed or not."""

SLACK = timedelta(seconds=10)
"""How far a busy machine may carry a message between its client's clock and ours."""


@pytest.fixture
def web(transactional_db: None, tmp_path: Path) -> Iterator[Web]:  # noqa: ARG001  on its database
    with Web(tmp_path, environment(tmp_path)) as web:
        yield web


@pytest.fixture
def shop(transactional_db: None) -> Source:  # noqa: ARG001  before any row is made
    return SourceFactory.create()


@pytest.fixture(scope="session")
def modules() -> str:
    """Return the folder of the clients that npm installs; skips where it cannot."""
    folder = settings.LOCAL / "clients"
    wanted = (CLIENTS / "package.json").read_text()
    found = folder / "package.json"
    if not (folder / "node_modules").exists() or found.read_text() != wanted:
        npm = shutil.which("npm")
        if npm is None:
            pytest.skip("npm is not there to install the JavaScript clients")
        folder.mkdir(parents=True, exist_ok=True)
        found.write_text(wanted)
        command = [npm, "install", "--ignore-scripts", "--no-audit", "--no-fund"]
        done = subprocess.run(  # noqa: S603  npm, as found
            command, cwd=folder, capture_output=True, timeout=120, check=False
        )
        if done.returncode:
            shutil.rmtree(folder)
            pytest.skip("npm could not install the JavaScript clients; is it offline?")
    return str(folder / "node_modules")


@pytest.fixture(params=["python", "node", "browser"])
def command(request: pytest.FixtureRequest) -> list[str]:
    """Return how a client is started; host, key, count and time follow."""
    script = str(CLIENTS / f"send_{request.param}")
    if request.param == "python":
        pytest.importorskip("segment.analytics")
        return [sys.executable, f"{script}.py"]
    folder = request.getfixturevalue("modules")
    if request.param == "node":
        node = shutil.which("node") or pytest.skip("node is not there")
        return [node, f"{script}.mjs", folder]
    try:
        chromium()
    except Fault as fault:
        pytest.skip(str(fault))
    return [sys.executable, f"{script}.py", folder]


@pytest.mark.parametrize("is_killed", [False, True], ids=["undisturbed", "killed"])
def test_all_arrive_once_with_their_times(
    command: list[str], web: Web, shop: Source, is_killed: bool, tmp_path: Path
) -> None:
    key = make_write_key(source=shop, by=None, at=timezone.now())
    events = Event.objects.filter(source=shop, kind="view")
    errors = tmp_path / "client.log"
    is_browser = "browser" in command[1]
    with (
        errors.open("wb") as log,
        subprocess.Popen(  # noqa: S603  our own script
            [*command, web.address, key, str(COUNT), FIRST_AT.isoformat()],
            stdout=subprocess.PIPE,
            stderr=log,
            env=os.environ | ({"CHROMIUM": chromium()} if is_browser else {}),
        ) as client,
    ):
        try:
            see_through(client, web, events, is_killed=is_killed)
            if not is_browser:
                assert client.wait(PATIENCE) == 0, errors.read_text()
        finally:
            client.terminate()

    arrived = dict(events.values_list("event_id", "at"))
    name = Path(command[1]).stem.removeprefix("send_")
    assert arrived.keys() == {f"{name}-{number}" for number in range(COUNT)}
    for number in range(COUNT):
        late = arrived[f"{name}-{number}"] - (FIRST_AT + timedelta(seconds=number))
        assert abs(late) < SLACK
    assert events.values("record").distinct().count() == 97


def see_through(
    client: subprocess.Popen[bytes], web: Web, events: QuerySet[Event], *, is_killed: bool
) -> None:
    """Wait until every event has arrived; kill the web processes while half of them wait."""
    assert client.stdout is not None
    while client.stdout.readline().strip() != b"half":
        assert client.poll() is None, "the client ended before it was half done"
    if is_killed:
        wait_until(events.exists, PATIENCE, "something arrives")
        web.kill()
        time.sleep(1)
        assert events.count() < COUNT
        web.start()

    def all_are_here() -> bool:
        assert client.poll() in {None, 0}, "the client broke off"
        return events.count() >= COUNT

    wait_until(all_are_here, PATIENCE, "every event arrives")

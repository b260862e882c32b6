"""Watches over web, worker, scheduler and the embedded servers while Hymnsheet runs."""

import json
import os
import threading
import time
import urllib.error
import urllib.request
from pathlib import Path

from config.servers import embedded, ports, running
from config.servers.changes import Watcher
from config.servers.children import all_children
from config.servers.faults import Fault
from config.servers.processes import last_lines

READY_SECONDS = 120
LOOK_SECONDS = 0.5
SERVER_LOOK_SECONDS = 5.0


class Supervisor:
    """Web, worker and scheduler of one checkout, served on one port.

    With `reload` they run in debug mode and start afresh on every change of the code.
    """

    def __init__(self, root: Path, *, port: int, ending: threading.Event, reload: bool) -> None:
        self.address = f"http://{ports.HOST}:{port}"
        self._root = root
        self._ending = ending
        self._children = all_children(root, port=port, debug=reload)
        self._watcher = Watcher(root) if reload else None

    def note(self) -> None:
        """Write down what runs, for `make stop`, a second `make up` and the one after a kill."""
        groups = [child.process.pid for child in self._children if child.process is not None]
        running.remember(self._root, running.Running(os.getpid(), self.address, groups))

    def start(self) -> None:
        """Start all of them and wait until /readyz is green or we are told to end.

        Raises:
            Fault: one keeps dying, or they are not ready in two minutes.

        """
        for child in self._children:
            child.start()
        self.note()
        deadline = time.monotonic() + READY_SECONDS
        while (missing := readiness(self.address)) and not self._ending.wait(LOOK_SECONDS / 2):
            self._look_after_children()
            if time.monotonic() > deadline:
                logs = "\n".join(
                    f"{child.log}:\n{last_lines(child.log)}" for child in self._children
                )
                raise Fault(f"Not ready after {READY_SECONDS} s: {missing}. The logs end:\n{logs}")

    def look_after(self) -> None:
        """Revive what dies until told to end.

        Raises:
            Fault: one keeps dying (not with `reload`, where a change may mend it).

        """
        servers_at = time.monotonic()
        while not self._ending.wait(LOOK_SECONDS):
            if self._watcher is not None:
                self._reload(self._watcher)
            try:
                self._look_after_children()
            except Fault as fault:
                if self._watcher is None:
                    raise
                print(f"{fault}\nIt waits for a change.", flush=True)
            if time.monotonic() - servers_at > SERVER_LOOK_SECONDS:
                self._look_after_servers()
                servers_at = time.monotonic()

    def end(self) -> None:
        """End all of them, side by side."""
        for child in self._children:
            child.ask_to_end()
        for child in self._children:
            child.end()

    def _reload(self, watcher: Watcher) -> None:
        if changed := watcher.changed():
            print(f"{changed.relative_to(self._root)} changed: starting afresh", flush=True)
            for child in self._children:
                child.ask_to_end()
            for child in self._children:
                child.restart()
            self.note()

    def _look_after_children(self) -> None:
        for child in self._children:
            before = child.process
            if sentence := child.look_after():
                print(sentence, flush=True)
            if child.process is not before:
                self.note()

    def _look_after_servers(self) -> None:
        for server in embedded.wanted():
            if not server.answers(self._root):
                print(f"{server.name} does not answer: it is started again.", flush=True)
                try:
                    server.start(self._root)
                except Fault as fault:
                    print(f"{fault}\nIt is tried again.", flush=True)


def readiness(address: str) -> str:
    """Return what does not answer yet, in words; an empty text when everything does."""
    host = os.environ.get("ALLOWED_HOSTS", "").split(",")[0].strip() or ports.HOST
    headers = {"Host": host, "X-Forwarded-Proto": "https"}
    request = urllib.request.Request(f"{address}/readyz", headers=headers)  # noqa: S310 - our own address
    try:
        with urllib.request.urlopen(request, timeout=10):  # noqa: S310 - likewise
            return ""
    except urllib.error.HTTPError as error:
        try:
            parts = json.loads(error.read())
        except ValueError:
            return f"/readyz answers {error.code}"
        return ", ".join(f"{part} {state}" for part, state in parts.items() if state != "ok")
    except OSError:
        return "web does not answer"

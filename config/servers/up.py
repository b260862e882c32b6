"""Run all of Hymnsheet on one machine, in the foreground, until told to stop."""

import os
import signal
import subprocess
import threading
from contextlib import ExitStack
from pathlib import Path

from config.servers import embedded, ports, running
from config.servers.faults import Fault
from config.servers.locks import exclusive, is_held
from config.servers.processes import end, ending_on_signals, run_until, wait_for
from config.servers.steps import step
from config.servers.supervisor import Supervisor

STOP_SECONDS = 60


def up(root: Path, *, reload: bool) -> None:
    """Prepare and serve until Ctrl-C or a signal; then stop all that was started.

    With `reload` the processes start afresh on every change of the code, in debug mode.

    Raises:
        Fault: with what is wrong and what to do.

    """
    ending = ending_on_signals()
    embedded.check_room(root)
    with ExitStack() as stack:
        try:
            stack.enter_context(exclusive(running.lock_file(root), seconds=0))
        except Fault:
            last = running.recall(root)
            where = last.address if last else "an address not chosen yet"
            print(f"Hymnsheet already runs in this checkout: {where} (`make stop` ends it).")
            return
        running.end_orphans(root)
        port = ports.choose(os.environ.get("PORT", ""))
        supervisor = Supervisor(root, port=port, ending=ending, reload=reload)
        supervisor.note()
        stack.callback(running.forget, root)
        for server in embedded.wanted():
            stack.callback(server.stop, root)
            with step(f"Starting {server.name}"):
                server.start(root)
        _prepare(root, ending, debug=reload)
        stack.callback(supervisor.end)
        if not ending.is_set():
            _serve(root, supervisor, ending)
        print("\nStopping", flush=True)


def stop(root: Path) -> None:
    """Stop a running `up` of this checkout, and whatever a killed one left behind.

    Raises:
        Fault: it still runs after a minute.

    """
    lock = running.lock_file(root)
    last = running.recall(root)
    if last is not None and is_held(lock):
        os.kill(last.pid, signal.SIGTERM)
        if not wait_for(lambda: not is_held(lock), seconds=STOP_SECONDS):
            raise Fault(f"Hymnsheet (process {last.pid}) did not stop in {STOP_SECONDS} seconds.")
    running.end_orphans(root)
    for server in embedded.ALL:
        server.stop(root)
    print("Hymnsheet is stopped.")


def _prepare(root: Path, ending: threading.Event, *, debug: bool) -> None:
    """Bring database, static files and demo up to date."""
    environment = os.environ | ({"DEBUG": "1"} if debug else {})
    code = run_until(_manage(root, "prepare"), ending, folder=root, environment=environment)
    if code != 0 and not ending.is_set():
        raise Fault("Hymnsheet could not be prepared: the lines above say why.")


def _serve(root: Path, supervisor: Supervisor, ending: threading.Event) -> None:
    """Start, say where and how to sign in, and watch."""
    asked = _manage(root, "demo", "--logins")
    with subprocess.Popen(
        asked, cwd=root, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    ) as logins:
        try:
            with step("Starting web, worker and scheduler"):
                supervisor.start()
            if ending.is_set():
                return
            lines = logins.communicate()[0].decode()
        finally:
            end(logins, seconds=1)
    print(f"\nHymnsheet is ready: {supervisor.address}\n{lines}Ctrl-C stops it.", flush=True)
    supervisor.look_after()


def _manage(root: Path, *words: str) -> list[str]:
    return [str(root / ".venv" / "bin" / "python"), str(root / "manage.py"), *words]

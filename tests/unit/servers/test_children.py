import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from config.servers import running
from config.servers.changes import Watcher
from config.servers.children import Child
from config.servers.faults import Fault
from config.servers.processes import group_commands, wait_for

PARENT_OF_ONE = """
import subprocess, sys, time
subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
print("both run", flush=True)
time.sleep(60)
"""


@pytest.fixture
def parent(tmp_path: Path) -> Iterator[Child]:
    child = Child("web", [sys.executable, "-c", PARENT_OF_ONE], root=tmp_path, environment={})
    child.start()
    assert wait_for(lambda: "both run" in child.log.read_text(), seconds=10)
    yield child
    child.end()


def test_ending_a_child_ends_what_it_started(parent: Child) -> None:
    assert parent.process is not None
    group = parent.process.pid
    assert len(group_commands(group)) == 2

    parent.end()

    assert wait_for(lambda: not group_commands(group), seconds=5)


def test_a_dead_child_is_reported_with_its_last_lines_and_started_again(tmp_path: Path) -> None:
    dying = "print('no such table'); raise SystemExit(3)"
    child = Child("worker", [sys.executable, "-c", dying], root=tmp_path, environment={})
    child.start()

    sentence = _next_death(child)

    assert "worker process ended with code 3; it is started again in 1 s" in sentence
    assert "    no such table" in sentence
    assert "started again in 2 s" in _next_death(child)
    child.end()


def test_a_child_that_keeps_dying_is_given_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("config.servers.children.MOST_DEATHS", 1)
    child = Child("web", [sys.executable, "-c", "1 / 0"], root=tmp_path, environment={})
    child.start()

    with pytest.raises(Fault, match="web process died 1 times") as fault:
        _next_death(child)

    assert "ZeroDivisionError" in str(fault.value)
    assert child.look_after() == ""


def test_orphans_of_a_killed_up_are_ended_but_strangers_are_not(tmp_path: Path) -> None:
    sleep = "import time; time.sleep(60)"
    ours = [sys.executable, "-c", sleep, str(tmp_path / ".venv")]
    (tmp_path / ".local").mkdir()
    orphan = Child("web", ours, root=tmp_path, environment={})
    stranger = Child("worker", [sys.executable, "-c", sleep], root=tmp_path, environment={})
    orphan.start()
    stranger.start()
    assert orphan.process is not None
    assert stranger.process is not None
    groups = [orphan.process.pid, stranger.process.pid]
    wait_for(lambda: all(group_commands(group) for group in groups), seconds=5)
    running.remember(tmp_path, running.Running(1, "http://127.0.0.1:8000", groups))

    running.end_orphans(tmp_path)

    assert orphan.process.wait(timeout=5) == -9
    assert stranger.process.poll() is None
    assert running.recall(tmp_path) is None
    orphan.end()
    stranger.end()


def test_the_watcher_names_a_changed_file_once(tmp_path: Path) -> None:
    template = tmp_path / "templates" / "page.html"
    template.parent.mkdir()
    watcher = Watcher(tmp_path)
    assert watcher.changed() is None

    template.write_text("<p>new</p>")

    assert watcher.changed() == template
    assert watcher.changed() is None


def _next_death(child: Child) -> str:
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        if sentence := child.look_after():
            return sentence
        time.sleep(0.05)
    raise AssertionError("The child did not die.")

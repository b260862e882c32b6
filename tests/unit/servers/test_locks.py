import os
import subprocess
import sys
from pathlib import Path

import pytest

from config.servers.faults import Fault
from config.servers.locks import exclusive, is_held

HOLDER = """
import sys, time
from pathlib import Path
from config.servers.locks import exclusive
with exclusive(Path(sys.argv[1])):
    print("held", flush=True)
    time.sleep(60)
"""


def test_a_held_lock_keeps_others_out(tmp_path: Path) -> None:
    with exclusive(tmp_path / "lock"):
        assert is_held(tmp_path / "lock")
        with pytest.raises(Fault, match="held"), exclusive(tmp_path / "lock", seconds=0.1):
            pass

    assert not is_held(tmp_path / "lock")


def test_a_killed_holder_leaves_no_lock_behind(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    with subprocess.Popen(  # noqa: S603 - our own program
        [sys.executable, "-c", HOLDER, path], stdout=subprocess.PIPE, env=_with_project_on_path()
    ) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == b"held\n"
        assert is_held(path)

        holder.kill()
        holder.wait()

    assert path.exists()
    assert not is_held(path)


def _with_project_on_path() -> dict[str, str]:
    return os.environ | {"PYTHONPATH": str(Path(__file__).parents[3])}

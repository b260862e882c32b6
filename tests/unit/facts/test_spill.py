"""What does not fit into memory goes with its process, however that ends."""

import os
import subprocess
import sys
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from reports.facts.spill import SETTLED, delete_left, spill_folder

PROCESS = """
import sys
from pathlib import Path
from reports.facts.spill import spill_folder
with spill_folder() as folder:
    Path(folder, "spilled.tmp").write_bytes(b"rows")
    print(folder, flush=True)
    sys.stdin.read()
"""
NOW = datetime(2026, 11, 23, 7, 40, tzinfo=UTC)


@pytest.fixture(autouse=True)
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    return tmp_path


def made(folder: Path, ago: timedelta) -> None:
    os.utime(folder, times=((NOW - ago).timestamp(),) * 2)


def test_each_has_a_folder_of_its_own_while_it_runs(temporary: Path) -> None:
    with spill_folder() as one, spill_folder() as another:
        assert {Path(one), Path(another)} == set(temporary.iterdir())
        assert Path(one).stat().st_mode & 0o777 == 0o700
        (Path(one) / "spilled.tmp").touch()

    assert list(temporary.iterdir()) == []


def test_that_of_a_killed_process_is_deleted_and_no_other(temporary: Path) -> None:
    process = subprocess.Popen(  # noqa: S603  our own program
        [sys.executable, "-c", PROCESS], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert process.stdout
    assert process.stdin
    with process.stdout, process.stdin:
        left = Path(process.stdout.readline().decode().strip())
        made(left, 2 * SETTLED)
        assert delete_left(at=NOW) == 0
        process.kill()
        process.wait()
    (temporary / "hymnsheet-other").mkdir()
    made(temporary / "hymnsheet-other", timedelta(days=9))

    assert (left / "spilled.tmp").exists()
    assert delete_left(at=NOW) == 1
    assert [path.name for path in temporary.iterdir()] == ["hymnsheet-other"]


def test_one_that_is_just_being_made_is_left(temporary: Path) -> None:
    new = temporary / "hymnsheet-facts-new"
    new.mkdir()
    made(new, SETTLED / 2)

    assert delete_left(at=NOW) == 0
    assert new.exists()


def test_a_link_leads_nowhere(temporary: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    made(elsewhere, timedelta(days=9))
    (temporary / "hymnsheet-facts-link").symlink_to(elsewhere)

    assert delete_left(at=NOW) == 0
    assert elsewhere.exists()

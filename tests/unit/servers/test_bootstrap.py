import ast
import subprocess
import sys
from pathlib import Path

import pytest

from config.servers import bootstrap

SOURCE = Path(bootstrap.__file__)


def test_the_bootstrap_can_be_read_by_python_3_8_and_needs_nothing_installed() -> None:
    tree = ast.parse(SOURCE.read_text(), feature_version=(3, 8))

    imported = {
        alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.Import)
        for alias in node.names
    }
    imported |= {node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert {name.split(".")[0] for name in imported} <= sys.stdlib_module_names


def test_a_python_that_does_not_run_has_no_version(tmp_path: Path) -> None:
    broken = tmp_path / "python"
    broken.write_text("#!/bin/sh\nexit 1\n")
    broken.chmod(0o755)

    assert bootstrap.version_of(broken) == (0,)
    assert bootstrap.version_of(tmp_path / "missing") == (0,)
    assert bootstrap.version_of(sys.executable) == sys.version_info[:2]


def test_a_missing_lock_file_is_one_sentence() -> None:
    done = subprocess.run(  # noqa: S603 - our own program
        [sys.executable, SOURCE, "missing.lock"], capture_output=True, text=True, check=False
    )

    assert done.returncode == 1
    assert done.stderr.startswith("hymnsheet: ")
    assert "missing.lock" in done.stderr


def test_too_little_room_is_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bootstrap, "FREE_BYTES", 10**18)

    with pytest.raises(bootstrap.Unable, match="Less than 1 GB is free on the disk of"):
        bootstrap.build("requirements.lock")

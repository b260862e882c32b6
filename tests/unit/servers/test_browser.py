from pathlib import Path

import pytest

from config.servers import browser
from config.servers.faults import Fault


@pytest.fixture
def bare_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Leave one empty folder on PATH, and no Chromium by name."""
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("CHROMIUM", raising=False)
    monkeypatch.setattr(browser, "NAMES", ("chromium",))
    return tmp_path


def test_chromium_on_path_is_found(bare_path: Path) -> None:
    program = _add(bare_path, "chromium", "exit 0")

    assert browser.chromium() == str(program)


def test_a_path_given_by_hand_wins_and_must_be_a_program(
    bare_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _add(bare_path, "chromium", "exit 0")
    other = _add(bare_path, "my-chromium", "exit 0")

    monkeypatch.setenv("CHROMIUM", str(other))
    assert browser.chromium() == str(other)

    monkeypatch.setenv("CHROMIUM", "/nowhere/chromium")
    with pytest.raises(Fault, match="CHROMIUM is “/nowhere/chromium”, which is no program"):
        browser.chromium()


def test_without_the_right_to_install_the_command_to_type_is_given(
    bare_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _add(bare_path, "apt-get", "exit 0")
    _add(bare_path, "sudo", "exit 1")
    monkeypatch.setattr("os.geteuid", lambda: 1000)

    with pytest.raises(Fault, match="Type: sudo apt-get update && sudo apt-get install --yes chr"):
        browser.chromium()


def test_root_installs_chromium_by_the_package_manager(
    bare_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    copy = f'[ "$1" = update ] || {{ echo "#!/bin/sh" > "{bare_path}/chromium"; '
    _add(bare_path, "apt-get", copy + f'/bin/chmod +x "{bare_path}/chromium"; }}')
    monkeypatch.setattr("os.geteuid", lambda: 0)

    assert browser.chromium() == str(bare_path / "chromium")


def _add(folder: Path, name: str, script: str) -> Path:
    program = folder / name
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(0o755)
    return program

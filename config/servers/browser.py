"""Chromium for the browser tests: found on this machine, or installed by its package manager."""

import os
import shutil
import subprocess

from config.servers.faults import Fault

NAMES = (
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
)
MANAGERS = {
    "apt-get": (["apt-get", "update"], ["apt-get", "install", "--yes", "chromium"]),
    "dnf": (["dnf", "install", "--assumeyes", "chromium"],),
    "apk": (["apk", "add", "chromium"],),
}


def chromium() -> str:
    """Return the path of a Chromium; without one, install it if we may.

    Raises:
        Fault: there is none and it could not be installed; with the command to type.

    """
    if found := _found():
        return found
    manager = next((name for name in MANAGERS if shutil.which(name)), None)
    if manager is None:
        raise Fault("The browser tests need Chromium: install it, or name its path in CHROMIUM.")
    commands = MANAGERS[manager]
    to_type = " && ".join(f"sudo {' '.join(command)}" for command in commands)
    prefix = [] if os.geteuid() == 0 else ["sudo", "--non-interactive"]
    if prefix and not _runs([*prefix, "true"]):
        raise Fault(f"The browser tests need Chromium. Type: {to_type}")
    print(f"Chromium is not there: {to_type}", flush=True)
    if not all(_runs([*prefix, *command]) for command in commands) or not (found := _found()):
        raise Fault(f"Chromium could not be installed. Name its path in CHROMIUM, or: {to_type}")
    return found


def _found() -> str | None:
    """Return the path of a Chromium that is on this machine.

    Raises:
        Fault: CHROMIUM names no program.

    """
    if wanted := os.environ.get("CHROMIUM"):
        if found := shutil.which(wanted):
            return found
        raise Fault(f"CHROMIUM is “{wanted}”, which is no program.")
    return next((found for name in NAMES if (found := shutil.which(name))), None)


def _runs(command: list[str]) -> bool:
    if shutil.which(command[0]) is None:
        return False
    return subprocess.run(command, stdout=subprocess.DEVNULL, check=False).returncode == 0

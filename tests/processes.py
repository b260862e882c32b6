"""Processes of our own that a test starts, and kills at once, whatever they are doing."""

import os
import signal
import subprocess
import sys
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Self

from django.conf import settings


class Processes(ABC):
    """A Python program with all that it starts, in a group of their own; it writes to a log."""

    def __init__(self, log: Path, environment: Mapping[str, str]) -> None:
        self._log = log
        self._environment = environment
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_how: object) -> None:
        self.kill()

    @abstractmethod
    def start(self) -> None:
        """Start them; return when they are ready."""

    def kill(self) -> None:
        """Kill the whole group, with no chance to tidy up."""
        if self._process is not None:
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait(10)
            self._process = None

    def _run(self, command: Sequence[str]) -> None:
        with self._log.open("wb") as log:
            self._process = subprocess.Popen(  # noqa: S603  our own program
                [sys.executable, *command],
                cwd=settings.BASE_DIR,
                env=self._environment,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

from pathlib import Path

FOLDERS = ("config", "strategy", "customers", "campaigns", "reports", "templates")
ENDINGS = {".py", ".html", ".txt"}


class Watcher:
    """Notices changes of code and templates by the files' times, a few hundred stats a look."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._seen = self._times()

    def changed(self) -> Path | None:
        """Return one file that was changed, added or removed since the last look."""
        times = self._times()
        different = set(times.items()) ^ set(self._seen.items())
        self._seen = times
        return next(iter(different))[0] if different else None

    def _times(self) -> dict[Path, int]:
        times = {}
        for folder in FOLDERS:
            for path in (self._root / folder).rglob("*"):
                if path.suffix in ENDINGS and path.exists():
                    times[path] = path.stat().st_mtime_ns
        return times

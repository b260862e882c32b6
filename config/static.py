"""Static files: hashed names, and Plotly's two files made from the plotly package itself."""

import re
from collections.abc import Iterator
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any

import plotly
from django.conf import settings
from django.contrib.staticfiles.finders import BaseFinder
from django.contrib.staticfiles.storage import ManifestStaticFilesStorage
from django.core.files.storage import FileSystemStorage
from django.core.files.storage import Storage as FileStorage

PACKAGE = Path(plotly.__file__).parent / "package_data"
SCRIPT, SHEET = "plotly.min.js", "plotly.css"


class Storage(ManifestStaticFilesStorage):
    """Hashed names once files are collected; plain names before that, as in tests."""

    def stored_name(self, name: str) -> str:
        return super().stored_name(name) if self.hashed_files else name


class PlotlyFinder(BaseFinder):
    """Finds `plotly.min.js` and `plotly.css`, never out of step with the Python side.

    plotly.js injects its rules into the page, which a strict Content-Security-Policy refuses;
    without them a chart's layers cover the page and swallow clicks. So they are a file, made
    from the script whenever that is newer.
    """

    def __init__(self, *_args: Any, **_kwargs: Any) -> None:
        self.made = settings.LOCAL / "plotly"
        self.storages = {
            SCRIPT: FileSystemStorage(location=str(PACKAGE)),
            SHEET: FileSystemStorage(location=str(self.made)),
        }

    def check(self, **_kwargs: Any) -> list[Any]:
        return []

    def find(self, path: str, find_all: bool = False, **_kwargs: Any) -> Any:
        if path not in self.storages:
            return []
        if path == SHEET:
            make_sheet(PACKAGE / SCRIPT, self.made / SHEET)
        found = self.storages[path].path(path)
        return [found] if find_all else found

    def list(self, _ignore_patterns: Any) -> Iterator[tuple[str, FileStorage]]:
        make_sheet(PACKAGE / SCRIPT, self.made / SHEET)
        yield from self.storages.items()


def make_sheet(script: Path, sheet: Path) -> None:
    """Write the rules that plotly.js would inject, unless `sheet` is newer than `script`."""
    if sheet.exists() and sheet.stat().st_mtime >= script.stat().st_mtime:
        return
    sheet.parent.mkdir(parents=True, exist_ok=True)
    with NamedTemporaryFile("w", encoding="utf-8", dir=sheet.parent, delete=False) as made:
        made.write(injected_rules(script.read_text(encoding="utf-8")))
    Path(made.name).replace(sheet)
    sheet.chmod(0o644)


def injected_rules(script: str) -> str:
    """Return the style sheet inside plotly.js: an object `{"X .part": "property:value;", …}`.

    Raises:
        ValueError: this plotly.js keeps its rules in another way.

    """
    table = re.search(r'\{"X,X div":(?:"[^"]*"|\'[^\']*\'|[^{}"\'])*\}', script)
    rules = re.findall(r'"([XY][^"]*)":(?:"([^"]*)"|\'([^\']*)\')', table[0] if table else "")
    if not any(selector == "X .main-svg" for selector, *_ in rules):
        raise ValueError("plotly.js no longer keeps its style rules where they were")
    names = {"X": ".js-plotly-plot .plotly", "Y": ".plotly-notifier"}
    return "".join(
        f"{re.sub('[XY]', lambda found: names[found[0]], selector)} {{ {double or single} }}\n"
        for selector, double, single in rules
    )

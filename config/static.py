"""Static files: hashed names, and plotly.js served from the plotly package itself."""

from collections.abc import Iterator
from importlib.resources import files
from typing import Any

from django.contrib.staticfiles.finders import BaseFinder
from django.contrib.staticfiles.storage import ManifestStaticFilesStorage
from django.core.files.storage import FileSystemStorage, Storage as FileStorage


class Storage(ManifestStaticFilesStorage):
    """Hashed names once files are collected; plain names before that, as in tests."""

    manifest_strict = False


class PlotlyFinder(BaseFinder):
    """Finds `plotly.min.js`, so that it is never out of step with the Python side."""

    name = "plotly.min.js"

    def __init__(self, *_args: Any, **_kwargs: Any) -> None:
        self.storage = FileSystemStorage(location=str(files("plotly") / "package_data"))

    def check(self, **_kwargs: Any) -> list[Any]:
        return []

    def find(self, path: str, find_all: bool = False, **_kwargs: Any) -> Any:  # noqa: FBT001, FBT002  Django's signature
        found = self.storage.path(path) if path == self.name else None
        if find_all:
            return [found] if found else []
        return found or []

    def list(self, _ignore_patterns: Any) -> Iterator[tuple[str, FileStorage]]:
        yield self.name, self.storage

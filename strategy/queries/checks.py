"""The machine checks that a rule of the sheet may name; the floor that checks says which."""

from collections.abc import Callable
from typing import Any

KEYS: list[Callable[[], list[tuple[str, str]]]] = []
"""Functions that return the keys of checks, each with what it tests."""

MISTAKES: list[Callable[[str, dict[str, Any]], str]] = []
"""Functions that return what is wrong with a check and its parameters, "" where nothing is."""


def choices() -> list[tuple[str, str]]:
    """Return the checks to choose from, none first. No query."""
    return [("", "None: people judge it"), *(one for keys in KEYS for one in keys())]


def mistake(key: str, parameters: dict[str, Any]) -> str:
    """Return what is wrong with a rule's check, "" where nothing is. No query."""
    return next(filter(None, (find(key, parameters) for find in MISTAKES)), "")

"""Mappings of exports that many systems write alike; each file here is one.

A preset is a mapping file with two lines before it: `title`, for people, and `header`, the columns
that tell the export from others. README of the format: docs/decisions/0008-mappings.md.
"""

import tomllib
from collections.abc import Mapping as Read
from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from typing import NamedTuple

from customers.intake.fields import Kind
from customers.intake.mapping import Mapping, MappingError, parse


class Preset(NamedTuple):
    """A preset by its name, such as shopify-orders; `text` is its mapping in TOML."""

    name: str
    title: str
    header: frozenset[str]
    text: str


@cache
def presets() -> tuple[Preset, ...]:
    """Return every preset, by name."""
    found = []
    for file in files(__package__).iterdir():
        name, _, suffix = file.name.partition(".")
        if suffix == "toml":
            text = file.read_text(encoding="utf-8")
            lines = text.split("\n\n", 1)
            told = tomllib.loads(lines[0])
            found.append(Preset(name, told["title"], frozenset(told["header"]), lines[1]))
    return tuple(sorted(found))


def preset(name: str, kinds: Read[str, Kind]) -> Mapping:
    """Return a preset's mapping; raises MappingError for a name that there is not."""
    for one in presets():
        if one.name == name:
            return parse(one.text, kinds)
    names = ", ".join(one.name for one in presets())
    raise MappingError(f"There is no preset {name!r}; the presets are: {names}.")


def fitting(columns: Sequence[str]) -> list[Preset]:
    """Return the presets whose header a file has, those with most columns in it first.

    There are several where one file tells two kinds of event, such as orders and their lines: it
    is handed in once for each.
    """
    found = [one for one in presets() if one.header <= set(columns)]
    return sorted(found, key=lambda one: -len(one.header))


def recognised(columns: Sequence[str]) -> Preset | None:
    """Return the preset by which a file is read that nobody has mapped, if there is one."""
    return next(iter(fitting(columns)), None)

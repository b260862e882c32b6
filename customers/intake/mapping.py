"""The mapping of a file: which of its columns is which of our fields, and how it writes values."""

import difflib
import hashlib
import json
import re
import tomllib
from collections.abc import Iterable, Sequence
from collections.abc import Mapping as Read
from datetime import UTC, datetime
from typing import Any, NamedTuple, Self
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from customers.intake.fields import Formats, Kind

_SECTIONS = ("kind", "columns", "constants", "values", "formats")


class MappingError(Exception):
    """The mapping is wrong or does not fit the file; one sentence says where and what to do."""


class Mapping(NamedTuple):
    """A mapping whose names have been checked against the kind.

    `columns` names, for each of our fields, their columns (several are joined with a space);
    `constants` are values in our own spelling (ISO moments, "." decimals) for every row;
    `values` turns their values into ours, where "" drops the row.
    """

    kind: str
    columns: dict[str, tuple[str, ...]]
    constants: dict[str, str] = {}
    values: dict[str, dict[str, str]] = {}
    formats: Formats = Formats()

    def to_json(self) -> dict[str, Any]:
        """Return the mapping as plain JSON types, for storing."""
        return {
            "kind": self.kind,
            "columns": {field: list(columns) for field, columns in self.columns.items()},
            "constants": self.constants,
            "values": self.values,
            "formats": self.formats._asdict(),
        }

    @classmethod
    def from_json(cls, stored: Read[str, Any]) -> Self:
        """Return the mapping that `to_json` stored."""
        return cls(
            kind=stored["kind"],
            columns={field: tuple(columns) for field, columns in stored["columns"].items()},
            constants=dict(stored["constants"]),
            values={field: dict(values) for field, values in stored["values"].items()},
            formats=Formats(**stored["formats"]),
        )

    def sha256(self) -> str:
        """Return the hash of what the mapping says, in hex; the order of its lines is no part."""
        text = json.dumps(self.to_json(), sort_keys=True, ensure_ascii=False)
        return hashlib.sha256(text.encode()).hexdigest()

    def ignored(self, columns: Iterable[str]) -> list[str]:
        """Return the columns of a file that no field takes."""
        used = {column for taken in self.columns.values() for column in taken}
        return [column for column in columns if column not in used]


def parse(text: str, kinds: Read[str, Kind]) -> Mapping:
    """Return the mapping written in TOML; raises MappingError."""
    try:
        found = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise MappingError(f"The mapping is not TOML: {error}.") from None
    for section in found:
        _known(section, _SECTIONS, "section", "the mapping")
    name = found.get("kind")
    if not isinstance(name, str):
        raise MappingError(f"The mapping names no kind: write kind = one of {', '.join(kinds)}.")
    _known(name, kinds, "kind", "the mapping")
    columns = _section(found, "columns")
    mapping = Mapping(
        kind=name,
        columns={field: _columns(field, column) for field, column in _leaves(columns)},
        constants={
            field: _scalar(value, f"[constants] {field}")
            for field, value in _leaves(_section(found, "constants"))
        },
        values=_values(_section(found, "values")),
        formats=_formats(_section(found, "formats")),
    )
    _check_fields(mapping, kinds[name])
    return mapping


def propose(columns: Sequence[str], kinds: Read[str, Kind]) -> Mapping:
    """Return the mapping of a file whose columns carry our own names; other columns are ignored.

    Events have `event` and `at`, assignments `arm`; all else is records. Raises MappingError,
    with what each kind needs, where no column carries a name of ours.
    """
    if not any(kind.field(column) for kind in kinds.values() for column in columns):
        needs = "; ".join(f"{name} need {', '.join(kind.required)}" for name, kind in kinds.items())
        raise MappingError(
            f"No column carries a name of ours, so this is no table of any kind: {needs}. It has "
            f"{_listed(columns)}. Rename them, or hand in a mapping."
        )
    kind = "records"
    if {"event", "at"} <= set(columns):
        kind = "events"
    elif "arm" in columns and "assignments" in kinds:
        kind = "assignments"
    return Mapping(
        kind, {column: (column,) for column in columns if kinds[kind].field(column) is not None}
    )


def fit(mapping: Mapping, kind: Kind, columns: Sequence[str], *, complete: bool = True) -> None:
    """Check that a file with these columns can be read; raises MappingError.

    With `complete` false (JSON lines) more columns may turn up, so an absent one is no mistake.
    """
    have = f"it has {_listed(columns)}"
    if complete:
        for field, taken in mapping.columns.items():
            for column in taken:
                if column not in columns:
                    raise MappingError(
                        f"[columns] {field} names the column {column!r}, which the file does not "
                        f"have{_meant(column, columns)}; {have}."
                    )
    for field in kind.required:
        given = field in mapping.columns or field in mapping.constants
        if not given and field != kind.named_by_place:
            raise MappingError(
                f"{kind.name.capitalize()} need {field}, and no column of the file is mapped to "
                f"it; {have}."
            )
    if not mapping.columns:
        raise MappingError(
            f"No column of the file is mapped to a field of {kind.name}; {have}, and the fields "
            f"are {_listed(kind.names())}."
        )


def _check_fields(mapping: Mapping, kind: Kind) -> None:
    places: dict[str, Iterable[str]] = {
        "columns": mapping.columns,
        "constants": mapping.constants,
        "values": mapping.values,
    }
    for section, fields in places.items():
        for field in fields:
            if kind.field(field) is None:
                raise MappingError(
                    f"[{section}] names {field!r}, which is no field of {kind.name}"
                    f"{_meant(field, kind.names())}; the fields are {_listed(kind.names())}."
                )
    for field in mapping.constants.keys() & mapping.columns.keys():
        raise MappingError(f"{field} stands in [columns] and in [constants]; keep one of them.")
    for field in mapping.values.keys() - mapping.columns.keys():
        raise MappingError(f"[values.{field}] turns values of a field that [columns] does not map.")


def _section(found: dict[str, Any], name: str) -> dict[str, Any]:
    section = found.get(name, {})
    if not isinstance(section, dict):
        raise MappingError(f"{name} holds {section!r}; it is a section: write [{name}].")
    return section


def _leaves(section: dict[str, Any], prefix: str = "") -> Iterable[tuple[str, Any]]:
    """Yield dotted names and values, so that consent.email.news needs no quotation marks."""
    for key, value in section.items():
        if isinstance(value, dict):
            yield from _leaves(value, f"{prefix}{key}.")
        else:
            yield prefix + key, value


def _columns(field: str, found: Any) -> tuple[str, ...]:
    columns = tuple(found) if isinstance(found, list) else (found,)
    if not columns or not all(isinstance(column, str) and column for column in columns):
        raise MappingError(
            f"[columns] {field} holds {found!r}; expected a column's name or a list of names."
        )
    return columns


def _values(section: dict[str, Any]) -> dict[str, dict[str, str]]:
    values: dict[str, dict[str, str]] = {}
    for key, found in section.items():
        if not isinstance(found, dict):
            raise MappingError(f"[values] {key} holds {found!r}; write [values.{key}].")
        nested = {name: inner for name, inner in found.items() if isinstance(inner, dict)}
        flat = {
            theirs: _scalar(ours, f"[values.{key}] {theirs}")
            for theirs, ours in found.items()
            if theirs not in nested
        }
        if flat:
            values[key] = flat
        values.update({f"{key}.{name}": inner for name, inner in _values(nested).items()})
    return values


def _scalar(found: Any, place: str) -> str:
    if isinstance(found, bool):
        return "true" if found else "false"
    if isinstance(found, list):
        raise MappingError(f"{place} holds {found!r}; expected one value.")
    return found.strip() if isinstance(found, str) else str(found)


def _formats(section: dict[str, Any]) -> Formats:
    for name, value in section.items():
        _known(name, Formats._fields, "format", "[formats]")
        if not isinstance(value, str):
            raise MappingError(f"[formats] {name} holds {value!r}; expected text.")
    formats = Formats(**section)
    if formats.decimal not in {".", ","}:
        raise MappingError(f'[formats] decimal is {formats.decimal!r}; expected "." or ",".')
    if formats.at != "iso" and not _is_format(formats.at):
        raise MappingError(
            f'[formats] at is {formats.at!r}; expected "iso" or a format such as "%d/%m/%Y %H:%M".'
        )
    try:
        ZoneInfo(formats.zone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise MappingError(
            f"[formats] zone is {formats.zone!r}, which is no time zone; "
            "expected a name such as Europe/London."
        ) from None
    return formats


def _is_format(text: str) -> bool:
    """Say whether strptime takes the format and finds a year, a month and a day with it."""
    day = datetime(2026, 11, 25, tzinfo=UTC)
    if not re.search("%[Yycx]", text):
        return False
    try:
        return datetime.strptime(day.strftime(text), text).date() == day.date()  # noqa: DTZ007 - only the day
    except (ValueError, re.error):
        return False


def _known(name: str, options: Iterable[str], what: str, place: str) -> None:
    if name not in options:
        choices = list(options)
        raise MappingError(
            f"{place[0].upper()}{place[1:]} holds the unknown {what} {name!r}"
            f"{_meant(name, choices)}; expected one of {', '.join(choices)}."
        )


def _meant(name: str, options: Iterable[str]) -> str:
    close = difflib.get_close_matches(name.lower(), {o.lower(): o for o in options}, n=1)
    original = next((option for option in options if close and option.lower() == close[0]), None)
    return f" (did you mean {original!r}?)" if original else ""


def _listed(names: Sequence[str], most: int = 30) -> str:
    more = f" and {len(names) - most} more" if len(names) > most else ""
    return ", ".join(names[:most]) + more

"""The mapping of a file: which of its columns is which of our fields, and how it writes values."""

import difflib
import hashlib
import json
import re
import tomllib
from collections.abc import Iterable, Iterator, Sequence
from collections.abc import Mapping as Read
from datetime import UTC, datetime
from itertools import combinations
from typing import Any, NamedTuple, Self
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from customers.intake.expressions import RULE_SHAPE, ExpressionError, Rule, columns_of
from customers.intake.fields import Formats, Kind

_SECTIONS = ("kind", "columns", "constants", "derived", "values", "when", "wide", "formats")
ANY_OTHER = "*"
"""Stands in [values] for each of their values that is not listed."""


class MappingError(Exception):
    """The mapping is wrong or does not fit the file; one sentence says where and what to do."""


class Wide(NamedTuple):
    """The fields of a file whose further columns are each a row of its own.

    `header` is the field that a column's name fills, `cell` the one that its cell does.
    """

    header: str
    cell: str


class Mapping(NamedTuple):
    """A mapping whose names have been checked against the kind.

    `columns` names, for each of our fields, their columns (several are joined with a space);
    `constants` are values in our own spelling (ISO moments, "." decimals) for every row;
    `derived` are sums and products of their columns; `values` turns their values into ours, where
    "" drops the row; `when` are rules, of which the first that holds says what a field is. With
    `wide`, each column that nothing else names makes a row of its own out of each of its cells.
    """

    kind: str
    columns: dict[str, tuple[str, ...]]
    constants: dict[str, str] = {}
    values: dict[str, dict[str, str]] = {}
    formats: Formats = Formats()
    derived: dict[str, str] = {}
    when: dict[str, tuple[Rule, ...]] = {}
    wide: Wide | None = None

    def to_json(self) -> dict[str, Any]:
        """Return the mapping as plain JSON types, for storing."""
        return {
            "kind": self.kind,
            "columns": {field: list(columns) for field, columns in self.columns.items()},
            "constants": self.constants,
            "values": self.values,
            "formats": self.formats._asdict(),
            "derived": self.derived,
            "when": {field: [list(rule) for rule in rules] for field, rules in self.when.items()},
        } | ({"wide": list(self.wide)} if self.wide else {})

    @classmethod
    def from_json(cls, stored: Read[str, Any]) -> Self:
        """Return the mapping that `to_json` stored."""
        return cls(
            kind=stored["kind"],
            columns={field: tuple(columns) for field, columns in stored["columns"].items()},
            constants=dict(stored["constants"]),
            values={field: dict(values) for field, values in stored["values"].items()},
            formats=Formats(**stored["formats"]),
            derived=dict(stored.get("derived", {})),
            when={
                field: tuple(Rule(*rule) for rule in rules)
                for field, rules in stored.get("when", {}).items()
            },
            wide=Wide(*stored["wide"]) if "wide" in stored else None,
        )

    def sha256(self) -> str:
        """Return the hash of what the mapping says, in hex; the order of its lines is no part."""
        text = json.dumps(self.to_json(), sort_keys=True, ensure_ascii=False)
        return hashlib.sha256(text.encode()).hexdigest()

    def ignored(self, columns: Iterable[str]) -> list[str]:
        """Return the columns of a file that no field takes."""
        return [] if self.wide else self.unnamed(columns)

    def unnamed(self, columns: Iterable[str]) -> list[str]:
        """Return the columns of a file that the mapping does not name."""
        used = {column for _, column in self.uses()}
        return [column for column in columns if column not in used]

    def uses(self) -> Iterator[tuple[str, str]]:
        """Yield each place of the mapping that names a column, with that column."""
        for field, taken in self.columns.items():
            yield from ((f"[columns] {field}", column) for column in taken)
        for field, expression in self.derived.items():
            yield from ((f"[derived] {field}", column) for column in columns_of(expression))
        for field, rules in self.when.items():
            yield from ((f"[when] {field}", rule.column) for rule in rules)

    def fills(self, field: str) -> bool:
        """Say whether anything fills a field."""
        parts = (self.columns, self.constants, self.derived, self.when, self.wide or ())
        return any(field in part for part in parts)


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
        formats=checked_formats(_section(found, "formats")),
        derived=_derived(_section(found, "derived")),
        when=_when(_section(found, "when")),
        wide=_wide(_section(found, "wide")),
    )
    check_fields(mapping, kinds[name])
    return mapping


def fit(mapping: Mapping, kind: Kind, columns: Sequence[str], *, complete: bool = True) -> None:
    """Check that a file with these columns can be read; raises MappingError.

    With `complete` false (JSON lines) more columns may turn up, so an absent one is no mistake.
    """
    have = f"it has {listed(columns)}"
    if complete:
        for place, column in mapping.uses():
            if column not in columns:
                raise MappingError(
                    f"{place} names the column {column!r}, which the file does not "
                    f"have{_meant(column, columns)}; {have}."
                )
    for field in kind.required:
        if not mapping.fills(field) and field != kind.named_by_place:
            raise MappingError(
                f"{kind.name.capitalize()} need {field}, and no column of the file is mapped to "
                f"it; {have}."
            )
    if not (mapping.columns or mapping.derived):
        raise MappingError(
            f"No column of the file is mapped to a field of {kind.name}; {have}, and the fields "
            f"are {listed(kind.names())}."
        )


def check_fields(mapping: Mapping, kind: Kind) -> None:
    """Check that a mapping names fields of its kind, each once, in texts that can be kept.

    Raises MappingError.
    """
    places: dict[str, Iterable[str]] = {
        "columns": mapping.columns,
        "constants": mapping.constants,
        "derived": mapping.derived,
        "values": mapping.values,
        "when": mapping.when,
        "wide": mapping.wide or (),
    }
    for section, fields in places.items():
        for field in fields:
            if kind.field(field) is None:
                raise MappingError(
                    f"[{section}] names {field!r}, which is no field of {kind.name}"
                    f"{_meant(field, kind.names())}; the fields are {listed(kind.names())}."
                )
    one_of = ("columns", "constants", "derived", "wide")
    for one, other in combinations(one_of, 2):
        for field in set(places[one]) & set(places[other]):
            raise MappingError(f"{field} stands in [{one}] and in [{other}]; keep one of them.")
    for field in mapping.values.keys() - {*mapping.columns, *(mapping.wide or ())}:
        raise MappingError(f"[values.{field}] turns values of a field that [columns] does not map.")
    if r"\u0000" in json.dumps(mapping.to_json()):
        raise MappingError(
            "The mapping holds a NUL character, which no text may hold; take it out."
        )


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


def _derived(section: dict[str, Any]) -> dict[str, str]:
    derived: dict[str, str] = {}
    for field, expression in _leaves(section):
        try:
            columns_of(str(expression))
        except ExpressionError as expected:
            raise MappingError(
                f"[derived] {field} holds {expression!r}; expected {expected}."
            ) from None
        derived[field] = str(expression)
    return derived


def _when(section: dict[str, Any]) -> dict[str, tuple[Rule, ...]]:
    when: dict[str, tuple[Rule, ...]] = {}
    for field, found in _leaves(section):
        rules = [Rule.of(one) for one in found] if isinstance(found, list) else []
        if not rules or None in rules:
            raise MappingError(
                f"[when] {field} holds {found!r}; expected a list of rules such as {RULE_SHAPE}."
            )
        when[field] = tuple(rule for rule in rules if rule is not None)
    return when


def _wide(section: dict[str, Any]) -> Wide | None:
    if not section:
        return None
    fields = [section.get(part) for part in Wide._fields]
    if section.keys() != set(Wide._fields) or not all(isinstance(name, str) for name in fields):
        raise MappingError(
            f"[wide] holds {section!r}; expected header and cell, the two fields that a further "
            "column's name and its cells fill."
        )
    return Wide(*map(str, fields))


def _scalar(found: Any, place: str) -> str:
    if isinstance(found, bool):
        return "true" if found else "false"
    if isinstance(found, list):
        raise MappingError(f"{place} holds {found!r}; expected one value.")
    return found.strip() if isinstance(found, str) else str(found)


def checked_formats(section: dict[str, Any]) -> Formats:
    """Return the formats that a section names; raises MappingError."""
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


def listed(names: Sequence[str], most: int = 30) -> str:
    """Return names with commas between, at most so many of them."""
    more = f" and {len(names) - most} more" if len(names) > most else ""
    return ", ".join(names[:most]) + more

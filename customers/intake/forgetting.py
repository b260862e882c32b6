"""Taking one person's rows out of files that still hold them. Plain; knows text files only."""

import csv
import gzip
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import IO, NamedTuple

from customers.intake.identifiers import digest, normalised, pseudonym
from customers.intake.rejected import as_found

LONGEST_CELL = 1 << 26
_NAME = "external_id"
_ADDRESS = re.compile(r"[^\s@<>,;:\"“”()\[\]{}|=/]{1,64}@[^\s@<>,;:\"“”()\[\]{}|=/]{1,190}")
_PHONE = re.compile(r"[\d\s()+./-]{7,24}")
_TAIL = 9
"""Digits at the end of a telephone number by which it is known however its start is written."""

type Row = Mapping[str, str | None]
"""The cells of a row by column."""


class Traces(NamedTuple):
    """What a row may show that somebody is meant by; texts in lower case.

    Attributes:
        said: by field (external_id, a kind of identifier), what names them as the whole of it.
        hashes: the digests of their e-mail addresses, which name them wherever they stand.
        tails: the last nine digits of their telephone numbers, which do so as a cell.
        names: their full names, in one cell or two; one of them and one of `beside` are them.
        beside: birth day, postcode, address.
        keys: what digests may have been made with.

    """

    said: dict[str, frozenset[str]]
    hashes: frozenset[bytes]
    tails: frozenset[str]
    names: frozenset[tuple[str, ...]]
    beside: frozenset[str]
    keys: tuple[bytes, ...]

    def are_in(self, row: Row, columns: Mapping[str, Iterable[str]]) -> bool:
        """Say whether a row is theirs; `columns` are those that a mapping gives to each field.

        Somebody else's row may well have a quantity that is spelt like their external id.
        """
        cells = {name: as_found(cell.strip()).lower() for name, cell in row.items() if cell}
        texts = set(cells.values())
        return (
            any(
                self._are_said(field, " ".join(cells[name] for name in those if name in cells))
                for field, those in columns.items()
            )
            or any(self._are_addressed(text) for text in texts)
            or any(_tail(text) in self.tails for text in texts if _PHONE.fullmatch(text))
            or not (
                self.beside.isdisjoint(texts)
                or not any(texts.issuperset(name) for name in self.names)
            )
        )

    def are_mentioned(self, text: str) -> bool:
        """Say whether a text holds one of their identifiers, whatever stands around it."""
        lower, digits = text.lower(), re.sub(r"\D", "", text)
        return (
            any(
                one in lower
                for field, those in self.said.items()
                for one in those
                if field != _NAME
            )
            or self._are_addressed(lower)
            or any(tail in digits for tail in self.tails)
        )

    def _are_said(self, field: str, text: str) -> bool:
        said = self.said.get(field, frozenset())
        if text in said:
            return True
        return field == _NAME and "@" in text and any(pseudonym(text, k) in said for k in self.keys)

    def _are_addressed(self, text: str) -> bool:
        if "@" not in text:
            return False
        spelt = {normalised("email", one) for one in {text, *_ADDRESS.findall(text)}}
        spelt |= {normalised("email", one.strip(".'")) for one in _ADDRESS.findall(text)}
        return any(
            digest("email", one, key) in self.hashes for one in spelt if one for key in self.keys
        )


def traces(
    *,
    external_ids: Iterable[str],
    identifiers: Iterable[tuple[str, str]],
    hashes: Iterable[bytes],
    names: Iterable[Sequence[str]],
    beside: Iterable[str],
    keys: Iterable[bytes],
    region: str,
) -> Traces:
    """Return the traces of somebody by what they are called in one source.

    `external_ids` are theirs there, `identifiers` pairs of kind and value in clear, `hashes` the
    digests of e-mail addresses of which the clear text may be unknown.
    """
    said = {_NAME: {name.strip().lower() for name in external_ids}}
    tails: set[str] = set()
    addresses: set[str] = set()
    for kind, value in identifiers:
        spelt = normalised(kind, value, region) or ""
        said.setdefault(kind, set()).update({value.strip().lower(), spelt.lower()} - {""})
        if kind == "phone":
            tails.add(_tail(value))
        elif kind == "email" and spelt:
            addresses.add(spelt)
    known = tuple(keys)
    whole = ((part.strip().lower() for part in name) for name in names)
    return Traces(
        said={field: frozenset(those) for field, those in said.items()},
        hashes=frozenset({*hashes, *(digest("email", one, k) for one in addresses for k in known)}),
        tails=frozenset(tail for tail in tails if len(tail) == _TAIL),
        names=frozenset(name for name in map(tuple, whole) if all(name)),
        beside=frozenset(text.strip().lower() for text in beside if text.strip()),
        keys=known,
    )


def take_out(
    path: Path,
    is_theirs: Callable[[Row], bool],
    *,
    columns: Sequence[str],
    encoding: str,
    delimiter: str,
) -> int:
    """Write a text file again without somebody's rows, and return how many they were.

    JSON lines where the delimiter is empty, else CSV with these columns. The file changes at once
    or not at all, and not where nothing in it is theirs.
    """
    beside = path.with_name(f".{path.name}.new")
    try:
        with _opened(path, "rt", encoding) as old, _opened(beside, "wt", encoding, path) as new:
            if delimiter:
                count = _csv(old, new, is_theirs, columns, delimiter)
            else:
                count = _json(old, new, is_theirs)
        if count:
            beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)
    return count


def _opened(path: Path, mode: str, encoding: str, like: Path | None = None) -> IO[str]:
    with (like or path).open("rb") as file:
        is_packed = file.read(2) == b"\x1f\x8b"
    if is_packed:
        return gzip.open(path, mode, encoding=encoding, newline="")  # type: ignore[return-value]  # text
    return path.open(mode, encoding=encoding, newline="")


def _csv(
    old: IO[str],
    new: IO[str],
    is_theirs: Callable[[Row], bool],
    columns: Sequence[str],
    delimiter: str,
) -> int:
    kept = csv.writer(new, delimiter=delimiter)
    count = 0
    usual = csv.field_size_limit(LONGEST_CELL)
    try:
        for line in csv.reader(old, delimiter=delimiter):
            beyond = {f"cell {place}": line[place] for place in range(len(columns), len(line))}
            if is_theirs(beyond | dict(zip(columns, line, strict=False))):
                count += 1
            else:
                kept.writerow(line)
    finally:
        csv.field_size_limit(usual)
    return count


def _json(old: IO[str], new: IO[str], is_theirs: Callable[[Row], bool]) -> int:
    count = 0
    for line in old:
        if is_theirs(_cells(line)):
            count += 1
        else:
            new.write(line)
    return count


def _cells(line: str) -> dict[str, str]:
    """Return the texts of a line of JSON by dotted name; a line that is none is one text."""
    try:
        return dict(_leaves("", json.loads(line, parse_int=str, parse_float=str)))
    except ValueError:
        return {"line": line}


def _leaves(name: str, value: object) -> Iterator[tuple[str, str]]:
    if isinstance(value, dict | list):
        inner = value.items() if isinstance(value, dict) else enumerate(value)
        for key, one in inner:
            yield from _leaves(f"{name}.{key}" if name else str(key), one)
    elif value is not None:
        yield name, str(value)


def _tail(text: str) -> str:
    return re.sub(r"\D", "", text)[-_TAIL:]

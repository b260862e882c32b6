"""Taking one person's rows out of files that still hold them. Plain; knows text files only."""

import csv
import gzip
import json
import re
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import IO, NamedTuple

from customers.intake.identifiers import normalised

SHORTEST_INSIDE = 6
"""An identifier of fewer characters is looked for as a whole cell only."""
LONGEST_CELL = 1 << 26
_PHONE = re.compile(r"[\d\s()+./-]{7,24}")
_TAIL = 9
"""Digits at the end of a telephone number by which it is known however its start is written."""


class Traces(NamedTuple):
    """What a row may show that somebody is meant by; all in lower case.

    Attributes:
        whole: texts that name them as a whole cell: external ids, identifiers.
        inside: identifiers that name them wherever they stand in a cell.
        tails: the last nine digits of their telephone numbers.
        names: their names; one of them and one of `beside` in a row are them.
        beside: birth day, postcode, address.

    """

    whole: frozenset[str]
    inside: frozenset[str]
    tails: frozenset[str]
    names: frozenset[str]
    beside: frozenset[str]

    def are_in(self, cells: Iterable[str]) -> bool:
        """Say whether a row is theirs."""
        texts = [cell.strip().lower() for cell in cells if cell]
        return (
            not self.whole.isdisjoint(texts)
            or any(value in text for value in self.inside for text in texts)
            or any(_tail(text) in self.tails for text in texts if _PHONE.fullmatch(text))
            or not (self.names.isdisjoint(texts) or self.beside.isdisjoint(texts))
        )


def traces(
    names_there: Iterable[str],
    identifiers: Iterable[tuple[str, str]],
    names: Iterable[str],
    beside: Iterable[str],
    region: str,
) -> Traces:
    """Return the traces of somebody by what they are called in one source.

    `names_there` are their external ids there, `identifiers` pairs of kind and value in clear.
    """
    pairs = list(identifiers)
    spelt = {value.strip().lower() for _, value in pairs}
    spelt |= {(normalised(kind, value, region) or "").lower() for kind, value in pairs}
    spelt.discard("")
    whole = spelt | {name.strip().lower() for name in names_there}
    return Traces(
        whole=frozenset(whole),
        inside=frozenset(text for text in spelt if len(text) >= SHORTEST_INSIDE),
        tails=frozenset(_tail(value) for kind, value in pairs if kind == "phone"),
        names=frozenset(name.strip().lower() for name in names if name.strip()),
        beside=frozenset(text.strip().lower() for text in beside if text.strip()),
    )


def take_out(
    path: Path, is_theirs: Callable[[Iterable[str]], bool], *, encoding: str, delimiter: str
) -> int:
    """Write a text file again without somebody's rows, and return how many they were.

    JSON lines where the delimiter is empty, else CSV. The file changes at once or not at all, and
    not where nothing in it is theirs.
    """
    beside = path.with_name(f".{path.name}.new")
    rewrite = _csv if delimiter else _json
    try:
        with _opened(path, "rt", encoding) as old, _opened(beside, "wt", encoding, path) as new:
            count = rewrite(old, new, is_theirs, delimiter)
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
    old: IO[str], new: IO[str], is_theirs: Callable[[Iterable[str]], bool], delimiter: str
) -> int:
    kept = csv.writer(new, delimiter=delimiter)
    count = 0
    usual = csv.field_size_limit(LONGEST_CELL)
    try:
        for line in csv.reader(old, delimiter=delimiter):
            if is_theirs(line):
                count += 1
            else:
                kept.writerow(line)
    finally:
        csv.field_size_limit(usual)
    return count


def _json(
    old: IO[str], new: IO[str], is_theirs: Callable[[Iterable[str]], bool], _delimiter: str
) -> int:
    count = 0
    for line in old:
        if is_theirs(_cells(line)):
            count += 1
        else:
            new.write(line)
    return count


def _cells(line: str) -> list[str]:
    """Return the texts of a line of JSON; a line that is none is one text."""
    try:
        return list(_leaves(json.loads(line)))
    except ValueError:
        return [line]


def _leaves(value: object) -> Iterator[str]:
    if isinstance(value, dict | list):
        for one in value.values() if isinstance(value, dict) else value:
            yield from _leaves(one)
    elif value is not None:
        yield str(value)


def _tail(text: str) -> str:
    return re.sub(r"\D", "", text)[-_TAIL:]

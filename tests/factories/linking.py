"""Graphs to link: small ones said in a line each, and large ones from generated files."""

import datetime as dt
import tomllib
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import csv

from config.retail.sources import SOURCES
from customers.identity.graph import Accepted, Decisions, Graph, Int64s, Records, Ties
from customers.identity.names import NO_DAY, keys, parted
from customers.identity.rules import Kind, Tier
from customers.intake.identifiers import normalised

CONFIRMED = {
    "web-shop": "account_id",
    "tills": "loyalty_card",
    "mail": "email",
    "payments": "payment_token",
    "store-wifi": "wifi_device",
}
"""What each source has checked; everything else it claims."""
REGISTERS = ("web-shop", "tills")


class Person(NamedTuple):
    """One record: where it stands, who it names, and its values by kind."""

    source: int = 0
    given: str = ""
    family: str = ""
    born: str = ""
    values: dict[Kind, str] = {}


def graph_of(
    people: dict[int, Person],
    *,
    registers: tuple[int, ...] = (),
    blocked: tuple[str, ...] = (),
    decisions: tuple[tuple[int, int, bool], ...] = (),
    accepted: tuple[tuple[int, int, float, Tier], ...] = (),
) -> Graph:
    """Return a graph of records by id; every value is claimed."""
    ties = [
        (record, f"{kind} {text}", kind)
        for record, person in people.items()
        for kind, text in person.values.items()
    ]
    numbers = {value: number for number, value in enumerate(sorted({tie[1] for tie in ties}))}
    rows = list(people.values())
    return Graph(
        Records(
            np.array(list(people), np.int64),
            np.array([row.source for row in rows], np.int32),
            pa.array([row.given for row in rows], pa.string()),
            pa.array([row.family for row in rows], pa.string()),
            np.array([_ordinal(row.born) for row in rows], np.int32),
        ),
        Ties(
            np.array([tie[0] for tie in ties], np.int64),
            np.array([numbers[tie[1]] for tie in ties], np.int64),
            np.array([tie[2] for tie in ties], np.int8),
            np.zeros(len(ties), np.bool_),
        ),
        np.array([n for value, n in numbers.items() if value.split(" ")[1] in blocked], np.int64),
        frozenset(registers),
        Decisions(
            _column(decisions, 0, np.int64),
            _column(decisions, 1, np.int64),
            _column(decisions, 2, np.bool_),
        ),
        Accepted(
            _column(accepted, 0, np.int64),
            _column(accepted, 1, np.int64),
            _column(accepted, 2, np.float64),
            _column(accepted, 3, np.int8),
        ),
    )


def _column(rows: tuple[tuple[Any, ...], ...], at: int, kind: type) -> Any:
    return np.array([row[at] for row in rows], kind)


def _ordinal(day: str) -> int:
    return dt.date.fromisoformat(day).toordinal() if day else NO_DAY


class Retail(NamedTuple):
    """Generated files as a graph, with each record's true person.

    `raw` are the ties by what is written, placeholders included: (record, value).
    """

    graph: Graph
    truth: Int64s
    raw: tuple[Int64s, Int64s]


def open_retail(folder: Path) -> Retail:
    """Read what `retail_sources` wrote; ids are by order of source and row."""
    truth = csv.read_csv(folder / "truth.csv")
    given, family, born, source = [], [], [], []
    records, texts, raw, kinds, sure = [], [], [], [], []
    start = 0
    for number, where in enumerate(SOURCES):
        table, mapping = _read(folder, where.key)
        ids = np.arange(start, start + len(table))
        start += len(table)
        source.append(np.full(len(table), number, np.int32))
        names = (
            parted(table[mapping["full_name"]].combine_chunks())
            if "full_name" in mapping
            else tuple(
                keys(table[mapping[name]].combine_chunks())
                for name in ("given_name", "family_name")
            )
        )
        given.append(names[0])
        family.append(names[1])
        born.append(_born(table, mapping.get("born_on")))
        for kind in Kind:
            title = mapping.get(kind.name.lower())
            if title is None or kind is Kind.EXTERNAL_ID:
                continue
            cells = table[title].combine_chunks()
            has = np.asarray(pc.not_equal(cells, ""))
            at = np.flatnonzero(has)
            written = [f"{kind.name} {text}" for text in cells.take(at).to_pylist()]
            known = {
                text: normalised(kind.name.lower(), text.split(" ", 1)[1]) for text in set(written)
            }
            records.append(ids[at])
            raw += written
            texts += [known[text] and f"{kind.name} {known[text]}" for text in written]
            kinds.append(np.full(len(at), kind, np.int8))
            sure.append(np.full(len(at), CONFIRMED.get(where.key) == kind.name.lower()))
    tie = np.concatenate(records)
    value, raw_value = (pa.array(column).dictionary_encode() for column in (texts, raw))
    kept = np.asarray(pc.is_valid(value.indices))
    return Retail(
        Graph(
            Records(
                np.arange(start),
                np.concatenate(source),
                pa.concat_arrays(given),
                pa.concat_arrays(family),
                np.concatenate(born),
            ),
            Ties(
                tie[kept],
                np.asarray(value.indices.drop_null(), np.int64),
                np.concatenate(kinds)[kept],
                np.concatenate(sure)[kept],
            ),
            registers=frozenset(
                number for number, where in enumerate(SOURCES) if where.key in REGISTERS
            ),
        ),
        np.asarray(truth["person"]),
        (tie, np.asarray(raw_value.indices, np.int64)),
    )


def _read(folder: Path, key: str) -> tuple[pa.Table, dict[str, str]]:
    mapping = tomllib.loads((folder / f"{key}.toml").read_text("utf-8"))["columns"]
    titles = mapping.values()
    options = csv.ConvertOptions(
        column_types=dict.fromkeys(titles, pa.string()), strings_can_be_null=False
    )
    return csv.read_csv(folder / f"{key}.csv", convert_options=options), mapping


def _born(table: pa.Table, title: str | None) -> Any:
    if title is None:
        return np.full(len(table), NO_DAY, np.int32)
    return np.array([_ordinal(day) for day in table[title].to_pylist()], np.int32)

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

import pyarrow as pa
import pytest

from customers.intake.columns import apply
from customers.intake.fields import EVENTS, RECORDS, Kind
from customers.intake.files import examine, open_batches
from customers.intake.mapping import fit, parse
from customers.intake.picking import propose
from customers.intake.rejected import Rejected

KINDS: dict[str, Kind] = {"records": RECORDS, "events": EVENTS}
NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)


class Taken(NamedTuple):
    table: pa.Table
    rejected: list[Rejected]
    dropped: int
    ignored: list[str]

    @property
    def rows(self) -> list[dict[str, Any]]:
        rows: list[dict[str, Any]] = self.table.to_pylist()
        return rows

    def column(self, name: str) -> list[Any]:
        values: list[Any] = self.table[name].to_pylist()
        return values


def take_file(path: Path, mapping: str | None = None, kinds: dict[str, Kind] = KINDS) -> Taken:
    """Take a file in as the import does, in memory."""
    facts = examine(path)
    chosen = (
        propose(facts.columns, kinds, decimal=facts.written.decimal)
        if mapping is None
        else parse(mapping, kinds)
    )
    kind = kinds[chosen.kind]
    fit(chosen, kind, facts.columns, complete=facts.columns_complete)
    checked = [
        apply(chosen, kind, batch, file_sha256=facts.sha256, now=NOW)
        for batch in open_batches(facts)
    ]
    return Taken(
        pa.concat_tables(part.rows for part in checked),
        [fault._replace(cells={}) for part in checked for fault in part.rejected],
        sum(part.dropped for part in checked),
        chosen.ignored(facts.columns),
    )


class Read(NamedTuple):
    numbers: list[int]
    rows: list[dict[str, Any]]
    rejected: list[Rejected]


@pytest.fixture
def put(tmp_path: Path) -> Callable[..., Path]:
    def _put(data: bytes, name: str = "file.csv") -> Path:
        path = tmp_path / name
        path.write_bytes(data)
        return path

    return _put


@pytest.fixture(scope="session")
def read_all() -> Callable[[Path], Read]:
    def _read_all(path: Path) -> Read:
        batches = list(open_batches(examine(path)))
        return Read(
            [number for batch in batches for number in batch.numbers.to_pylist()],
            [row for batch in batches for row in batch.columns.to_pylist()],
            [fault._replace(cells={}) for batch in batches for fault in batch.rejected],
        )

    return _read_all


@pytest.fixture
def take(tmp_path: Path) -> Callable[..., Taken]:
    def _take(
        data: str | bytes,
        mapping: str | None = None,
        *,
        name: str = "file.csv",
        kinds: dict[str, Kind] = KINDS,
    ) -> Taken:
        path = tmp_path / name
        path.write_bytes(data.encode() if isinstance(data, str) else data)
        return take_file(path, mapping, kinds)

    return _take


@pytest.fixture(name="take_file")
def _take_file() -> Callable[..., Taken]:
    return take_file


@pytest.fixture(scope="session")
def kinds() -> dict[str, Kind]:
    return KINDS

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from customers.intake.columns import apply
from customers.intake.fields import EVENTS, RECORDS, Kind
from customers.intake.files import examine, open_batches
from customers.intake.mapping import fit, parse, propose
from customers.intake.rejected import Rejected

KINDS: dict[str, Kind] = {"records": RECORDS, "events": EVENTS}
NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)


class Taken(NamedTuple):
    rows: list[dict[str, Any]]
    rejected: list[Rejected]
    dropped: int
    ignored: list[str]

    def column(self, name: str) -> list[Any]:
        return [row[name] for row in self.rows]


def take_file(path: Path, mapping: str | None = None, kinds: dict[str, Kind] = KINDS) -> Taken:
    """Take a file in as the import does, in memory."""
    facts = examine(path)
    chosen = propose(facts.columns, kinds) if mapping is None else parse(mapping, kinds)
    kind = kinds[chosen.kind]
    fit(chosen, kind, facts.columns, complete=facts.columns_complete)
    taken = Taken([], [], 0, chosen.ignored(facts.columns))
    for batch in open_batches(facts):
        checked = apply(chosen, kind, batch, file_sha256=facts.sha256, now=NOW)
        taken.rows.extend(checked.rows.to_pylist())
        taken.rejected.extend(checked.rejected)
        taken = taken._replace(dropped=taken.dropped + checked.dropped)
    return taken


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

"""The columnar copy: two Delta tables, whose files are replaced by week and by block of people.

Each replacement is one commit, so a reader of a version sees all of it or nothing, and a process
that is killed leaves files that no version names. Which versions count is not said here but by a
row of PostgreSQL, written in the same transaction that takes the stale marks away.
"""

from collections.abc import Collection, Iterable
from datetime import date
from typing import TYPE_CHECKING, NamedTuple

from reports.facts.columns import EVENTS_BY_WEEK, PEOPLE_BY_BLOCK, Part, arrow_schema

if TYPE_CHECKING:
    import pyarrow as pa
    from deltalake import DeltaTable

NO_VALUES_IN_THE_LOG = {"delta.dataSkippingNumIndexedCols": "0"}
"""Smallest and largest values would outlive in the log whoever they belong to."""


class Version(NamedTuple):
    """Which state of which copy: the tables' id, and a version of each table."""

    table: str
    events: int
    people: int


def table_id(root: str) -> str:
    """Return the id of the copy under a folder or address, "" where there is none."""
    found = [_opened(root, part) for part in (EVENTS_BY_WEEK, PEOPLE_BY_BLOCK)]
    return ":".join("" if one is None else str(one.metadata().id) for one in found).strip(":")


def latest(root: str) -> Version:
    """Return the newest state. Raises FileNotFoundError where there is no copy."""
    events, people = (_opened(root, part) for part in (EVENTS_BY_WEEK, PEOPLE_BY_BLOCK))
    if events is None or people is None:
        raise FileNotFoundError(root)
    return Version(table_id(root), events.version(), people.version())


def replace(
    root: str,
    part: Part,
    keys: Collection[date] | Collection[int] | None,
    rows: "Iterable[pa.RecordBatch]",
) -> None:
    """Replace the files of these weeks or blocks, or with None all of them, in one commit.

    `rows` come in the order of their keys, so that no more than one file is open at a time.
    """
    import pyarrow as pa  # noqa: PLC0415  only whoever copies needs it
    from deltalake import write_deltalake  # noqa: PLC0415  likewise

    if keys is not None and not keys:
        return
    written = ", ".join(f"'{key}'" if isinstance(key, date) else str(key) for key in keys or ())
    write_deltalake(
        address(root, part),
        pa.RecordBatchReader.from_batches(arrow_schema(part.columns), iter(rows)),
        partition_by=[part.split],
        mode="overwrite",
        predicate=None if keys is None else f"{part.split} IN ({written})",
        configuration=NO_VALUES_IN_THE_LOG,
    )


def vacuum(root: str, keep: Collection[Version]) -> int:
    """Delete the files that none of these versions names; return how many.

    Nobody may write meanwhile: files of a commit under way are named by none either.
    """
    deleted = 0
    for part in (EVENTS_BY_WEEK, PEOPLE_BY_BLOCK):
        table = _opened(root, part)
        if table is not None:
            kept = sorted({getattr(version, part.name) for version in keep})
            gone = table.vacuum(
                retention_hours=0,
                enforce_retention_duration=False,
                dry_run=False,
                full=True,
                keep_versions=kept,
            )
            deleted += len(gone)
    return deleted


def at_version(root: str, part: Part, version: int) -> "DeltaTable":
    """Open a table of the copy as it was at a version."""
    from deltalake import DeltaTable  # noqa: PLC0415  only whoever reads the copy needs it

    return DeltaTable(address(root, part), version=version)


def address(root: str, part: Part) -> str:
    """Return where a table of the copy lies.

    >>> address("s3://facts/hymnsheet/", PEOPLE_BY_BLOCK)
    's3://facts/hymnsheet/people'
    """
    return f"{root.rstrip('/')}/{part.name}"


def _opened(root: str, part: Part) -> "DeltaTable | None":
    from deltalake import DeltaTable  # noqa: PLC0415  only whoever reads the copy needs it

    place = address(root, part)
    return DeltaTable(place) if DeltaTable.is_deltatable(place) else None

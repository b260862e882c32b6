"""A test from a file: rows folded into sums, batch by batch, so that a file may be of any size."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from customers.intake.batches import Batch
from customers.intake.files import FileFacts, examine, open_batches
from customers.intake.streams import UnreadableFile
from reports.evidence.sums import NotComputableError, Sums

MOST_ARMS = 20
MOST_SEGMENTS = 50
NO_VALUE = "No value"
PARTIAL_ROWS = 2_000_000
NO, YES = ["false", "False", "FALSE"], ["true", "True", "TRUE"]


class TrialFileError(Exception):
    """The file cannot be judged; the text is one sentence that says what to do."""


class Columns(NamedTuple):
    """Which of the file's columns mean what; `outcomes` has at least one, the leading one first.

    `caps` has, by outcome, the most that one unit is counted for where it is shown capped as well.
    """

    arm: str
    outcomes: tuple[str, ...]
    covariate: str | None = None
    unit: str | None = None
    caps: Mapping[str, float] = MappingProxyType({})
    segment: str | None = None

    @property
    def numbers(self) -> tuple[str, ...]:
        """The columns that hold numbers."""
        return (*self.outcomes, *([self.covariate] if self.covariate else []))

    @property
    def words(self) -> tuple[str, ...]:
        """The columns that hold names."""
        return tuple(name for name in (self.arm, self.unit, self.segment) if name)


class Trial(NamedTuple):
    """What a file holds.

    Attributes:
        sizes: units by arm, the holdout first; units in two arms are left out.
        sums: by outcome, then arm.
        shares: outcomes whose values are 0 and 1 only.
        in_both_arms: units in more than one arm, None where the file's rows are the units.
        capped: as `sums`, of the outcomes that have a cap.
        segments: by segment, then arm, of the leading outcome; none without a segment column.

    """

    sizes: Mapping[str, int]
    sums: Mapping[str, Mapping[str, Sums]]
    shares: frozenset[str]
    in_both_arms: int | None
    capped: Mapping[str, Mapping[str, Sums]]
    segments: Mapping[str, Mapping[str, Sums]]


def read_trial(path: Path, columns: Columns, holdout: str) -> Trial:
    """Read a CSV, JSON lines or Parquet file (also .gz) into sums by arm and outcome.

    With a unit column, outcomes are summed over the unit's rows and the covariate is averaged;
    memory then grows with the units, else it is bounded.

    Raises:
        TrialFileError: what is wrong with the file, as a sentence.

    """
    try:
        facts = examine(path)
        _check_columns(facts, columns)
        rows = (_numbers(batch, columns) for batch in open_batches(facts) if _rows(batch))
        if columns.unit is None:
            return _fold(rows, columns, holdout, path.name, None)
        units, in_both = _by_unit(rows, columns)
        return _fold(units, columns, holdout, path.name, in_both)
    except UnreadableFile as error:
        raise TrialFileError(str(error)) from None
    except NotComputableError as error:
        raise TrialFileError(f"{path.name} cannot be added up: {error}") from None


def _check_columns(facts: FileFacts, columns: Columns) -> None:
    for name in (*columns.words, *columns.numbers):
        if name not in facts.columns:
            there = ", ".join(facts.columns) or "none"
            raise TrialFileError(f"{facts.path.name} has no column “{name}”; it has: {there}.")


def _rows(batch: Batch) -> int:
    if batch.rejected:
        bad = batch.rejected[0]
        raise TrialFileError(
            f"Row {bad.row:,} cannot be read: {bad.value}; expected {bad.expected}."
        )
    return int(batch.columns.num_rows)


def _numbers(batch: Batch, columns: Columns) -> pa.Table:
    """Return arm, unit and segment as text and the other columns as finite doubles."""
    named = {"arm": _text(batch, columns.arm)}
    if columns.unit is not None:
        named["unit"] = _text(batch, columns.unit)
    if columns.segment is not None:
        cells = pc.fill_null(pc.utf8_trim_whitespace(batch.columns[columns.segment]), "")
        named["segment"] = pc.if_else(pc.equal(cells, ""), NO_VALUE, cells)
    for place, column in enumerate(columns.numbers):
        named[f"number {place}"] = _doubles(batch, column)
    return pa.table(named)


def _text(batch: Batch, column: str) -> pa.ChunkedArray:
    cells = pc.utf8_trim_whitespace(batch.columns[column])
    _refuse(batch, column, pc.fill_null(pc.equal(cells, ""), fill_value=True))
    return cells


def _doubles(batch: Batch, column: str) -> pa.ChunkedArray:
    cells = pc.utf8_trim_whitespace(batch.columns[column])
    _refuse(batch, column, pc.fill_null(pc.equal(cells, ""), fill_value=True))
    truth = pc.if_else(pc.is_in(cells, pa.array(NO)), "0", cells)
    truth = pc.if_else(pc.is_in(truth, pa.array(YES)), "1", truth)
    try:
        values = truth.cast(pa.float64())
    except pa.ArrowInvalid:
        _refuse(batch, column, pa.array([not _is_number(cell.as_py()) for cell in truth]))
        raise
    _refuse(batch, column, pc.invert(pc.is_finite(values)))
    return values


def _is_number(cell: str) -> bool:
    try:
        pa.array([cell]).cast(pa.float64())
    except pa.ArrowInvalid:
        return False
    return True


def _refuse(batch: Batch, column: str, bad: pa.Array | pa.ChunkedArray) -> None:
    """Raise for the first row whose cell is bad."""
    first = pc.index(bad, value=True).as_py()
    if first < 0:
        return
    cell = batch.columns[column][first].as_py()
    row = f"Row {batch.numbers[first].as_py():,}"
    if cell is None or not cell.strip():
        raise TrialFileError(
            f"{row} has no value in “{column}”; write one (0 where nothing happened) or remove it."
        )
    raise TrialFileError(f"{row} has “{cell[:40]}” in “{column}”, where a finite number is needed.")


def _by_unit(batches: Iterator[pa.Table], columns: Columns) -> tuple[Iterator[pa.Table], int]:
    """Sum the rows of each unit; return the units of one arm, and how many were in several."""
    numbers = [f"number {place}" for place in range(len(columns.numbers))]
    names = ["unit", "arm", *(["segment"] if columns.segment else [])]
    kept: list[pa.Table] = []
    for batch in batches:
        kept.append(_summed(batch.append_column("rows", [np.ones(len(batch))]), names, numbers))
        if sum(map(len, kept)) > PARTIAL_ROWS:
            kept = [_summed(pa.concat_tables(kept), names, numbers)]
    if not kept:
        return iter(()), 0
    units = _summed(pa.concat_tables(kept), names, numbers)
    _check_segments(units, columns)
    several = _in_several(units, "arm")
    units = units.filter(pc.invert(pc.is_in(units["unit"], several)))
    if columns.covariate is not None:
        mean = pc.divide(units[numbers[-1]], units["rows"])
        units = units.set_column(units.schema.get_field_index(numbers[-1]), numbers[-1], mean)
    return iter([units]), len(several)


def _summed(rows: pa.Table, names: Sequence[str], numbers: Sequence[str]) -> pa.Table:
    added = [*numbers, "rows"]
    summed = rows.group_by(names).aggregate([(name, "sum") for name in added])
    return summed.rename_columns({f"{name}_sum": name for name in added})


def _in_several(units: pa.Table, name: str) -> pa.Array:
    """Return the units with more than one value of this name."""
    counts = units.group_by("unit").aggregate([(name, "count_distinct")])
    return counts.filter(pc.greater(counts[f"{name}_count_distinct"], 1))["unit"].combine_chunks()


def _check_segments(units: pa.Table, columns: Columns) -> None:
    """Raise where a unit is in several segments, which none is that was known before the start."""
    several = _in_several(units, "segment") if columns.segment else []
    if len(several):
        raise TrialFileError(
            f"“{several[0]}” has several values in “{columns.segment}”; "
            f"a segment needs one for each “{columns.unit}”, from before the start."
        )


def _fold(
    batches: Iterator[pa.Table],
    columns: Columns,
    holdout: str,
    name: str,
    in_both: int | None,
) -> Trial:
    sums: dict[str, dict[str, Sums]] = {outcome: {} for outcome in columns.outcomes}
    capped: dict[str, dict[str, Sums]] = {outcome: {} for outcome in columns.caps}
    segments: dict[str, dict[str, Sums]] = {}
    shares = set(columns.outcomes)
    for batch in batches:
        encoded = batch["arm"].combine_chunks().dictionary_encode()
        arms, names = encoded.indices.to_numpy(), encoded.dictionary.to_pylist()
        if len(sums[columns.outcomes[0]].keys() | names) > MOST_ARMS:
            raise TrialFileError(
                f"“{columns.arm}” has more than {MOST_ARMS} different values; "
                "name the column that says treated or held out."
            )
        covariate = (
            batch[f"number {len(columns.outcomes)}"].to_numpy() if columns.covariate else None
        )
        for place, outcome in enumerate(columns.outcomes):
            values = batch[f"number {place}"].to_numpy()
            if not ((values == 0) | (values == 1)).all():
                shares.discard(outcome)
            for code, arm in enumerate(names):
                mine = arms == code
                known = None if covariate is None else covariate[mine]
                _add(sums[outcome], arm, Sums.from_arrays(values[mine], None, known))
                if outcome in capped:
                    below = np.minimum(values[mine], columns.caps[outcome])
                    _add(capped[outcome], arm, Sums.from_arrays(below))
        if columns.segment is not None:
            _add_segments(segments, batch, columns)
    found_arms = sums[columns.outcomes[0]]
    _check_arms(found_arms, columns, holdout=holdout, name=name, in_both=in_both)
    order = [holdout, *sorted(found_arms.keys() - {holdout})]
    return Trial(
        {arm: found_arms[arm].n for arm in order},
        {outcome: {arm: by_arm[arm] for arm in order} for outcome, by_arm in sums.items()},
        frozenset(shares),
        in_both,
        capped,
        {name: segments[name] for name in sorted(segments)},
    )


def _add_segments(segments: dict[str, dict[str, Sums]], batch: pa.Table, columns: Columns) -> None:
    """Add the leading outcome by segment and arm."""
    names = pc.unique(batch["segment"]).to_pylist()
    if len(segments.keys() | names) > MOST_SEGMENTS:
        raise TrialFileError(
            f"“{columns.segment}” has more than {MOST_SEGMENTS} different values; "
            "name a column with fewer."
        )
    for name in names:
        rows = batch.filter(pc.equal(batch["segment"], name))
        by_arm = segments.setdefault(name, {})
        for arm in pc.unique(rows["arm"]).to_pylist():
            values = rows.filter(pc.equal(rows["arm"], arm))["number 0"].to_numpy()
            _add(by_arm, arm, Sums.from_arrays(values))


def _add(sums: dict[str, Sums], arm: str, found: Sums) -> None:
    sums[arm] = sums[arm].plus(found) if arm in sums else found


def _check_arms(
    found: Mapping[str, Sums], columns: Columns, *, holdout: str, name: str, in_both: int | None
) -> None:
    if not found and in_both:
        raise TrialFileError(f"Every “{columns.unit}” in {name} is in more than one arm.")
    if not found:
        raise TrialFileError(f"{name} has no rows to judge.")
    if holdout not in found:
        there = ", ".join(sorted(found))
        raise TrialFileError(f"No row has “{holdout}” in “{columns.arm}”; its values are: {there}.")
    if len(found) == 1:
        raise TrialFileError(
            f"Every row has “{holdout}” in “{columns.arm}”, so nobody was treated."
        )

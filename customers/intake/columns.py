"""A batch of a file through its mapping: typed columns of our fields, and the rows refused."""

import hashlib
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from customers.intake.batches import Batch
from customers.intake.derived import holds, worked_out
from customers.intake.expressions import columns_of
from customers.intake.fields import CLOCK_SKEW, Day, Field, Formats, Kind, Moment, Money, Number
from customers.intake.identifiers import PLACEHOLDERS
from customers.intake.mapping import ANY_OTHER, Mapping, MappingError
from customers.intake.readers import arrow_type, read
from customers.intake.rejected import Rejected, shortened
from customers.intake.wide import CELL, unfolded

_TEN = 10
_LOOKED_AT = 1_000
_MOSTLY = 0.9
_Mask = np.ndarray[Any, np.dtype[np.bool_]]


class Checked(NamedTuple):
    """What became of a batch: every one of its rows is in exactly one of the three.

    Of a wide file a row is a cell. `rows` has the columns of `schema`. `rejected` holds one entry
    a row, in the order of the file, those of the batch's reader included. `dropped` counts rows
    that the mapping drops.
    """

    rows: pa.Table
    rejected: list[Rejected]
    dropped: int


class _Cells(NamedTuple):
    """One field of every row: its value, and where the text was empty, wrong or to be dropped."""

    field: Field
    column: str
    texts: pa.DictionaryArray
    values: pa.Array
    empty: _Mask
    wrong: _Mask
    dropped: _Mask


def schema(mapping: Mapping, kind: Kind) -> pa.Schema:
    """Return the columns that `apply` gives: `row`, every field of the kind, mapped families.

    `row` is the row's number in the file (int64). A kind with a field `hashed` has `content` too:
    32 hex digits of the hash of what the row says, null where it brings that field. Text is string,
    moments are timestamp[us, UTC], days date32, money decimal128(18, 4), whole numbers int64,
    numbers float64, yes and no bool; empty is null.
    """
    fields = [*kind.fields, *_family_fields(mapping, kind)]
    hashed = [("content", pa.string())] if kind.hashed else []
    return pa.schema(
        [("row", pa.int64()), *hashed, *((field.name, arrow_type(field.rule)) for field in fields)]
    )


def apply(
    mapping: Mapping,
    kind: Kind,
    batch: Batch,
    *,
    file_sha256: str,
    now: datetime,
    skew: timedelta = CLOCK_SKEW,
) -> Checked:
    """Return the batch's rows as typed columns of our fields, and those refused with the reason.

    `now` is aware; moments after `now + skew` are refused, and days that have not begun by then
    in its time zone. Raises MappingError where a constant of the mapping is not what its field
    expects.
    """
    sent, further = batch.columns, [""]
    if mapping.wide is not None:
        further = mapping.unnamed(sent.column_names)
        mapping, batch = unfolded(mapping, mapping.wide, batch)
    cells = {
        field.name: _read(mapping, field, batch)
        for field in (*kind.fields, *_family_fields(mapping, kind))
        if mapping.fills(field.name)
    }
    count = len(batch.numbers)
    dropped = np.zeros(count, dtype=np.bool_)
    for cell in cells.values():
        dropped |= cell.dropped
    faults: dict[int, Rejected] = {}
    for cell in cells.values():
        for mask, expected in _faults(cell, cells, kind, mapping, now + skew):
            for place in np.flatnonzero(mask & ~dropped).tolist():
                if place not in faults:
                    value = shortened(cell.texts[place].as_py())
                    number = batch.numbers[place].as_py()
                    column = cell.column if cell.column != CELL else further[place % len(further)]
                    faults[place] = Rejected(number, column, value, expected)
    lines = sent.take([place // len(further) for place in faults]).to_pylist() if faults else []
    refused = [fault._replace(cells=row) for fault, row in zip(faults.values(), lines, strict=True)]
    kept = ~dropped
    kept[list(faults)] = False
    columns = {name: _signed(cell, cells) for name, cell in cells.items()}
    _name_rows(columns, mapping, kind, batch, file_sha256)
    rows = pa.table(
        [
            batch.numbers
            if field.name == "row"
            else columns.get(field.name, pa.nulls(count, field.type))
            for field in schema(mapping, kind)
        ],
        schema=schema(mapping, kind),
    )
    return Checked(
        rows if kept.all() else rows.filter(pa.array(kept)),
        sorted([*batch.rejected, *refused]),
        int(dropped.sum()),
    )


def _family_fields(mapping: Mapping, kind: Kind) -> list[Field]:
    own = {field.name for field in kind.fields}
    parts = (mapping.columns, mapping.constants, mapping.derived, mapping.when)
    names = dict.fromkeys(name for part in parts for name in part if name not in own)
    return [field for name in names if (field := kind.field(name)) is not None]


def _read(mapping: Mapping, field: Field, batch: Batch) -> _Cells:
    """Read one field of every row: as it is mapped, then by the rules for it, the first last."""
    cells = _mapped(mapping, field, batch)
    for rule in reversed(mapping.when.get(field.name, ())):
        there = _mask(holds(rule, _column(batch, rule.column), mapping.formats))
        then = read(field.rule, pa.array([rule.then or "-"]), Formats())
        if rule.then and then.null_count:
            expected = field.rule.expected(Formats())
            raise MappingError(f"[when] {field.name} is {rule.then!r}; expected {expected}.")
        cells = cells._replace(
            values=pc.if_else(pa.array(there), then[0], cells.values),
            empty=cells.empty & ~there,
            wrong=cells.wrong & ~there,
            dropped=np.where(there, not rule.then, cells.dropped),
        )
    return cells


def _mapped(mapping: Mapping, field: Field, batch: Batch) -> _Cells:
    """Read one field of every row as it is mapped; each distinct text is looked at once."""
    name = field.name
    if name in mapping.constants:
        value = mapping.constants[name]
        cells = _typed(field, f"[constants] {name}", pa.repeat(value, len(batch.numbers)), {})
        if cells.wrong.any():
            expected = field.rule.expected(Formats())
            raise MappingError(f"[constants] {name} is {value!r}; expected {expected}.")
        return cells
    values = mapping.values.get(name, {})
    if name in mapping.derived:
        expression = mapping.derived[name]
        texts = {column: _column(batch, column) for column in columns_of(expression)}
        return _typed(field, expression, worked_out(expression, texts, mapping.formats), values)
    if name not in mapping.columns:
        return _typed(field, f"[when] {name}", pa.repeat("", len(batch.numbers)), {})
    taken = mapping.columns[name]
    texts = _joined([_column(batch, column) for column in taken])
    return _typed(field, " + ".join(taken), texts, values, mapping.formats)


def _column(batch: Batch, name: str) -> pa.StringArray:
    if name not in batch.columns.column_names:
        return pa.repeat("", len(batch.numbers))
    return pc.fill_null(batch.columns[name].combine_chunks(), "")


def _joined(columns: list[pa.StringArray]) -> pa.StringArray:
    if len(columns) == 1:
        return columns[0]
    trimmed = [pc.utf8_trim_whitespace(column) for column in columns]
    return pc.utf8_ltrim_whitespace(_run_on([_led_by(" ", column) for column in trimmed]))


def _led_by(lead: str, column: pa.StringArray) -> pa.StringArray:
    """Put `lead` before every text that is not empty."""
    return pc.if_else(pc.equal(column, ""), "", pc.binary_join_element_wise(lead, column, ""))


def _run_on(columns: list[pa.StringArray]) -> pa.StringArray:
    """Join without nulls: pyarrow's null_handling="skip" loses rows that hold nothing else."""
    return pc.binary_join_element_wise(*columns, "")


def _typed(
    field: Field,
    column: str,
    texts: pa.StringArray,
    values: dict[str, str],
    formats: Formats = Formats(),  # noqa: B008 - a NamedTuple does not change
) -> _Cells:
    encoded = _encoded(texts)
    distinct = pc.utf8_trim_whitespace(encoded.dictionary)
    dropped = np.zeros(len(distinct), dtype=np.bool_)
    if values:
        sent = distinct.to_pylist()
        other = values.get(ANY_OTHER)
        ours = [values.get(text, text if other is None or not text else other) for text in sent]
        out = [
            our == "" and (text != "" or text in values)
            for text, our in zip(sent, ours, strict=True)
        ]
        dropped = np.array(out, dtype=np.bool_)
        distinct = pa.array(ours, pa.string())
    empty = _mask(pc.equal(distinct, ""))
    if field.identifies:
        empty |= _mask(pc.is_in(pc.utf8_lower(distinct), value_set=pa.array(sorted(PLACEHOLDERS))))
    given = read(field.rule, distinct.filter(pa.array(~empty)), formats)
    found = given.take(pa.array(np.cumsum(~empty) - 1, mask=empty))
    wrong = ~empty & _mask(pc.is_null(found))
    at = encoded.indices.to_numpy()
    return _Cells(
        field, column, encoded, found.take(encoded.indices), empty[at], wrong[at], dropped[at]
    )


def _encoded(texts: pa.StringArray) -> pa.DictionaryArray:
    """Return the texts by their distinct ones, or as they are where hardly one comes twice."""
    first = texts[:_LOOKED_AT]
    if len(first.unique()) <= len(first) * _MOSTLY:
        return texts.dictionary_encode()
    return pa.DictionaryArray.from_arrays(pa.array(np.arange(len(texts), dtype=np.int32)), texts)


def _mask(flags: pa.BooleanArray) -> _Mask:
    return np.asarray(flags.to_numpy(zero_copy_only=False), dtype=np.bool_)


def _faults(
    cell: _Cells, cells: dict[str, _Cells], kind: Kind, mapping: Mapping, latest: datetime
) -> Iterator[tuple[_Mask, str]]:
    """Yield where the field's rows are refused, with what was expected there."""
    field, rule = cell.field, cell.field.rule
    if field.name in kind.required:
        yield cell.empty, f"a value: {field.name} is needed"
    yield cell.wrong, rule.expected(mapping.formats)
    if isinstance(rule, Moment):
        yield _flags(pc.greater(cell.values, latest)), "a moment that is not in the future"
    if isinstance(rule, Day) and not rule.may_be_ahead:
        yield _flags(pc.greater(cell.values, latest.date())), "a day that is not in the future"
    if isinstance(rule, Money):
        below = _flags(pc.less(cell.values, 0))
        if rule.below_zero_when is not None and below.any():
            below &= ~_holds(rule.below_zero_when, cells, len(below))
        yield below, rule.sign
    if isinstance(rule, Number) and rule.ten_when is not None:
        whole = pc.equal(cell.values, pc.round(cell.values))
        fits = pc.and_(
            whole, pc.and_(pc.greater_equal(cell.values, 0), pc.less_equal(cell.values, _TEN))
        )
        yield _flags(pc.invert(fits)) & _holds(rule.ten_when, cells, len(fits)), rule.scale


def _signed(cell: _Cells, cells: dict[str, _Cells]) -> pa.Array:
    """Return a field's values, money given back below zero: some systems write it above."""
    rule = cell.field.rule
    if not isinstance(rule, Money) or rule.below_zero_when is None:
        return cell.values
    given_back = _holds(rule.below_zero_when, cells, len(cell.values))
    if not given_back.any():
        return cell.values
    return pc.if_else(pa.array(given_back), pc.negate(pc.abs(cell.values)), cell.values)


def _holds(test: tuple[str, str], cells: dict[str, _Cells], count: int) -> _Mask:
    """Say for each row whether a field has the value that the test names."""
    name, value = test
    if name not in cells:
        return np.zeros(count, dtype=np.bool_)
    return _flags(pc.equal(cells[name].values, value))


def _flags(flags: pa.BooleanArray) -> _Mask:
    """Return the flags, where an empty cell has none."""
    return _mask(pc.fill_null(flags, False))


def _name_rows(
    columns: dict[str, pa.Array], mapping: Mapping, kind: Kind, batch: Batch, file_sha256: str
) -> None:
    """Fill in the names of rows that the file itself does not name."""
    if kind.named_by_place is not None and kind.named_by_place not in columns:
        texts = batch.numbers.cast(pa.string())
        columns[kind.named_by_place] = pc.binary_join_element_wise(file_sha256[:12], texts, ":")
    if kind.hashed is not None:
        given = columns.get(kind.hashed, pa.nulls(len(batch.numbers), pa.string()))
        absent = pc.is_null(given)
        if pc.any(absent).as_py():
            hashes = pa.array(_hashes(mapping, batch, absent), pa.string())
            nothing = pa.nulls(len(absent), pa.string())
            columns["content"] = pc.replace_with_mask(nothing, absent, hashes)


def _hashes(mapping: Mapping, batch: Batch, wanted: pa.BooleanArray) -> Iterable[str]:
    """Return 32 hex digits of SHA-256 over a row's cells as sent and the constants.

    Neither the file nor the row's place in it is a part, so that another export of the same rows
    gives them the same hashes; nor are empty cells and the order of the columns.
    """
    constants = sorted(mapping.constants.items())
    names = sorted(batch.columns.column_names)
    cells = [_led_by(f"\x1f{name}=", _column(batch, name).filter(wanted)) for name in names]
    for text in _run_on(cells).to_pylist():
        yield hashlib.sha256(f"{text}\x1e{constants}".encode()).hexdigest()[:32]

"""Wide files, such as a day a row with a column for each currency, as a row for each cell."""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from customers.intake.batches import Batch
from customers.intake.mapping import Mapping, Wide

HEADER, CELL = "the column's name", "the column's cell"


def unfolded(mapping: Mapping, wide: Wide, batch: Batch) -> tuple[Mapping, Batch]:
    """Return a wide batch as a long one, with the mapping that reads it.

    The cells of a row come one after another, in the order of the columns, each under the number
    of its row. What the batch's reader refused stays refused.
    """
    names = mapping.unnamed(batch.columns.column_names)
    count, width = len(batch.numbers), len(names)
    rows = pa.array(np.repeat(np.arange(count), width))
    columns = {
        name: batch.columns[name].combine_chunks().take(rows)
        for name in batch.columns.column_names
        if name not in names
    }
    columns[HEADER] = pa.array(names * count, pa.string())
    columns[CELL] = _cells([pc.fill_null(batch.columns[name], "") for name in names], count)
    long = mapping._replace(
        columns=mapping.columns | {wide.header: (HEADER,), wide.cell: (CELL,)}, wide=None
    )
    return long, Batch(batch.numbers.take(rows), pa.table(columns), batch.rejected)


def _cells(columns: list[pa.ChunkedArray], count: int) -> pa.StringArray:
    """Return the cells row by row."""
    if not columns:
        return pa.array([], pa.string())
    one_by_one = pa.concat_arrays([column.combine_chunks() for column in columns])
    places = np.arange(len(columns) * count).reshape(len(columns), count).T.ravel()
    return one_by_one.take(pa.array(places))

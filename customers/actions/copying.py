"""Rows of Arrow into a table of PostgreSQL, by binary COPY."""

from collections.abc import Collection

import pyarrow as pa
from django.db.backends.utils import CursorWrapper
from pgpq import ArrowToPostgresBinaryEncoder
from pgpq.encoders import StringEncoderBuilder
from pgpq.schema import Jsonb


def copy_in(
    cursor: CursorWrapper, statement: str, rows: pa.Table, *, json: Collection[str] = ()
) -> None:
    """Send rows to a statement such as "COPY t (a, b) FROM STDIN (FORMAT binary)".

    Its columns are those of `rows`, in their order; texts of the columns `json` become jsonb.
    """
    encoder = ArrowToPostgresBinaryEncoder.new_with_encoders(
        rows.schema,
        {
            field.name: StringEncoderBuilder.new_with_output(field, Jsonb())
            if field.name in json
            else ArrowToPostgresBinaryEncoder.infer_encoder(field)
            for field in rows.schema
        },
    )
    with cursor.db.wrap_database_errors, cursor.copy(statement) as copy:
        copy.write(encoder.write_header())
        for batch in rows.to_batches():
            copy.write(encoder.write_batch(batch))
        copy.write(encoder.finish())

"""Names of people that are e-mail addresses, as keyed hashes, by whole columns."""

import pyarrow as pa
import pyarrow.compute as pc

from customers.intake.identifiers import pseudonym

_NAME = "external_id"


def named(rows: pa.Table, key: bytes) -> pa.Table:
    """Return checked rows in which no name is an e-mail address; `key` has 1 to 64 bytes."""
    if _NAME not in rows.column_names:
        return rows
    names = rows[_NAME].combine_chunks()
    if not pc.any(pc.match_substring(names, "@")).as_py():
        return rows
    encoded = names.dictionary_encode()
    hidden = [name and pseudonym(name, key) for name in encoded.dictionary.to_pylist()]
    column = pa.array(hidden, pa.string()).take(encoded.indices)
    return rows.set_column(rows.column_names.index(_NAME), _NAME, column)

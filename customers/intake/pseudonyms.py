"""Names of people that are e-mail addresses, as keyed hashes, by whole columns."""

import pyarrow as pa
import pyarrow.compute as pc

from customers.intake.identifiers import HASHED_ADDRESS, pseudonym

NAMED_BY = "named_by"
"""The column of the addresses that people are named by, as sent; null for other names."""

_NAME = "external_id"


def named(rows: pa.Table, key: bytes) -> pa.Table:
    """Return checked rows in which no name is an e-mail address; `key` has 1 to 64 bytes.

    Rows that have names have the column NAMED_BY beside them, which leaves this process sealed.
    """
    if _NAME not in rows.column_names:
        return rows
    names = rows[_NAME].combine_chunks()
    if not pc.any(pc.match_substring(names, "@")).as_py():
        return rows.append_column(NAMED_BY, pa.nulls(len(rows), pa.string()))
    encoded = names.dictionary_encode()
    said = encoded.dictionary.to_pylist()
    hidden = [name and pseudonym(name, key) for name in said]
    addresses = [
        name if name and other.startswith(HASHED_ADDRESS) and other != name else None
        for name, other in zip(said, hidden, strict=True)
    ]
    column = pa.array(hidden, pa.string()).take(encoded.indices)
    rows = rows.set_column(rows.column_names.index(_NAME), _NAME, column)
    return rows.append_column(NAMED_BY, pa.array(addresses, pa.string()).take(encoded.indices))

"""Files as departments' systems export them, written chunk by chunk and always byte for byte."""

import gzip
import json
from contextlib import ExitStack
from pathlib import Path
from typing import Protocol

import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet

COMPRESSION = 5


class Writer(Protocol):
    """Takes tables of one shape, one after another, into one file."""

    def write(self, table: pa.Table) -> None: ...


class CsvWriter:
    """Comma-separated values in UTF-8 with a header, gzipped."""

    def __init__(self, path: Path, closing: ExitStack) -> None:
        self._stream = _gzipped(path, closing)
        self._begun = False

    def write(self, table: pa.Table) -> None:
        options = pa.csv.WriteOptions(include_header=not self._begun, quoting_style="needed")
        pa.csv.write_csv(table, self._stream, options)
        self._begun = True


class JsonLinesWriter:
    """One JSON object a line in UTF-8, empty values left out, gzipped."""

    def __init__(self, path: Path, closing: ExitStack) -> None:
        self._stream = _gzipped(path, closing)

    def write(self, table: pa.Table) -> None:
        for row in table.to_pylist():
            said = {key: value for key, value in row.items() if value not in ("", None)}
            self._stream.write(json.dumps(said, ensure_ascii=False).encode() + b"\n")


class ParquetWriter:
    """Parquet with zstd, one row group for each table."""

    def __init__(self, path: Path, closing: ExitStack) -> None:
        self._path, self._closing = path, closing
        self._writer: pa.parquet.ParquetWriter | None = None

    def write(self, table: pa.Table) -> None:
        if self._writer is None:
            self._writer = self._closing.enter_context(
                pa.parquet.ParquetWriter(self._path, table.schema, compression="zstd")
            )
        self._writer.write_table(table)


def opened(path: Path, closing: ExitStack) -> Writer:
    """Return the writer for a path's ending; `closing` closes it."""
    for ending, writer in ((".parquet", ParquetWriter), (".jsonl.gz", JsonLinesWriter)):
        if path.name.endswith(ending):
            return writer(path, closing)
    return CsvWriter(path, closing)


def _gzipped(path: Path, closing: ExitStack) -> gzip.GzipFile:
    """Open for writing; no name and no time in the header, so that equal rows give equal bytes."""
    raw = closing.enter_context(path.open("wb"))
    return closing.enter_context(
        gzip.GzipFile(filename="", mode="wb", fileobj=raw, compresslevel=COMPRESSION, mtime=0)
    )

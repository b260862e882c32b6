"""Open a file that a department sent: recognise it, check it, read it in batches.

`examine` reads the whole file once (its hash is needed anyway), so that a damaged file is
refused before the first row is taken; `open_batches` then streams the rows.
"""

import hashlib
from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from typing import Literal, NamedTuple

from customers.intake.batches import Batch
from customers.intake.delimited import csv_batches, read_layout
from customers.intake.json_lines import json_batches, json_columns
from customers.intake.parquet import parquet_batches, parquet_columns, parquet_rows
from customers.intake.streams import TextStream, UnreadableFile, open_bytes, read_chunk

LARGEST = 20 << 30
_FOREIGN = {
    b"PK\x03\x04": "a spreadsheet or a zip archive; save or unpack it as CSV",
    b"\xd0\xcf\x11\xe0": "an old Excel workbook; save it as CSV",
    b"%PDF": "a PDF document; export the data as CSV",
    b"BZh": "compressed with bzip2; unpack it or use gzip",
    b"\xfd7zXZ": "compressed with xz; unpack it or use gzip",
    b"\x28\xb5\x2f\xfd": "compressed with zstd; unpack it or use gzip",
    b"\xff\xfe": "written in UTF-16; save it as UTF-8",
    b"\xfe\xff": "written in UTF-16; save it as UTF-8",
    b"<": "a web page or XML; export the data as CSV",
}
_JSON_NAMES = (".json", ".jsonl", ".ndjson", ".json.gz", ".jsonl.gz", ".ndjson.gz")
_CONTROL = frozenset(range(32)) - frozenset(b"\t\n\f\r\x1a\x1b")


class FileFacts(NamedTuple):
    """What is known of a file before its rows are read.

    `sha256` is the hash of the bytes as sent, in hex. `columns` are all of the file's columns
    when `columns_complete`; of JSON lines they are those of the first megabyte.
    """

    path: Path
    layout: Literal["csv", "json", "parquet"]
    gz: bool
    sha256: str
    size: int
    modified_ns: int
    columns: tuple[str, ...]
    columns_complete: bool


def examine(path: Path, *, largest: int = LARGEST) -> FileFacts:
    """Return the facts of a file; raises UnreadableFile with one sentence if it is none of ours.

    `largest` bounds its size in bytes after decompression.
    """
    try:
        with path.open("rb") as file:
            raw = file.read(4096)
            file.seek(0)
            sha256 = hashlib.file_digest(file, "sha256").hexdigest()
        stat = path.stat()
    except FileNotFoundError:
        raise UnreadableFile(f"{path.name} is not there; check the path {path}.") from None
    except IsADirectoryError:
        raise UnreadableFile(f"{path.name} is a folder; name one file in it.") from None
    except OSError as error:
        raise UnreadableFile(
            f"{path.name} could not be opened ({error.strerror}); check its permissions."
        ) from None
    gz = raw.startswith(b"\x1f\x8b")
    layout, columns = _recognise(path, raw, gz=gz, largest=largest)
    return FileFacts(
        path, layout, gz, sha256, stat.st_size, stat.st_mtime_ns, columns, layout != "json"
    )


def open_batches(facts: FileFacts) -> Iterator[Batch]:
    """Yield the file's rows in batches of up to 50,000, in bounded memory.

    Raises UnreadableFile where the rows cannot be read to the end, or where the file has
    changed since it was examined.
    """
    path, name = facts.path, facts.path.name
    if facts.layout == "parquet":
        yield from parquet_batches(path)
    elif facts.layout == "json":
        with open_bytes(path, gz=facts.gz) as file:
            yield from json_batches(file, facts.columns, name)
    else:
        stream = TextStream(path, gz=facts.gz)
        try:
            yield from csv_batches(stream, read_layout(stream, name), name)
        finally:
            stream.close()
    stat = path.stat()
    if (stat.st_size, stat.st_mtime_ns) != (facts.size, facts.modified_ns):
        raise UnreadableFile(f"{name} changed while it was read; import it again once complete.")


def row_count(facts: FileFacts) -> int | None:
    """Return how many rows the file has, None where only reading it can tell."""
    return parquet_rows(facts.path) if facts.layout == "parquet" else None


def _recognise(
    path: Path, raw: bytes, *, gz: bool, largest: int
) -> tuple[Literal["csv", "json", "parquet"], tuple[str, ...]]:
    name = path.name
    if raw.startswith(b"PAR1"):
        return "parquet", parquet_columns(path, largest=largest)
    head = _check_text(path, gz=gz, largest=largest)
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    if start.startswith(b"[") and name.lower().endswith(_JSON_NAMES):
        raise UnreadableFile(f"{name} is one JSON array; write one object a line instead.")
    if start.startswith(b"{") or name.lower().endswith(_JSON_NAMES):
        with open_bytes(path, gz=gz) as file:
            return "json", json_columns(file, name)
    stream = TextStream(path, gz=gz)
    try:
        return "csv", read_layout(stream, name).columns
    finally:
        stream.close()


def _check_text(path: Path, *, gz: bool, largest: int) -> bytes:
    """Read the text to its end and return its beginning; raises UnreadableFile."""
    name = path.name
    with open_bytes(path, gz=gz) as file:
        head = read_chunk(file.read, name, 4096)
        _check_head(head, name, gz=gz)
        read = 0
        for chunk in chain([head], iter(lambda: read_chunk(file.read, name), b"")):
            if (nul := chunk.find(b"\0")) >= 0:
                raise UnreadableFile(
                    f"{name} holds a NUL byte (at byte {read + nul + 1:,}): it is damaged or "
                    "written in UTF-16; save it as UTF-8."
                )
            read += len(chunk)
            if read > largest:
                raise UnreadableFile(
                    f"{name} holds more than {largest:,} bytes"
                    f"{' when unpacked' if gz else ''}; split it into smaller files."
                )
    return head


def _check_head(head: bytes, name: str, *, gz: bool) -> None:
    if not head.removeprefix(b"\xef\xbb\xbf").strip():
        raise UnreadableFile(f"{name} is empty; export it again.")
    for magic, what in _FOREIGN.items():
        if head.lstrip().startswith(magic):
            raise UnreadableFile(f"{name} is {what}.")
    if gz and head.startswith(b"PAR1"):
        raise UnreadableFile(f"{name} is Parquet packed with gzip; unpack it first.")
    if head.count(b"\0") > len(head) // 4:
        raise UnreadableFile(f"{name} is written in UTF-16; save it as UTF-8.")
    if any(byte in _CONTROL for byte in head.replace(b"\0", b"")):
        raise UnreadableFile(
            f"{name} is in a format that is not known here; send CSV, JSON lines or Parquet."
        )

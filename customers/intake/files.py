"""Open a file that a department sent: recognise it, check it, read it in batches.

`examine` reads the whole file once (its hash is needed anyway), so that a damaged file is
refused before the first row is taken; `open_batches` then streams the rows.
"""

import hashlib
from collections.abc import Generator, Iterator
from contextlib import closing
from itertools import chain
from pathlib import Path
from typing import Literal, NamedTuple

import pyarrow as pa
import pyarrow.compute as pc

from customers.intake.batches import Batch
from customers.intake.delimited import csv_batches, read_layout
from customers.intake.encodings import Sniffer
from customers.intake.fields import CONSENTS
from customers.intake.json_lines import json_batches, json_columns
from customers.intake.parquet import parquet_batches, parquet_columns, parquet_rows
from customers.intake.rejected import OWN, QUOTED_FORMULA, as_found, came_back, shortened
from customers.intake.streams import TextStream, UnreadableFile, open_bytes, read_chunk
from customers.intake.workbooks import Sheet, check_workbook

LARGEST = 20 << 30
_ZIP = b"PK\x03\x04"
_FOREIGN = {
    _ZIP: "a zip archive packed with gzip; unpack it",
    b"\xd0\xcf\x11\xe0": "an old or locked Excel workbook; save it as XLSX without a password",
    b"%PDF": "a PDF document; export the data as CSV",
    b"BZh": "compressed with bzip2; unpack it or use gzip",
    b"\xfd7zXZ": "compressed with xz; unpack it or use gzip",
    b"\x28\xb5\x2f\xfd": "compressed with zstd; unpack it or use gzip",
    b"<": "a web page or XML; export the data as CSV",
}
REGISTER = tuple(field.name for field in CONSENTS.fields)
"""The header of the register of consent as it is taken away: what comes in with it is ours."""
_JSON_NAMES = (".json", ".jsonl", ".ndjson", ".json.gz", ".jsonl.gz", ".ndjson.gz")
_CONTROL = frozenset(range(32)) - frozenset(b"\t\n\f\r\x1a\x1b")


class Written(NamedTuple):
    """How a file is written: its columns, and what its reader must know.

    `columns` are all of the file's columns when `columns_complete`; of JSON lines they are those
    of the first megabyte. `rows` is about how many rows follow the header, None where only
    reading them all would tell. `delimiter` is empty where nothing parts cells. `came_back` says
    that these are rows refused before, sent again; what had been added to them is left out.
    """

    layout: Literal["csv", "json", "parquet", "xlsx"]
    columns: tuple[str, ...]
    rows: int | None
    encoding: str = "UTF-8"
    delimiter: str = ""
    decimal: str = "."
    came_back: bool = False

    @property
    def columns_complete(self) -> bool:
        return self.layout != "json"


class FileFacts(NamedTuple):
    """What is known of a file before its rows are read.

    `sha256` is the hash of the bytes as sent, in hex.
    """

    path: Path
    gz: bool
    sha256: str
    size: int
    modified_ns: int
    written: Written

    @property
    def columns(self) -> tuple[str, ...]:
        return self.written.columns

    @property
    def columns_complete(self) -> bool:
        return self.written.columns_complete


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
    written = _recognise(path, raw, gz=gz, largest=largest)
    if no_text := next((one for one in written.columns if "\0" in one), None):
        raise UnreadableFile(
            f"{path.name} has a column whose name holds a NUL character "
            f"({shortened(no_text)!r}); rename it, or save the file as UTF-8."
        )
    return FileFacts(path, gz, sha256, stat.st_size, stat.st_mtime_ns, written)


def open_batches(facts: FileFacts) -> Generator[Batch]:
    """Yield the file's rows in batches of up to 50,000, in bounded memory.

    Raises UnreadableFile where the rows cannot be read to the end, or where the file has
    changed since it was examined.
    """
    path, name = facts.path, facts.path.name
    if facts.written.layout == "parquet":
        yield from _without_ours(parquet_batches(path), facts.written)
    elif facts.written.layout == "json":
        with open_bytes(path, gz=facts.gz) as file:
            yield from json_batches(file, facts.columns, name)
    else:
        with closing(_open_text(path, facts.written, gz=facts.gz)) as stream:
            batches = csv_batches(stream, read_layout(stream, name), name)
            yield from _without_ours(batches, facts.written)
    stat = path.stat()
    if (stat.st_size, stat.st_mtime_ns) != (facts.size, facts.modified_ns):
        raise UnreadableFile(f"{name} changed while it was read; import it again once complete.")


def first_rows(path: Path, written: Written, count: int) -> Batch | None:
    """Return up to `count` rows of an examined file; None where it has none."""
    with path.open("rb") as file:
        gz = file.read(2) == b"\x1f\x8b"
    stat = path.stat()
    facts = FileFacts(path, gz, "", stat.st_size, stat.st_mtime_ns, written)
    with closing(open_batches(facts)) as batches:
        for batch in batches:
            if len(batch.numbers) or batch.rejected:
                return Batch(batch.numbers[:count], batch.columns[:count], batch.rejected[:count])
    return None


def _open_text(path: Path, written: Written, *, gz: bool) -> TextStream:
    if written.layout == "xlsx":
        return TextStream(Sheet(path), path.name)
    return TextStream(open_bytes(path, gz=gz), path.name, written.encoding)


def _recognise(path: Path, raw: bytes, *, gz: bool, largest: int) -> Written:
    name = path.name
    if raw.startswith(b"PAR1"):
        columns, rows = parquet_columns(path, largest=largest), parquet_rows(path)
        if came_back(columns):
            return Written("parquet", columns[: -len(OWN)], rows, came_back=True)
        return Written("parquet", columns, rows)
    if raw.startswith(_ZIP):
        check_workbook(path, largest=largest)
        return _with_header(path, Written("xlsx", (), None), gz=False)
    start, encoding, lines = _check_text(path, gz=gz, largest=largest)
    is_json = name.lower().endswith(_JSON_NAMES)
    if start.startswith("[") and is_json:
        raise UnreadableFile(f"{name} is one JSON array; write one object a line instead.")
    if start.startswith("{") or is_json:
        if encoding.startswith("UTF-16"):
            raise UnreadableFile(f"{name} is JSON written in UTF-16; save it as UTF-8.")
        with open_bytes(path, gz=gz) as file:
            return Written("json", json_columns(file, name), lines + 1)
    return _with_header(path, Written("csv", (), lines, encoding), gz=gz)


def _with_header(path: Path, written: Written, *, gz: bool) -> Written:
    with closing(_open_text(path, written, gz=gz)) as stream:
        layout = read_layout(stream, path.name)
    columns = layout.columns
    if came_back(columns):
        written = written._replace(came_back=True)
        columns = columns[: -len(OWN)]
        if written.layout == "csv":
            columns = tuple(map(as_found, columns))
    if written.layout == "xlsx":
        return written._replace(columns=columns)
    return written._replace(columns=columns, delimiter=layout.delimiter, decimal=layout.decimal)


def _without_ours(batches: Iterator[Batch], written: Written) -> Iterator[Batch]:
    """Yield rows that we wrote as they were: without what was added, formulas live again.

    Only in CSV were formulas made inert, and in the register whatever it was saved as since.
    """
    is_register = written.columns == REGISTER
    is_inert = is_register or (written.came_back and written.layout == "csv")
    for batch in batches:
        if written.came_back:
            names = batch.columns.column_names[: -len(OWN)]
            batch = batch._replace(columns=batch.columns.select(names))  # noqa: PLW2901  the same rows
        yield _live(batch) if is_inert else batch


def _live(batch: Batch) -> Batch:
    columns = {
        as_found(name): pc.replace_substring_regex(batch.columns[name], QUOTED_FORMULA, r"\1")
        for name in batch.columns.column_names
    }
    rejected = [
        row._replace(cells={name: as_found(text or "") for name, text in row.cells.items()})
        for row in batch.rejected
    ]
    return Batch(batch.numbers, pa.table(columns), rejected)


def _check_text(path: Path, *, gz: bool, largest: int) -> tuple[str, str, int]:
    """Read the text to its end; return its beginning, its encoding and how many lines end.

    Raises UnreadableFile.
    """
    name = path.name
    with open_bytes(path, gz=gz) as file:
        head = read_chunk(file.read, name, 4096)
        sniffer = Sniffer(head)
        _check_head(head, name, gz=gz, wide=sniffer.is_wide)
        read = lines = 0
        for chunk in chain([head], iter(lambda: read_chunk(file.read, name), b"")):
            if not sniffer.is_wide and (nul := chunk.find(b"\0")) >= 0:
                raise UnreadableFile(
                    f"{name} holds a NUL byte (at byte {read + nul + 1:,}): it is damaged or "
                    "written in UTF-16; save it as UTF-8."
                )
            sniffer.see(chunk)
            lines += chunk.count(b"\n")
            read += len(chunk)
            if read > largest:
                raise UnreadableFile(
                    f"{name} holds more than {largest:,} bytes"
                    f"{' when unpacked' if gz else ''}; split it into smaller files."
                )
    encoding = sniffer.encoding()
    return head.decode(encoding, "ignore").lstrip("\ufeff \t\r\n"), encoding, lines


def _check_head(head: bytes, name: str, *, gz: bool, wide: bool) -> None:
    if not head.removeprefix(b"\xef\xbb\xbf").strip():
        raise UnreadableFile(f"{name} is empty; export it again.")
    for magic, what in _FOREIGN.items():
        if head.lstrip().startswith(magic):
            raise UnreadableFile(f"{name} is {what}.")
    if gz and head.startswith(b"PAR1"):
        raise UnreadableFile(f"{name} is Parquet packed with gzip; unpack it first.")
    if wide:
        return
    if head.count(b"\0") > len(head) // 4:
        raise UnreadableFile(f"{name} is written in UTF-16; save it as UTF-8.")
    if any(byte in _CONTROL for byte in head.replace(b"\0", b"")):
        raise UnreadableFile(
            f"{name} is in a format that is not known here; send CSV, JSON lines, Parquet or XLSX."
        )

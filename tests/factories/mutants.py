"""Small files of every format that imports take, and what can happen to a file on its way."""

import gzip
import io
import json
import random
import zipfile
from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import pyarrow as pa
import pyarrow.parquet as pq

ROWS = [
    {
        "event": "order",
        "event_id": f"e{number}",
        "external_id": f"c{number % 4}",
        "at": f"2026-11-{number + 1:02} 10:30:00",
        "amount": f"{number}.50",
        "category": "Lämpen, “gross”",
    }
    for number in range(8)
]
COLUMNS = tuple(ROWS[0])
MAGIC = (
    b"PK\x03\x04",
    b"PAR1",
    b"\x1f\x8b",
    b"{",
    b"[",
    b"<html>",
    b"\xff\xfe",
    b"%PDF-1.7",
    b"\0",
)
WORDS = (b'"', b"\0", b"\n", b"\r", b";", b"\t", b",", b"=1+1", b"NaN", b"\xff", b"\xe4", b"1e999")


def delimited(mark: str = ",", encoding: str = "utf-8", ends: str = "\n") -> bytes:
    """Return the rows as delimited text."""
    lines = [mark.join(COLUMNS)]
    lines += [mark.join(f'"{row[name]}"' for name in COLUMNS) for row in ROWS]
    return (ends.join(lines) + ends).encode(encoding, "replace")


def json_lines() -> bytes:
    """Return the rows as an object a line."""
    return "".join(f"{json.dumps(row)}\n" for row in ROWS).encode()


def parquet() -> bytes:
    """Return the rows as Parquet, with moments and decimals as such."""
    table = pa.Table.from_pylist(ROWS)
    moments = [datetime.fromisoformat(row["at"]).replace(tzinfo=UTC) for row in ROWS]
    table = table.set_column(3, "at", pa.array(moments))
    table = table.set_column(4, "amount", table["amount"].cast(pa.decimal128(18, 4)))
    data = io.BytesIO()
    pq.write_table(table, data)
    return data.getvalue()


def workbook() -> bytes:
    """Return the rows as a workbook of one sheet, no more than a reader needs."""
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    of = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    package = "http://schemas.openxmlformats.org/package/2006/relationships"
    rows = [COLUMNS, *(tuple(row.values()) for row in ROWS)]
    cells = "".join(
        f"<row>{''.join(f'<c t="inlineStr"><is><t>{cell}</t></is></c>' for cell in row)}</row>"
        for row in rows
    )
    parts = {
        "_rels/.rels": f'<Relationships xmlns="{package}"><Relationship Id="r" '
        f'Type="{of}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{main}" xmlns:r="{of}"><sheets>'
        '<sheet name="Orders" sheetId="1" r:id="rId1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{package}"><Relationship Id="rId1" '
        f'Type="{of}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>',
        "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{main}"><sheetData>{cells}</sheetData>'
        "</worksheet>",
    }
    return _packed(parts)


def _packed(parts: dict[str, str]) -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in parts.items():
            archive.writestr(name, text)
    return data.getvalue()


FORMATS: dict[str, tuple[str, bytes]] = {
    "comma": ("orders.csv", delimited()),
    "semicolon": ("orders.csv", delimited(";", ends="\r\n")),
    "tab": ("orders.tsv", delimited("\t", "cp1252")),
    "utf-16": ("orders.csv", delimited(encoding="utf-16")),
    "json": ("orders.jsonl", json_lines()),
    "gzip": ("orders.csv.gz", gzip.compress(delimited(), mtime=0)),
    "json-gzip": ("orders.jsonl.gz", gzip.compress(json_lines(), mtime=0)),
    "parquet": ("orders.parquet", parquet()),
    "xlsx": ("orders.xlsx", workbook()),
}


def cut(data: bytes, chance: random.Random) -> bytes:
    """Cut the end off."""
    return data[: chance.randrange(len(data))]


def flip(data: bytes, chance: random.Random) -> bytes:
    """Change up to eight bytes to any other."""
    changed = bytearray(data)
    for _ in range(chance.randint(1, 8)):
        changed[chance.randrange(len(changed))] = chance.randrange(256)
    return bytes(changed)


def insert(data: bytes, chance: random.Random) -> bytes:
    """Put a word that means something to a reader somewhere."""
    at = chance.randrange(len(data))
    return data[:at] + chance.choice(WORDS) * chance.choice((1, 1, 1, 3, 500)) + data[at:]


def remove(data: bytes, chance: random.Random) -> bytes:
    """Take a piece out of the middle."""
    at = chance.randrange(len(data))
    return data[:at] + data[at + chance.randint(1, 60) :]


def twice(data: bytes, chance: random.Random) -> bytes:
    """Write a piece twice: a column's name, a line, the whole file."""
    start = chance.randrange(len(data))
    return data[:start] + data[start : start + chance.choice((6, 60, len(data)))] + data[start:]


def pretend(data: bytes, chance: random.Random) -> bytes:
    """Begin as another format does."""
    magic = chance.choice(MAGIC)
    return magic + data[chance.choice((0, len(magic))) :]


def mixed(data: bytes, chance: random.Random) -> bytes:
    """Go on in another encoding, or with the other line ends."""
    half = len(data) // 2
    text = data[half:].decode("latin-1")
    return data[:half] + chance.choice(
        (text.encode("utf-16-le"), text.encode("utf-8"), text.replace("\n", "\r").encode("latin-1"))
    )


def swell(data: bytes, chance: random.Random) -> bytes:
    """Make one cell, or one line, very large."""
    at = chance.randrange(len(data))
    return data[:at] + chance.choice((b"x", b'"', b",", b"[", b"9")) * 300_000 + data[at:]


MUTATIONS: tuple[Callable[[bytes, random.Random], bytes], ...] = (
    cut,
    flip,
    insert,
    remove,
    twice,
    pretend,
    mixed,
    swell,
)


def _inside(data: bytes, name: str, chance: random.Random) -> bytes:
    """Mutate what is packed, and pack it again whole."""
    mutate = chance.choice(MUTATIONS)
    if name.endswith(".gz"):
        return gzip.compress(mutate(gzip.decompress(data), chance), mtime=0)
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts = {one: archive.read(one).decode() for one in archive.namelist()}
    part = chance.choice([*parts, "xl/worksheets/sheet1.xml"])
    parts[part] = mutate(parts[part].encode(), chance).decode("utf-8", "replace")
    return _packed(parts)


def mutants(form: str, count: int, seed: int) -> Iterator[tuple[str, bytes]]:
    """Yield names and bytes of files that were sound once; the same for the same seed."""
    chance = random.Random(f"{form}-{seed}")  # noqa: S311  chosen alike each time
    name, sound = FORMATS[form]
    for _ in range(count):
        data = sound
        if name.endswith((".gz", ".xlsx")) and chance.random() < 1 / 2:
            data = _inside(data, name, chance)
        else:
            for _ in range(chance.choice((1, 1, 1, 2, 3))):
                data = chance.choice(MUTATIONS)(data or b"x", chance)
        yield name, data

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from customers.intake.files import examine, open_batches
from customers.intake.streams import UnreadableFile


def test_json_lines_keep_numbers_as_written_and_flatten_objects(
    read_all: Callable[..., Any], put: Callable[..., Path]
) -> None:
    path = put(
        b'{"id": 1, "total": 12.10, "who": {"name": "Ada"}, "ok": true, "none": null}\n'
        b"\n"
        b'{"id": 2, "total": 1.5e3, "late": "x"}',
        "a.jsonl",
    )

    numbers, rows, rejected = read_all(path)

    assert numbers == [1, 3]
    assert rows[0] == {"id": "1", "total": "12.10", "who.name": "Ada", "ok": "true", "late": None}
    assert rows[1]["total"] == "1500"
    assert rejected == []


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        (b'{"id": ', "one JSON object a line"),
        (b"[1, 2]", "one JSON object a line"),
        (b'{"id": NaN}', "one JSON object a line (it knows no NaN and no Infinity)"),
        (b'{"id":' * 100_000, "one JSON object a line"),
        (b'{"id": "\xe9"}', "text in UTF-8"),
        (b'{"id": "\\ud800"}', "text in UTF-8"),
        (b'{"id": "' + b"x" * (9 << 20) + b'"}', "a line of at most 8 MB"),
    ],
    ids=["cut", "list", "NaN", "deep", "broken byte", "half a letter", "long"],
)
def test_a_json_line_that_cannot_be_taken_costs_itself_only(
    read_all: Callable[..., Any], put: Callable[..., Path], line: bytes, expected: str
) -> None:
    path = put(b'{"id": 1}\n' + line + b'\n{"id": 3}\n', "a.jsonl.gz")

    numbers, _, rejected = read_all(path)

    assert numbers == [1, 3]
    assert [(fault.row, fault.column, fault.expected) for fault in rejected] == [
        (2, "line", expected)
    ]


def test_json_with_ever_new_names_is_refused(put: Callable[..., Path]) -> None:
    path = put(b"".join(b'{"name%d": 1}\n' % number for number in range(1_001)), "a.jsonl")

    with pytest.raises(UnreadableFile, match="more than 1,000 different columns; send one row"):
        list(open_batches(examine(path)))


def test_parquet_columns_become_canonical_text(
    read_all: Callable[..., Any], tmp_path: Path
) -> None:
    path = tmp_path / "a.parquet"
    moment = pa.array([1_291_191_960_123_456_789, None])
    pq.write_table(
        pa.table(
            {
                "price": [2.55, 1e-7],
                "customer": [17850.0, float("nan")],
                "local": moment.cast(pa.timestamp("ns")),
                "zoned": moment.cast(pa.timestamp("ns", "Europe/London")),
                "day": pa.array([14_944, None], pa.date32()),
                "exact": pa.array(["1.50", None]).cast(pa.decimal128(9, 2)),
                "kind": pa.array(["a", None]).dictionary_encode(),
                "flag": [True, None],
                "tags": [["x"], None],
                "hash": pa.array([b"a\xff", None]),
            }
        ),
        path,
    )

    numbers, rows, _ = read_all(path)

    assert numbers == [1, 2]
    assert rows[0] == {
        "price": "2.55",
        "customer": "17850",
        "local": "2010-12-01 08:26:00.123456",
        "zoned": "2010-12-01 08:26:00.123456Z",
        "day": "2010-12-01",
        "exact": "1.50",
        "kind": "a",
        "flag": "true",
        "tags": '["x"]',
        "hash": r"a\xff",
    }
    assert rows[1] == dict.fromkeys(rows[0], None) | {"price": "0.0000001"}


def test_parquet_cut_in_the_middle_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    pq.write_table(pa.table({"id": list(range(1_000))}), path)
    path.write_bytes(path.read_bytes()[:-100])

    with pytest.raises(UnreadableFile, match=r"^a\.parquet is cut short or damaged"):
        examine(path)


def test_a_damaged_page_of_parquet_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    pq.write_table(pa.table({"id": [f"{number:064}" for number in range(1_000)]}), path)
    data = path.read_bytes()
    path.write_bytes(data[:60] + b"\xff" * 200 + data[260:])

    with pytest.raises(UnreadableFile, match=r"^a\.parquet is cut short or damaged"):
        list(open_batches(examine(path)))


def test_parquet_columns_have_different_names(tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    pq.write_table(pa.table([[1], [2]], names=["id", "id"]), path)

    with pytest.raises(UnreadableFile, match=r"^a\.parquet has two columns named 'id'; rename"):
        examine(path)


def test_a_column_without_a_proper_name_is_told(put: Callable[..., Path], tmp_path: Path) -> None:
    parquet = tmp_path / "a.parquet"
    pq.write_table(pa.table({"i\0d": [1]}), parquet)

    for path in (put(b'{"i\\u0000d": 1}\n', "a.jsonl"), parquet, put("id\n1\n".encode("utf-32"))):
        with pytest.raises(UnreadableFile, match="a column whose name holds a NUL character"):
            examine(path)


def test_json_lines_come_in_batches(
    read_all: Callable[..., Any], put: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("customers.intake.json_lines.BATCH_ROWS", 500)
    path = put(b"".join(b'{"id": %d}\n' % number for number in range(600)), "a.jsonl")

    assert [len(batch.numbers) for batch in open_batches(examine(path))] == [500, 100]
    assert read_all(path)[0] == list(range(1, 601))


def test_json_numbers_beyond_reason_stay_as_written(
    read_all: Callable[..., Any], put: Callable[..., Path]
) -> None:
    _, rows, _ = read_all(
        put(b'{"a": 1e999999999999999999999, "b": 1e40, "c": [1.5]}\n', "a.jsonl")
    )

    assert rows == [{"a": "1e999999999999999999999", "b": "1e40", "c": '["1.5"]'}]


def test_what_a_parquet_file_unpacks_to_is_bounded(tmp_path: Path) -> None:
    path = tmp_path / "many.parquet"
    texts = pa.array([f"visit {number}" * 20 for number in range(2_000)])
    pq.write_table(pa.table({"event": texts}), path, compression="zstd")
    assert path.stat().st_size < 200_000

    with pytest.raises(UnreadableFile, match="more than 200,000 bytes when unpacked"):
        examine(path, largest=200_000)
    assert examine(path).written.rows == 2_000

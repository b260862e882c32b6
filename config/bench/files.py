"""The files that the measurements bring in: made on the spot, the same bytes for the same seed."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.csv

CHUNK = 500_000
ENDS_AT = datetime(2026, 11, 16, tzinfo=UTC)
HISTORY = timedelta(weeks=104)
PRODUCTS = 20_000

KINDS = ("visit", "view", "order_line", "order", "contact", "open", "return")
SHARES = (0.3, 0.25, 0.2, 0.08, 0.1, 0.05, 0.02)
SOLD = (False, False, True, True, False, False, True)
SENT = (False, False, False, False, True, True, False)


def write_events(
    path: Path,
    *,
    rows: int,
    people: int,
    seed: int,
    first: int = 0,
    of: int = 0,
    named: bool = True,
) -> None:
    """Write `rows` events in the order of their moments, as CSV.

    They are the rows [first, first + rows) of a history of `of` rows (`rows` where it is 0) that
    ends at ENDS_AT. A fifth of the people do half of what happens. With `named` a row carries
    the number that its system gave it; otherwise 32 hex digits in no order, as clients make them.
    """
    of = of or rows
    rng = np.random.default_rng([seed, first])
    kinds, products = pa.array(KINDS), pa.array([f"SKU-{n:06}" for n in range(PRODUCTS)])
    categories = pa.array([f"Aisle {n}" for n in range(40)])
    stores = pa.array([f"Store {n:03}" for n in range(120)])
    channels = pa.array(["web", "app", "store", "email"])
    step = HISTORY.total_seconds() * 1e6 / of
    begun = int((ENDS_AT - HISTORY).timestamp() * 1e6)
    with pa.csv.CSVWriter(path, _EVENTS) as file:
        for start in range(first, first + rows, CHUNK):
            numbers = np.arange(start, min(start + CHUNK, first + rows))
            count = len(numbers)
            kind = rng.choice(len(KINDS), count, p=SHARES)
            sold, sent = np.array(SOLD)[kind], np.array(SENT)[kind]
            product = rng.integers(PRODUCTS, size=count)
            names = (
                _numbered("E", numbers + 10_000_000)
                if named
                else pa.array([rng.bytes(16).hex() for _ in range(count)])
            )
            file.write_table(
                pa.table(
                    [
                        kinds.take(pa.array(kind)),
                        names,
                        _numbered("C", (people * rng.random(count) ** 2.5).astype(np.int64)),
                        pa.array((begun + numbers * step).astype("datetime64[us]")),
                        channels.take(pa.array(rng.integers(4, size=count))),
                        _where(sent, _numbered("mail-", rng.integers(40, size=count))),
                        _where(sent, pa.array(["treated", "holdout"]).take(pa.array(product % 2))),
                        _where(sold, _numbered("O", numbers // 4)),
                        _where(sold, pa.array(rng.integers(99, 20_000, size=count) / 100)),
                        _where(sold, pa.repeat("GBP", count)),
                        _where(sold, pa.array(rng.integers(1, 6, size=count))),
                        _where(~sent, products.take(pa.array(product))),
                        _where(~sent, categories.take(pa.array(product % 40))),
                        _where(sold, stores.take(pa.array(rng.integers(120, size=count)))),
                    ],
                    schema=_EVENTS,
                )
            )


def write_records(path: Path, *, rows: int, seed: int) -> None:
    """Write `rows` people, nine of ten with an e-mail address and three of four with a telephone.

    They are written as people write: capitals, spaces, national and international numbers.
    """
    rng = np.random.default_rng(seed)
    with pa.csv.CSVWriter(path, _RECORDS) as file:
        for start in range(0, rows, CHUNK):
            numbers = np.arange(start, min(start + CHUNK, rows))
            count = len(numbers)
            given, family = rng.integers(3_000, size=count), rng.integers(20_000, size=count)
            prefixes = pa.array(["07", "+44 7", "0044 7"]).take(pa.array(numbers % 3))
            phones = _joined(prefixes, pa.array(rng.integers(10**8, 10**9, size=count)))
            emails = _joined(
                _numbered("Given", given),
                ".",
                pa.array(numbers),
                _numbered("@Mail", family % 50),
                ".com",
            )
            file.write_table(
                pa.table(
                    [
                        _numbered("R", numbers),
                        _where(rng.random(count) < 0.9, emails),  # noqa: PLR2004  nine of ten
                        _where(rng.random(count) < 0.75, phones),  # noqa: PLR2004  three of four
                        _numbered("Given", given),
                        _numbered(" Family", family),
                        _joined(_numbered("yo", family % 30), " ", pa.array(given % 10), "ab"),
                        pa.repeat("York", count),
                        pa.repeat("gb", count),
                        pa.repeat("2026-10-01T10:00:00Z", count),
                    ],
                    schema=_RECORDS,
                )
            )


_RECORDS = pa.schema(
    [
        (name, pa.string())
        for name in (
            "external_id", "email", "phone", "given_name", "family_name", "postcode", "city",
            "country", "updated_at",
        )
    ]
)  # fmt: skip

_EVENTS = pa.schema(
    [
        ("event", pa.string()),
        ("event_id", pa.string()),
        ("external_id", pa.string()),
        ("at", pa.timestamp("us")),
        ("channel", pa.string()),
        ("initiative", pa.string()),
        ("arm", pa.string()),
        ("order_id", pa.string()),
        ("amount", pa.float64()),
        ("currency", pa.string()),
        ("quantity", pa.int64()),
        ("product", pa.string()),
        ("category", pa.string()),
        ("store", pa.string()),
    ]
)


def _numbered(prefix: str, numbers: "np.typing.NDArray[np.int64]") -> pa.StringArray:
    return _joined(prefix, pa.array(numbers))


def _joined(*parts: pa.Array | str) -> pa.StringArray:
    texts = [part if isinstance(part, str) else part.cast(pa.string()) for part in parts]
    return pa.compute.binary_join_element_wise(*texts, "")


def _where(there: "np.typing.NDArray[np.bool_]", values: pa.Array) -> pa.Array:
    return pa.compute.if_else(pa.array(there), values, pa.scalar(None, values.type))

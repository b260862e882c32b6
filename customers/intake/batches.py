"""What the readers of the formats hand on: rows as text, numbered as in the file."""

from collections import deque
from collections.abc import Generator, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple

import pyarrow as pa

from customers.intake.rejected import Rejected

BATCH_ROWS = 50_000


class Batch(NamedTuple):
    """Up to 50,000 rows of a file.

    `columns` holds one string column for each column of the file; null and "" both mean empty.
    `numbers` holds each row's number in the file, from 1 (the first row after the header).
    `rejected` are the rows around them that the reader of the format could not take.
    """

    numbers: pa.Int64Array
    columns: pa.Table
    rejected: list[Rejected]


def ahead[T](items: Iterator[T], most: int = 4) -> Generator[T]:
    """Yield items, none of them None; while one is in use, up to `most` are made on a thread.

    >>> list(ahead(iter("abc")))
    ['a', 'b', 'c']
    """
    with ThreadPoolExecutor(max_workers=1) as reader:
        coming = deque(reader.submit(next, items, None) for _ in range(most))
        try:
            while (item := coming.popleft().result()) is not None:
                coming.append(reader.submit(next, items, None))
                yield item
        finally:
            reader.shutdown(wait=False, cancel_futures=True)

"""Reading ahead: in order, to the end, and no further than it may."""

from collections.abc import Iterator
from threading import Event

import pytest

from customers.intake.batches import ahead


def counting(to: int, made: list[int]) -> Iterator[int]:
    for number in range(to):
        made.append(number)
        yield number
    raise OSError("The disk is gone.")


def test_what_breaks_off_is_raised_after_what_came_before() -> None:
    found: list[int] = []

    with pytest.raises(OSError, match="The disk is gone"):
        found.extend(ahead(counting(3, [])))

    assert found == [0, 1, 2]


def test_no_more_is_made_than_may_be_ahead() -> None:
    made: list[int] = []
    items = ahead(counting(100, made), most=4)

    next(items)
    items.close()

    assert len(made) <= 5


def test_the_next_is_made_while_one_is_in_use() -> None:
    is_made = Event()

    def items() -> Iterator[str]:
        yield "in use"
        is_made.set()
        yield "next"

    for item in ahead(items()):
        assert item == "next" or is_made.wait(10)

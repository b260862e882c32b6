"""Actions beside a test, in threads with connections of their own."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

from django.db import connection


def in_thread(action: Callable[..., Any], *args: Any, **named: Any) -> Any:
    """Call an action on a connection of this thread's own."""
    try:
        return action(*args, **named)
    finally:
        connection.close()


def at_once[T](*actions: Callable[[], T]) -> list[T]:
    """Let all of them begin at the same moment; return what each returned, in their order."""
    ready = Barrier(len(actions))

    def begin(action: Callable[[], T]) -> T:
        ready.wait(10)
        return action()

    with ThreadPoolExecutor(len(actions)) as pool:
        return list(pool.map(lambda action: in_thread(begin, action), actions))

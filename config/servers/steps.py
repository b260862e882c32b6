"""One line per step for the person who waits, with the seconds it has taken so far."""

import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def step(title: str) -> Iterator[None]:
    """Show a title while its block works and the seconds that it took; on a terminal they tick."""
    began = time.monotonic()
    done = threading.Event()

    def line() -> str:
        return f"  {title} … {time.monotonic() - began:.1f} s"

    def tick() -> None:
        while not done.wait(0.2):
            print(f"\r{line()}", end="", flush=True)

    ticker = threading.Thread(target=tick, daemon=True)
    if sys.stdout.isatty():
        ticker.start()
    try:
        yield
    finally:
        done.set()
        if ticker.is_alive():
            ticker.join()
        print(f"\r{line()}" if sys.stdout.isatty() else line(), flush=True)

"""Questions asked one after the other, as somebody who waits for a page asks them."""

from collections.abc import Callable, Sequence
from time import perf_counter

from config.bench.figures import Figure
from config.bench.meter import Meter, longest


def in_turn(what: str, questions: Sequence[Callable[[], object]], *, longest_goal: float) -> Figure:
    """Ask each once; `longest_goal` are the seconds that 99 of 100 answers may take."""
    taken = []
    with Meter() as meter:
        for asked in questions:
            begun = perf_counter()
            asked()
            taken.append(perf_counter() - begun)
    return Figure(
        what,
        len(questions),
        meter.seconds,
        meter.worker_seconds,
        meter.server_seconds,
        least=0,
        longest=longest(taken),
        longest_goal=longest_goal,
    )

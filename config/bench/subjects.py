"""Everything that is measured, by the name that `--only` takes."""

from collections.abc import Callable, Iterable

from config.bench import clashes, events, growth, live, records
from config.bench.figures import Figure, Plan

SUBJECTS: dict[str, Callable[[Plan], Iterable[Figure]]] = {
    "events": events.measure,
    "records": records.measure,
    "growth": growth.measure,
    "live": live.measure,
    "clashes": clashes.measure,
}

"""Everything that is measured, by the name that `--only` takes."""

from collections.abc import Callable, Iterable

from config.bench import (
    audiences,
    clashes,
    contact_checks,
    events,
    facts,
    growth,
    identity,
    live,
    records,
)
from config.bench.figures import Figure, Plan

SUBJECTS: dict[str, Callable[[Plan], Iterable[Figure]]] = {
    "events": events.measure,
    "records": records.measure,
    "growth": growth.measure,
    "live": live.measure,
    "contact-checks": contact_checks.measure,
    "facts": facts.measure,
    "audiences": audiences.measure,
    "clashes": clashes.measure,
    "identity": identity.measure,
}

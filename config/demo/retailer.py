"""Larkfield Home & Hardware: a seeded retailer as files that go through the import.

People are drawn in chunks, each from a random stream of its own, so that memory is bounded and
no chunk depends on another.
"""

import shutil
from contextlib import ExitStack
from datetime import date
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pyarrow as pa

from config.demo import baskets, contacts, exports, files, people, trading, trials, truth
from config.demo.people import DESK, MAIL, TILLS, WEB

CHUNK = 20_000
MAPPINGS = Path(__file__).parent / "mappings"


class File(NamedTuple):
    """One export: the source that sends it, its data, its mapping and its number of rows."""

    source: str
    path: Path
    mapping: Path
    row_count: int


class Retailer(NamedTuple):
    """The files in the order in which they load, and what is true of the initiatives.

    Initiatives must exist before the assignments are loaded; those that start at or after the
    end of the history have no file.
    """

    files: tuple[File, ...]
    initiatives: tuple[truth.Initiative, ...]


class Export(NamedTuple):
    """A kind of file: its source, name and mapping's name."""

    source: str
    name: str
    mapping: str


RECORDS = (
    Export(WEB, "web-shop-customers.csv.gz", "web-shop-customers"),
    Export(TILLS, "tills-cards.csv.gz", "tills-cards"),
    Export(MAIL, "mail-subscribers.csv.gz", "mail-subscribers"),
    Export(DESK, "service-desk-callers.jsonl.gz", "service-desk-callers"),
)
ASSIGNMENTS = tuple(
    Export(initiative.audience_source, f"assignments-{initiative.key}.csv.gz", "assignments")
    for initiative in truth.INITIATIVES
    if initiative.starts < 0
)
EVENTS = (
    Export(WEB, "web-shop-visits.parquet", "web-shop-visits"),
    Export(WEB, "web-shop-orders.csv.gz", "web-shop-orders"),
    Export(TILLS, "tills-receipts.csv.gz", "tills-receipts"),
    Export(MAIL, "mail-messages.csv.gz", "messages"),
    Export(WEB, "web-shop-messages.csv.gz", "messages"),
    Export(TILLS, "tills-messages.csv.gz", "messages"),
    Export(DESK, "service-desk-cases.jsonl.gz", "service-desk-cases"),
)
EXPORTS = RECORDS + ASSIGNMENTS + EVENTS


def generate(folder: Path, *, seed: int, customers: int, until: date) -> Retailer:
    """Write 104 weeks that end at midnight before `until` into `folder`, which is made if needed.

    The same seed, customers and until give the same bytes. `customers` are people, at least 1;
    they have about 2.1 records and 20 events each.
    """
    folder.mkdir(parents=True, exist_ok=True)
    for name in dict.fromkeys(export.mapping for export in EXPORTS):
        shutil.copyfile(MAPPINGS / f"{name}.toml", folder / f"{name}.toml")
    rows = dict.fromkeys(EXPORTS, 0)
    firsts = range(0, customers, CHUNK)
    streams = np.random.SeedSequence(seed).spawn(len(firsts))
    with ExitStack() as closing:
        writers = {export: files.opened(folder / export.name, closing) for export in EXPORTS}
        for first, stream in zip(firsts, streams, strict=True):
            rng, later = map(np.random.default_rng, (stream, *stream.spawn(1)))
            count = min(CHUNK, customers - first)
            tables = _chunk(rng, later, first, count, seed=seed, until=until)
            for export, table in zip(EXPORTS, tables, strict=True):
                writers[export].write(table)
                rows[export] += len(table)
    return Retailer(
        files=tuple(
            File(
                export.source, folder / export.name, folder / f"{export.mapping}.toml", rows[export]
            )
            for export in EXPORTS
        ),
        initiatives=truth.INITIATIVES,
    )


def _chunk(
    rng: np.random.Generator,
    later: np.random.Generator,
    first: int,
    count: int,
    *,
    seed: int,
    until: date,
) -> list[pa.Table]:
    """Live through one chunk of people; return its tables in the order of EXPORTS.

    `later` draws what no trial depends on: further lines of baskets, and what people prefer.
    """
    crowd = people.draw(rng, first, count)
    counts, tests = trials.run(rng, crowd, trading.order_rates(crowd, until), seed)
    bought = trading.orders(rng, crowd, counts, until)
    seen = trading.visits(rng, crowd, bought, until)
    back = trading.returns(rng, bought)
    asked = trading.cases(rng, bought)
    sent = contacts.deliver(rng, crowd, tests)
    opened = contacts.opens(rng, sent)
    reactions = (
        ("opened", opened),
        ("clicked", contacts.clicks(rng, opened)),
        ("unsubscribed", contacts.opt_outs(rng, sent)),
    )
    added = baskets.lines(later, bought)
    left = np.zeros(count, bool)
    left[sent.who[sent.left]] = True
    return [
        people.web_records(crowd, rng),
        people.card_records(crowd, rng, later, until),
        people.subscriber_records(crowd, left, rng),
        people.desk_records(crowd, exports.known_to_desk(crowd, asked, sent), rng),
        *(exports.assignments(crowd, test, until) for test in tests),
        exports.visits(crowd, seen, until),
        exports.web_orders(crowd, bought, back, added, until),
        exports.receipts(crowd, bought, back, added, until),
        *(exports.messages(crowd, sender, sent, reactions, until) for sender in (MAIL, WEB, TILLS)),
        exports.desk_cases(crowd, bought, asked, sent, until),
    ]

"""How each of seven systems has people on its books, and the mapping by which it is imported."""

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pyarrow as pa

from config.retail.hazards import (
    PLACEHOLDERS,
    Bools,
    Ints,
    Rates,
    Texts,
    mistyped,
    mistyped_days,
)
from config.retail.population import Population, day_texts

MAPPINGS = Path(__file__).parent / "mappings"
ZEROS = "00000 000000"
CONTACTS = frozenset({"email", "phone", "card", "account"})
TYPED = frozenset({"given", "family", "email", "phone", "postcode"})


class Column(NamedTuple):
    """A column of a source's export.

    Attributes:
        title: as in the header.
        what: one of the facts that `_Books.cell` knows.
        share: share of records that have it, before hazards; where `of` is given, among those
            who are also on the books of that source.

    """

    title: str
    what: str
    share: float = 1.0
    of: str = ""


class RetailSource(NamedTuple):
    """One system: its key, how many of the people it knows, and its columns.

    Whoever has none of the CONTACTS in its columns has `reached_by`: nobody is asked, or rings,
    without one.
    """

    key: str
    share: float
    prefix: str
    columns: tuple[Column, ...]
    reached_by: str = ""


SOURCES = (
    RetailSource(
        "web-shop",
        0.62,
        "W",
        (
            Column("email", "email"),
            Column("first_name", "given"),
            Column("last_name", "family"),
            Column("birthday", "born", 0.4),
            Column("mobile", "phone", 0.6),
            Column("address_1", "address"),
            Column("town", "town"),
            Column("postcode", "postcode"),
            Column("card", "card", 0.45, of="tills"),
            Column("saved_token", "token", 0.6, of="payments"),
            Column("app_device", "device", 0.25, of="store-wifi"),
        ),
    ),
    RetailSource(
        "tills",
        0.68,
        "T",
        (
            Column("card_no", "card"),
            Column("name", "full_name"),
            Column("date_of_birth", "born", 0.85),
            Column("e_mail", "email", 0.55),
            Column("tel", "phone", 0.5),
            Column("postcode", "postcode", 0.8),
            Column("last_token", "token", 0.5, of="payments"),
        ),
    ),
    RetailSource(
        "store-wifi",
        0.28,
        "G",
        (
            Column("mac", "device"),
            Column("email", "email", 0.75),
            Column("phone", "phone", 0.35),
            Column("first", "given", 0.5),
            Column("last", "family", 0.4),
        ),
    ),
    RetailSource(
        "payments",
        0.5,
        "P",
        (
            Column("token", "token"),
            Column("cardholder", "holder", 0.8),
            Column("receipt_email", "email", 0.5),
            Column("billing_postcode", "postcode", 0.6),
        ),
    ),
    RetailSource(
        "service-desk",
        0.2,
        "S",
        (
            Column("name", "full_name", 0.9),
            Column("phone", "phone", 0.75),
            Column("email", "email", 0.45),
            Column("card", "card", 0.2, of="tills"),
            Column("account", "account", 0.25, of="web-shop"),
            Column("postcode", "postcode", 0.4),
        ),
        reached_by="phone",
    ),
    RetailSource(
        "mail",
        0.55,
        "M",
        (
            Column("email_address", "email"),
            Column("first", "given", 0.75),
            Column("last", "family", 0.6),
            Column("birthday", "born", 0.15),
            Column("loyalty", "card", 0.35, of="tills"),
            Column("account", "account", 0.4, of="web-shop"),
        ),
    ),
    RetailSource(
        "survey",
        0.3,
        "Q",
        (
            Column("email", "email", 0.7),
            Column("given_name", "given", 0.6),
            Column("surname", "family", 0.6),
            Column("born", "born", 0.25),
            Column("postcode", "postcode", 0.5),
            Column("card", "card", 0.25, of="tills"),
        ),
        reached_by="email",
    ),
)
ID = "id"


class Written(NamedTuple):
    """What was written: files by source, and the truth beside them."""

    files: dict[str, Path]
    truth: Path
    records: int
    people: int


def write(folder: Path, *, people: Population, rates: Rates, rng: np.random.Generator) -> Written:
    """Write a CSV file and a mapping for each source, and `truth.csv`, into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    count = len(people.given)
    known = {source.key: rng.random(count) < source.share for source in SOURCES}
    nowhere = ~np.any(list(known.values()), axis=0)
    known[SOURCES[0].key] |= nowhere
    truth: list[pa.Table] = []
    files: dict[str, Path] = {}
    for source in SOURCES:
        who = rng.permutation(np.flatnonzero(known[source.key]))
        books = _Books(people, who, rates, rng)
        ids = people.account[who] if source.key == "web-shop" else _ids(source.prefix, len(who))
        table = {ID: ids} | _reached(
            source,
            {
                column.title: books.cell(column.what, column.share, known.get(column.of))
                for column in source.columns
            },
            books,
        )
        files[source.key] = folder / f"{source.key}.csv"
        _write(
            pa.table({title: pa.array(cells, pa.string()) for title, cells in table.items()}),
            files[source.key],
        )
        mapping = f"{source.key}.toml"
        (folder / mapping).write_text((MAPPINGS / mapping).read_text("utf-8"), "utf-8")
        truth.append(
            pa.table(
                {"source": [source.key] * len(who), "external_id": pa.array(ids), "person": who}
            )
        )
    beside = folder / "truth.csv"
    _write(pa.concat_tables(truth), beside)
    return Written(files, beside, sum(len(table) for table in truth), count)


def _write(table: pa.Table, path: Path) -> None:
    from pyarrow import csv  # noqa: PLC0415  not loaded with pyarrow itself

    csv.write_csv(table, path, csv.WriteOptions(quoting_style="needed"))


def _ids(prefix: str, count: int) -> Texts:
    return np.array([f"{prefix}{number:07d}" for number in range(1, count + 1)], object)


def _reached(source: RetailSource, table: dict[str, Texts], books: "_Books") -> dict[str, Texts]:
    """Return the table with a contact for everybody: who is written to or calls has left one."""
    if not source.reached_by:
        return table
    contacts = [column for column in source.columns if column.what in CONTACTS]
    nothing = np.all([table[column.title] == "" for column in contacts], axis=0)
    own = books.cell(source.reached_by, 1, None)
    (title,) = (column.title for column in contacts if column.what == source.reached_by)
    return table | {title: np.where(nothing, own, table[title])}


class _Books:
    """The people of one source, in its order, with what their records say of them."""

    def __init__(
        self, people: Population, who: Ints, rates: Rates, rng: np.random.Generator
    ) -> None:
        self._people, self._who, self._rates, self._rng = people, who, rates, rng
        before = self._chance(0.5) & (people.former[0][who] != "")
        address, town, postcode = (
            np.where(before, old[who], new[who])
            for old, new in zip(
                people.former, (people.address, people.town, people.postcode), strict=True
            )
        )
        given = self._sometimes(people.nickname[who], people.given[who], 0.5)
        family = self._sometimes(people.former_family[who], people.family[who], 0.4)
        given, family = (mistyped(names, rates.typing, rng) for names in (given, family))
        self._facts: dict[str, Callable[[], Texts]] = {
            "given": lambda: given,
            "family": lambda: family,
            "full_name": lambda: given + " " + family,
            "holder": lambda: self._holder(given, family),
            "born": lambda: day_texts(mistyped_days(people.born[:, who], rates.typing, rng)),
            "address": lambda: address,
            "town": lambda: town,
            "postcode": lambda: mistyped(postcode, rates.typing, rng),
            "email": lambda: self._placeholders(
                mistyped(people.email[who], rates.typing, rng), PLACEHOLDERS
            ),
            "phone": lambda: self._placeholders(
                mistyped(people.phone[who], rates.typing, rng), (ZEROS,)
            ),
            "card": lambda: self._instead(
                people.card[who], people.cashier_cards, rates.cashier_card
            ),
            "token": lambda: people.token[who],
            "device": lambda: self._instead(people.device[who], people.kiosks, rates.kiosk_device),
            "account": lambda: people.account[who],
        }

    def cell(self, what: str, share: float, known: Bools | None) -> Texts:
        """Return a column's cells, "" where they are empty."""
        has = self._chance(share)
        if known is not None:
            has &= known[self._who]
        if share < 1:
            has &= ~self._chance(self._rates.missing)
        return np.where(has, self._facts[what](), "")

    def _chance(self, share: float) -> Bools:
        luck: Bools = self._rng.random(len(self._who)) < share
        return luck

    def _sometimes(self, other: Texts, usual: Texts, share: float) -> Texts:
        return np.where((other != "") & self._chance(share), other, usual)

    def _instead(self, own: Texts, others: Texts, rate: float) -> Texts:
        drawn = others[self._rng.integers(len(others), size=len(own))]
        return np.where(self._chance(rate), drawn, own)

    def _placeholders(self, own: Texts, placeholders: tuple[str, ...]) -> Texts:
        return self._instead(own, np.array(placeholders, object), self._rates.placeholder)

    def _holder(self, given: Texts, family: Texts) -> Texts:
        """Return names as on a payment card, half of them with an initial only."""
        initial = np.array([name[:1] for name in given], object)
        names = np.where(self._chance(0.5), initial, given) + " " + family
        return np.array([name.upper() for name in names], object)

"""Who a card is about: the name and the details, masked until somebody has a reason."""

from datetime import date, datetime
from typing import NamedTuple

from customers.identity.survivorship import Chosen, Place, golden
from customers.memory.happenings import Happening
from customers.queries.linked import NAMES
from customers.queries.people import IdentifierOf, RecordOf, identifiers_of, records_of
from customers.queries.timeline import remembered
from strategy.language.dates import ago, long_day
from strategy.language.privacy import DOT, masked, masked_name

DETAILS = ("email", "phone", "loyalty_card")


class Detail(NamedTuple):
    """A contact detail in clear, with who told it and when; `doubt` where records differ."""

    name: str
    value: str
    told: str
    doubt: str


class Who(NamedTuple):
    """The head of a card.

    `name` and `about` are masked unless `hidden_at` says when they will be; then `details` has
    all of them in clear.
    """

    name: str
    about: list[str]
    since: str
    hidden_at: str
    details: list[Detail]

    @property
    def is_revealed(self) -> bool:
        """Whether the details are in clear."""
        return bool(self.hidden_at)


def who(
    records: list[RecordOf],
    identifiers: list[IdentifierOf],
    happened: list[Happening],
    now: datetime,
    revealed_until: datetime | None,
) -> Who:
    """Return the head of a card; `now` in the reader's time zone. No query."""
    chosen = golden(record.told for record in records)
    name = chosen.name.value if chosen.name else ""
    since = min([*(record.since for record in records), *(one.at for one in happened)])
    city = chosen.place.value.city if chosen.place else ""
    held = [*_masked(identifiers), *([city] if city else [])]
    if revealed_until is None:
        shown = masked_name(name) or "No name known"
        return Who(shown, held, str(since.astimezone(now.tzinfo).year), "", [])
    details = [
        _detail("Name", name, chosen.name, now),
        *_identified(identifiers, records, now),
        _place(chosen.place, now),
        _detail("Born", _day(chosen.born_on), chosen.born_on, now),
    ]
    return Who(
        name=name or "No name known",
        about=[],
        since=str(since.astimezone(now.tzinfo).year),
        hidden_at=f"{revealed_until.astimezone(now.tzinfo):%H:%M}",
        details=[one for one in details if one is not None],
    )


def who_of(customer_id: int, now: datetime, revealed_until: datetime | None) -> Who:
    """Return the head of a card by itself. Three queries."""
    records = records_of(customer_id)
    ids = [record.pk for record in records]
    return who(records, identifiers_of(ids), remembered(ids), now, revealed_until)


def _masked(identifiers: list[IdentifierOf]) -> list[str]:
    """Return each kind of detail once: masked, or that there is one."""
    found: dict[str, str] = {}
    for one in identifiers:
        if one.kind in DETAILS:
            known = f"{_says(one.kind)} {masked(one.kind, one.value)}" if one.value else ""
            found[one.kind] = found.get(one.kind) or known
    return [found[kind] or f"{_says(kind)} {DOT * 3}" for kind in DETAILS if kind in found]


def _says(kind: str) -> str:
    name = NAMES[kind]
    return f"{name[0].upper()}{name[1:]}"


def _identified(
    identifiers: list[IdentifierOf], records: list[RecordOf], now: datetime
) -> list[Detail]:
    source = {record.pk: record.source for record in records}
    newest = sorted(identifiers, key=lambda one: one.since, reverse=True)
    found: dict[tuple[str, str], Detail] = {}
    for one in newest:
        if one.kind in DETAILS and one.value:
            told = f"{source[one.record_id]}, {ago(one.since, now)}"
            found.setdefault((one.kind, one.value), Detail(_says(one.kind), one.value, told, ""))
    return [found[key] for key in sorted(found, key=lambda key: DETAILS.index(key[0]))]


def _place(chosen: Chosen[Place] | None, now: datetime) -> Detail | None:
    if chosen is None:
        return None
    parts = [part for part in chosen.value if part]
    return _detail("Address", ", ".join(parts), chosen, now)


def _day(chosen: Chosen[date] | None) -> str:
    return long_day(chosen.value) if chosen else ""


def _detail[Value](
    name: str, value: str, chosen: Chosen[Value] | None, now: datetime
) -> Detail | None:
    if chosen is None or not value:
        return None
    doubt = "Records differ: ask before you rely on it" if chosen.is_disputed else ""
    return Detail(name, value, f"{chosen.source}, {ago(chosen.told_at, now)}", doubt)

"""Reads of sources: the list, and one source's health."""

from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from django.db.models import OuterRef, QuerySet, Subquery, Sum, Window
from django.db.models.fields.json import KeyTransform
from django.db.models.functions import RowNumber
from django.utils import timezone

from customers.intake.presets import recognised
from customers.models import Arrival, IdentifierKind, Import, Refusal, Source, WriteKey
from customers.queries.freshness import SourceAge, aged_sources, source_age
from customers.queries.imports import ImportRow, Mapped, all_imports, import_row, mapped
from strategy.language.dates import ago, day, inside, long_day, stamp
from strategy.language.sources import reliance, source_reliance
from strategy.queries.history import Change, changes

DAYS = 14
FILES_SHOWN = 5
HEADERS_SHOWN = 10


class Identifier(NamedTuple):
    """A kind of identifier that a source sends, and whether it has checked what it sends."""

    name: str
    is_confirmed: bool


class SourceRow(NamedTuple):
    """One line of the list; `file`, `file_pk` and `handed_in` are of its newest import.

    `loaded` and `heard` say when its last import brought rows and when its last live message was
    accepted; "" for never. `refused` are today's refused live messages.
    """

    age: SourceAge
    department_key: str
    owner: str
    identifiers: list[Identifier]
    file: str
    file_pk: int | None
    handed_in: str
    loaded: str
    heard: str
    refused: int


class SourceList(NamedTuple):
    """Every source, and the answer to “can I rely on what we have?”."""

    answer: str
    rows: list[SourceRow]
    refused: int


class Refused(NamedTuple):
    """How many of a day's live messages were refused for one reason."""

    messages: int
    reason: str
    example: str


class LiveDay(NamedTuple):
    """A day's live messages: accepted, the new events among them, and refused by reason."""

    on: str
    messages: int
    events: int
    refused: int
    reasons: list[Refused]


class Header(NamedTuple):
    """A header that files of a source had, and how it was read last, which is remembered."""

    file: str
    kind: str
    used: str
    preset: str
    columns: list[Mapped]


class KeyRow(NamedTuple):
    """A write key by its last letters; `retired` says when, "" while it is good."""

    pk: int
    hint: str
    made: str
    by: str
    retired: str


class SourcePage(NamedTuple):
    """One source as its analysts and owner see it; `days` and `changes` have the newest first."""

    row: SourceRow
    answer: str
    trust_rank: int
    files: list[ImportRow]
    days: list[LiveDay]
    is_live: bool
    headers: list[Header]
    keys: list[KeyRow]
    changes: list[Change]


class UnknownSourceError(Exception):
    """No source has this key; the message names those there are."""


def source_named(key: str) -> Source:
    """Return the source with a key. Two queries at most. Raises UnknownSourceError."""
    found = Source.objects.filter(key=key).first()
    if found is None:
        keys = ", ".join(Source.objects.values_list("key", flat=True)) or "none yet"
        raise UnknownSourceError(f"There is no source “{key}”; the sources are: {keys}.")
    return found


def source_list(now: datetime) -> SourceList:
    """Return every source. One query."""
    rows = [_row(source, now) for source in all_sources(now)]
    late = [row.age.name for row in rows if not row.age.is_fresh]
    return SourceList(reliance(late, len(rows)), rows, sum(row.refused for row in rows))


def all_sources(now: datetime) -> QuerySet[Source]:
    """Return the sources with all that a row shows. One query when read."""
    newest = Import.objects.filter(source=OuterRef("pk")).order_by("-pk")
    today = Refusal.objects.filter(source=OuterRef("pk"), refused_on=timezone.localdate(now))
    return (
        aged_sources()
        .select_related("department", "owner")
        .annotate(
            file=Subquery(newest.values("file_name")[:1]),
            file_pk=Subquery(newest.values("pk")[:1]),
            handed_in_at=Subquery(newest.values("work__created_at")[:1]),
            refused=Subquery(
                today.order_by().values("source").annotate(n=Sum("message_count")).values("n")
            ),
        )
    )


def source_page(source: Any, now: datetime) -> SourcePage:
    """Return a source out of `all_sources` with its health. At most seven queries."""
    row = _row(source, now)
    age = row.age
    files = all_imports().filter(source=source)[:FILES_SHOWN]
    since = timezone.localdate(now) - timedelta(days=DAYS - 1)
    return SourcePage(
        row=row,
        answer=source_reliance(age.seen, age.promise, is_fresh=age.is_fresh),
        trust_rank=source.trust_rank,
        files=[import_row(file, now) for file in files],
        days=_days(source, since),
        is_live=age.heard_at is not None or row.refused > 0,
        headers=_headers(source, now),
        keys=_keys(source),
        changes=changes(source),
    )


def _row(source: Any, now: datetime) -> SourceRow:
    here = timezone.localtime(now)
    age = source_age(source, now)
    return SourceRow(
        age=age,
        department_key=source.department.key,
        owner=source.owner.name if source.owner else "",
        identifiers=[
            Identifier(kind.label, kind.value in source.confirmed_kinds)
            for kind in IdentifierKind
            if kind.value in source.identifier_kinds
        ],
        file=source.file or "",
        file_pk=source.file_pk,
        handed_in=ago(source.handed_in_at, here) if source.handed_in_at else "",
        loaded=ago(age.loaded_at, here) if age.loaded_at else "",
        heard=ago(age.heard_at, here) if age.heard_at else "",
        refused=source.refused or 0,
    )


def _days(source: Source, since: date) -> list[LiveDay]:
    """Return the days from `since` on, without a gap, newest first. Two queries."""
    sums = (
        Arrival.objects.filter(source=source, arrived_on__gte=since)
        .values_list("arrived_on")
        .annotate(messages=Sum("message_count"), events=Sum("event_count"))
    )
    accepted = {on: (messages, events) for on, messages, events in sums}
    refused: dict[date, list[Refused]] = {}
    for one in Refusal.objects.filter(source=source, refused_on__gte=since).order_by(
        "-message_count", "reason"
    ):
        found = Refused(one.message_count, one.reason, one.example)
        refused.setdefault(one.refused_on, []).append(found)
    days = [since + timedelta(days=number) for number in reversed(range(DAYS))]
    return [
        LiveDay(
            day(on),
            *accepted.get(on, (0, 0)),
            sum(reason.messages for reason in refused.get(on, [])),
            refused.get(on, []),
        )
        for on in days
    ]


def _headers(source: Source, now: datetime) -> list[Header]:
    """Return how each header was read last, the newest used first. One query."""
    newest_first = Window(
        RowNumber(), partition_by=KeyTransform("columns", "written"), order_by="-loaded_at"
    )
    found = (
        Import.objects.filter(source=source, loaded_at__isnull=False)
        .annotate(place=newest_first)
        .filter(place=1)
        .order_by("-loaded_at", "-pk")
    )
    return [_header(file_import, now) for file_import in found[:HEADERS_SHOWN]]


def _header(file_import: Import, now: datetime) -> Header:
    known = recognised(file_import.written.get("columns", []))
    used = file_import.loaded_at
    return Header(
        file=file_import.file_name,
        kind=file_import.kind,
        used=inside(ago(used, timezone.localtime(now))) if used else "",
        preset=known.title if known else "",
        columns=mapped(file_import.mapping),
    )


def _keys(source: Source) -> list[KeyRow]:
    """Return the source's write keys, the good ones first. One query."""
    keys = WriteKey.objects.filter(source=source).select_related("created_by")
    rows = [
        KeyRow(
            pk=key.pk,
            hint=key.hint,
            made=stamp(timezone.localtime(key.created_at)),
            by=key.created_by.name if key.created_by else "",
            retired=long_day(timezone.localdate(key.retired_at)) if key.retired_at else "",
        )
        for key in keys
    ]
    return sorted(rows, key=lambda row: bool(row.retired))

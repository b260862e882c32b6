"""What a file that waits to be started would become, by its mapping as it stands."""

from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, NamedTuple

from django.utils import timezone

from customers.intake.fields import EVENTS, RECORDS, Formats, Kind
from customers.intake.mapping import Mapping, MappingError, fit
from customers.intake.presets import Preset, fitting
from customers.models import Import
from customers.queries.keys import identity_key
from strategy.language.channels import CONTACTED
from strategy.language.events import EVENT_KINDS
from strategy.language.words import counted

ROWS = 20
MOST_COLUMNS = 200
"""How many columns a page offers to choose for; of the others the mapping file speaks."""
_COMMON = {RECORDS.name: [f"consent.{channel}.marketing" for channel in CONTACTED]}


class Pick(NamedTuple):
    """A column of the file: the name of its choice, its first value, and the field it fills."""

    name: str
    column: str
    sample: str
    field: str


class PreviewRow(NamedTuple):
    """A row of the file, and what it will become; or the reason why it will not."""

    number: int
    cells: list[str]
    reason: str


class Preview(NamedTuple):
    """The first rows as they would be taken; `mistake` says why the file cannot be started.

    `presets` are those whose header the file has.
    """

    kind: str
    kinds: list[str]
    presets: list[Preset]
    picks: list[Pick]
    fields: list[str]
    left_out: int
    constants: dict[str, str]
    event_kinds: tuple[str, ...]
    formats: Formats
    more: str
    shown: list[str]
    rows: list[PreviewRow]
    dropped: str
    mistake: str


def preview(file_import: Import, kinds: dict[str, Kind], now: datetime) -> Preview:
    """Return the preview of a held import. No query; reads the beginning of its file."""
    from customers.intake.files import Written, first_rows  # noqa: PLC0415  heavy
    from customers.intake.streams import UnreadableFile  # noqa: PLC0415  reads files; pages do not load it

    mapping, kind = Mapping.from_json(file_import.mapping), kinds[file_import.kind]
    columns = tuple(file_import.written["columns"])
    written = Written(**{**file_import.written, "columns": columns})
    shown: list[str] = []
    rows: list[PreviewRow] = []
    samples: dict[str, str] = {}
    dropped, mistake = 0, ""
    try:
        batch = first_rows(Path(file_import.path), written, ROWS)
        if batch is not None:
            samples = _samples(batch)
            fit(mapping, kind, columns, complete=written.columns_complete)
            shown, rows, dropped = _become(mapping, kind, batch, file_import.sha256, now)
    except (MappingError, UnreadableFile) as reason:
        mistake = str(reason)
    return Preview(
        kind=kind.name,
        kinds=list(kinds),
        presets=fitting(columns),
        picks=[
            Pick(f"column-{place}", column, samples.get(column, ""), _filled(mapping, column))
            for place, column in enumerate(columns[:MOST_COLUMNS])
        ],
        fields=_options(mapping, kind),
        left_out=max(0, len(columns) - MOST_COLUMNS),
        constants={"event": "", "currency": ""} | mapping.constants if kind == EVENTS else {},
        event_kinds=EVENT_KINDS,
        formats=mapping.formats,
        more=_more(mapping),
        shown=shown,
        rows=rows,
        dropped=f"{counted(dropped, 'row')} of these left out by the mapping." if dropped else "",
        mistake=mistake,
    )


def _become(
    mapping: Mapping, kind: Kind, batch: Any, sha256: str, now: datetime
) -> tuple[list[str], list[PreviewRow], int]:
    from customers.intake.columns import apply  # noqa: PLC0415  heavy
    from customers.intake.pseudonyms import named  # noqa: PLC0415  reads files; pages do not load it

    checked = apply(mapping, kind, batch, file_sha256=sha256, now=timezone.localtime(now))
    taken = named(checked.rows, identity_key())
    names = [name for name in checked.rows.column_names if mapping.fills(name)]
    rows = [
        PreviewRow(row["row"], [_said(row[name]) for name in names], "")
        for row in taken.to_pylist()
    ]
    rows += [PreviewRow(fault.row, [], fault.reason) for fault in checked.rejected]
    return names, sorted(rows)[:ROWS], checked.dropped


def _samples(batch: Any) -> dict[str, str]:
    found: dict[str, str] = {}
    for row in reversed(batch.columns.to_pylist()):
        found |= {name: text[:60] for name, text in row.items() if text}
    return found


def _filled(mapping: Mapping, column: str) -> str:
    return next((field for field, taken in mapping.columns.items() if column in taken), "")


def _options(mapping: Mapping, kind: Kind) -> list[str]:
    own = [field.name for field in kind.fields]
    families = [name for name in mapping.columns if name not in own]
    return list(dict.fromkeys([*own, *families, *_COMMON.get(kind.name, [])]))


def _more(mapping: Mapping) -> str:
    """Say which parts of a mapping the page cannot change."""
    said = [f"{name} = {text}" for name, text in mapping.derived.items()]
    for name, rules in mapping.when.items():
        said += [f"{name} is {rule.then or 'left out'} where {rule}" for rule in rules]
    for name, turned in mapping.values.items():
        said += [f"{name}: {theirs} is {ours or 'left out'}" for theirs, ours in turned.items()]
    if mapping.wide:
        said.append(
            f"every further column is {mapping.wide.header} by its name and {mapping.wide.cell} "
            "by its cells"
        )
    return "; ".join(said)


def _said(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    if isinstance(value, datetime):
        return timezone.localtime(value).strftime("%Y-%m-%d %H:%M:%S")
    return str(value)

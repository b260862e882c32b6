"""Reads of imports: the list of files, and what became of one."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

from django.conf import settings
from django.db.models import QuerySet
from django.utils import timezone

from customers.intake.rejected import Rejected, first_rejected
from customers.models import Import, Work
from strategy.language import answers
from strategy.language.dates import ago, day_with_year, stamp
from strategy.language.numbers import number
from strategy.language.words import counted, join_words, plural

ROWS_SHOWN = 20
"""How many of the rows that could not be read a page shows; the error file has all of them."""

SAFE_TO_REPEAT = (
    "Nothing of it was taken. Mend the file or its mapping and import it again: rows that are "
    "already here are not counted twice."
)


class ImportRow(NamedTuple):
    """One line of the list; counts are empty until the rows are in, `tag` and `word` its state."""

    pk: int
    file: str
    source: str
    source_key: str
    department: str
    department_key: str
    kind: str
    read: int | None
    accepted: int | None
    changed: int | None
    rejected: int | None
    handed_in: str
    by: str
    tag: str
    word: str


class Count(NamedTuple):
    """A number of rows with what it means."""

    name: str
    rows: int
    meaning: str


class Mapped(NamedTuple):
    """One of our fields, what fills it, and which of their values are written otherwise here."""

    field: str
    filled_by: str
    values: list[str]


class ImportPage(NamedTuple):
    """What became of one file; `answer` in a sentence, `advice` where something is to be done."""

    row: ImportRow
    is_held: bool
    is_over: bool
    answer: str
    reason: str
    advice: str
    progress: str
    done: int
    total: int | None
    counts: list[Count]
    mapping: list[Mapped]
    written: str
    formats: str
    handed_in: str
    took: str
    size: int


def all_imports() -> QuerySet[Import]:
    """Return every import, newest first, with all that a row shows. One query when read."""
    return Import.objects.select_related("source__department", "work__created_by")


def last_answer() -> str:
    """Say what the last import that is over brought. One query."""
    over = Import.objects.filter(work__state__in=[Work.State.DONE, Work.State.FAILED])
    last = over.select_related("work")
    file_import = last.order_by("-work__ended_at", "-pk").first()
    if file_import and file_import.loaded_at is None:
        return f"The last import failed: nothing of {file_import.file_name} was taken."
    return answers.imports(_counts(file_import) if file_import else None)


def import_row(file_import: Import, now: datetime) -> ImportRow:
    """Return an import out of `all_imports` as a line of the list."""
    work, source = file_import.work, file_import.source
    tag, word = _state(file_import)
    return ImportRow(
        pk=file_import.pk,
        file=file_import.file_name,
        source=source.name,
        source_key=source.key,
        department=source.department.name,
        department_key=source.department.key,
        kind=file_import.kind,
        read=file_import.read_count,
        accepted=file_import.accepted_count,
        changed=file_import.changed_count,
        rejected=file_import.rejected_count,
        handed_in=ago(work.created_at, timezone.localtime(now)),
        by=work.created_by.name if work.created_by else "",
        tag=tag,
        word=word,
    )


def import_page(file_import: Import, now: datetime) -> ImportPage:
    """Return an import out of `all_imports` as its own page shows it."""
    work = file_import.work
    is_failed = work.state == Work.State.FAILED
    return ImportPage(
        row=import_row(file_import, now),
        is_held=work.state == Work.State.HELD,
        is_over=work.is_over,
        answer=_answer(file_import),
        reason=work.error,
        advice=SAFE_TO_REPEAT if is_failed else _advice(file_import),
        progress=_progress(work, now),
        done=work.done_count,
        total=work.total_count,
        counts=_meant(file_import),
        mapping=mapped(file_import.mapping),
        written=_written(file_import.written),
        formats=_formats(file_import.mapping.get("formats", {})),
        handed_in=stamp(timezone.localtime(work.created_at)),
        took=_took(work),
        size=file_import.size,
    )


def rejected_rows(file_import: Import) -> list[Rejected]:
    """Return the first rows that could not be read, out of the error file. No query."""
    path = file_import.errors_path
    delimiter = file_import.written.get("delimiter") or ","
    return first_rejected(Path(path), ROWS_SHOWN, delimiter) if path else []


def _counts(file_import: Import) -> answers.ImportCounts:
    return answers.ImportCounts(
        file_import.read_count or 0,
        file_import.accepted_count or 0,
        file_import.rejected_count or 0,
    )


def _state(file_import: Import) -> tuple[str, str]:
    if file_import.work.state == Work.State.DONE:
        if not file_import.rejected_count:
            return "ok", "Done"
        return ("near", "Partly done") if file_import.accepted_count else ("breach", "None taken")
    return {
        Work.State.HELD: ("none", "To be started"),
        Work.State.CANCELLED: ("none", "Cancelled"),
        Work.State.WAITING: ("none", "Waiting"),
        Work.State.RUNNING: ("run", "Running"),
        Work.State.FAILED: ("breach", "Failed"),
    }[Work.State(file_import.work.state)]


def _answer(file_import: Import) -> str:
    work = file_import.work
    if work.state == Work.State.HELD:
        return "Not started yet: see below what its rows will become."
    if work.state == Work.State.CANCELLED:
        return "This import was cancelled; nothing of it was taken."
    if work.state == Work.State.WAITING:
        return "Waiting for a worker to take it."
    if work.state == Work.State.RUNNING:
        return f"{work.step or 'Starting'}."
    if work.state == Work.State.FAILED:
        return "This import failed."
    return answers.imports(_counts(file_import), which="This import")


def _advice(file_import: Import) -> str:
    if file_import.work.state == Work.State.HELD:
        ends_at = file_import.work.created_at + timedelta(days=settings.IMPORT_HELD_DAYS)
        return f"If nobody starts it, it is cancelled and forgotten on {_day(ends_at)}."
    if file_import.rejected_count:
        taken = "The other rows are in. " if file_import.accepted_count else ""
        return (
            f"{taken}Mend the error file and import it, or mend the whole file and import it "
            "again: rows that are already here are not counted twice."
        )
    if file_import.accepted_count and not file_import.changed_count:
        return "Everything in it was known already: nothing changed."
    return ""


def _day(moment: datetime) -> str:
    return day_with_year(timezone.localdate(moment))


def _progress(work: Work, now: datetime) -> str:
    if work.started_at is None:
        return ""
    seconds = max(0, int((now - work.started_at).total_seconds()))
    said = [f"{number(work.done_count)} {plural(work.done_count, 'row')} read"]
    said.append(f"{number(seconds)} s")
    if seconds and work.done_count:
        rate = work.done_count / seconds
        said.append(f"{number(round(rate))} rows a second")
        left = max(0, (work.total_count or 0) - work.done_count)
        said += [f"about {number(max(1, round(left / rate)))} s of reading left"] if left else []
    return ", ".join(said)


def _took(work: Work) -> str:
    """Return how long it took since it was handed in, waiting included."""
    if work.started_at is None or work.ended_at is None:
        return ""
    seconds = (work.ended_at - work.created_at).total_seconds()
    return "less than a second" if seconds < 1 else counted(int(seconds), "second")


def _meant(file_import: Import) -> list[Count]:
    if file_import.loaded_at is None:
        return []
    meanings = (
        ("read", "Read", "rows in the file; wholly empty ones do not count"),
        ("accepted", "Taken", "read without a fault"),
        ("changed", "New or changed", "told us something that was not known here"),
        ("unchanged", "Already known", "taken, and the same as before"),
        ("rejected", "Could not be read", "not taken; the error file says why, row by row"),
        (
            "dropped",
            "Left out",
            "the mapping leaves such rows out, or their people asked to be forgotten",
        ),
    )
    return [
        Count(name, getattr(file_import, f"{count}_count"), meaning)
        for count, name, meaning in meanings
    ]


def mapped(mapping: Mapping[str, Any]) -> list[Mapped]:
    """Return a stored mapping field by field."""
    columns: dict[str, list[str]] = mapping.get("columns", {})
    values: dict[str, dict[str, str]] = mapping.get("values", {})
    constants: dict[str, str] = mapping.get("constants", {})
    return [
        *(
            Mapped(
                field, join_words(taken), [_turned(*pair) for pair in values.get(field, {}).items()]
            )
            for field, taken in sorted(columns.items())
        ),
        *(
            Mapped(field, f"“{value}” in every row", [])
            for field, value in sorted(constants.items())
        ),
    ]


def _turned(theirs: str, ours: str) -> str:
    return f"“{theirs}” becomes “{ours}”" if ours else f"“{theirs}” leaves the row out"


def _written(written: Mapping[str, Any]) -> str:
    """Say how a file is written, as far as that was found out."""
    layout = {"csv": "CSV", "json": "JSON lines", "parquet": "Parquet", "xlsx": "XLSX"}
    said = [layout[written["layout"]]] if written else []
    if written.get("layout") == "csv":
        said += [f"cells parted by “{written['delimiter']}”".replace("\t", "tab")]
        said += [f"in {written['encoding']}"]
    return ", ".join(said)


def _formats(formats: Mapping[str, str]) -> str:
    at, zone, mark = formats.get("at", "iso"), formats.get("zone", "UTC"), formats.get("decimal")
    written = "as in ISO 8601" if at == "iso" else f"as {at}"
    return f"Moments are written {written}, in {zone}. The decimal mark is “{mark or '.'}”."

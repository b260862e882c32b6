"""Files that come in as they do in earnest, at one moment."""

from pathlib import Path

from customers.actions import work as ledger
from customers.actions.imports import hand_in
from customers.intake.mapping import Mapping
from customers.models import Import, Source
from tests.factories.customers import AT


def handed_in(
    source: Source,
    path: Path,
    mapping: Mapping | None = None,
    *,
    text: str | None = None,
    held: bool = False,
) -> Import:
    """Hand a file in, without a ring; with a text, written first."""
    if text is not None:
        path.write_text(text, encoding="utf-8")
    return hand_in(
        source=source,
        path=path,
        file_name=path.name,
        mapping=mapping,
        at=AT,
        by=None,
        ring_now=False,
        held=held,
    )


def brought(
    source: Source, path: Path, mapping: Mapping | None = None, *, text: str | None = None
) -> Import:
    """Hand a file in and see it through; fail, with the ledger's sentence, where it is refused."""
    file_import = handed_in(source, path, mapping, text=text)
    work = ledger.see_through(file_import.work_id, clock=lambda: AT)
    assert work.error == ""
    file_import.refresh_from_db()
    return file_import

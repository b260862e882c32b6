"""A thousand damaged files: each is taken, or refused in a sentence; none by halves."""

import gzip
import re
from pathlib import Path

import pytest
from pytest_django import Settings

from customers.actions import work as ledger
from customers.intake.mapping import MappingError
from customers.intake.streams import UnreadableFile
from customers.models import Event, Import, Source, Work
from tests import files
from tests.factories.customers import SourceFactory
from tests.factories.mutants import FORMATS, ROWS, mutants
from tests.integration.conftest import NOW

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("import_folder")]
COUNTS = {
    "comma": 215,
    "semicolon": 120,
    "tab": 100,
    "utf-16": 100,
    "json": 160,
    "gzip": 100,
    "json-gzip": 75,
    "parquet": 100,
    "xlsx": 30,
}
SENTENCE = re.compile(r"[^\n]{10,2000}\.")


def test_there_are_a_thousand() -> None:
    assert sum(COUNTS.values()) == 1_000
    assert COUNTS.keys() == FORMATS.keys()


def handed_in(source: Source, path: Path) -> Import | None:
    """Hand a file in; None where it was refused, in a sentence, and nothing of it was kept."""
    before = set(path.parent.glob("imports/*"))
    said = ""
    try:
        return files.handed_in(source, path)
    except (UnreadableFile, MappingError) as reason:
        said = str(reason)
    assert SENTENCE.fullmatch(said), said
    assert set(path.parent.glob("imports/*")) == before
    return None


@pytest.mark.parametrize("form", FORMATS)
def test_a_sound_file_of_each_format_goes_in_whole(form: str, tmp_path: Path) -> None:
    name, data = FORMATS[form]
    (tmp_path / name).write_bytes(data)

    file_import = handed_in(SourceFactory.create(), tmp_path / name)

    assert file_import is not None
    ledger.see_through(file_import.work_id, clock=lambda: NOW)
    assert Event.objects.count() == len(ROWS)


@pytest.mark.parametrize("form", FORMATS)
def test_a_damaged_file_is_taken_whole_or_refused_in_a_sentence(
    form: str, tmp_path: Path, settings: Settings
) -> None:
    settings.IMPORT_MAX_BYTES = 4 << 20
    source = SourceFactory.create()
    for number, (name, data) in enumerate(mutants(form, COUNTS[form], seed=4)):
        path = tmp_path / name
        path.write_bytes(data)
        file_import = handed_in(source, path)
        if file_import is None:
            continue
        events = Event.objects.count()

        work = ledger.see_through(file_import.work_id, clock=lambda: NOW)

        file_import.refresh_from_db()
        if work.state == Work.State.FAILED:
            assert SENTENCE.fullmatch(work.error), (number, work.error)
            assert Event.objects.count() == events
            assert file_import.read_count is None
        else:
            assert work.state == Work.State.DONE, number
            assert file_import.read_count is not None


def test_a_bomb_of_gzip_is_refused_without_being_unpacked(
    tmp_path: Path, settings: Settings
) -> None:
    settings.IMPORT_MAX_BYTES = 1 << 20
    path = tmp_path / "bomb.csv.gz"
    path.write_bytes(gzip.compress(b"event,at\n" + b"0" * (50 << 20)))

    with pytest.raises(UnreadableFile, match="holds more than 1,048,576 bytes when unpacked"):
        files.handed_in(SourceFactory.create(), path)

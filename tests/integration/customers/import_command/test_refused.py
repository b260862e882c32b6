"""What cannot be read or breaks off: one sentence, and nothing half done."""

import gzip
import shutil
from datetime import datetime
from errno import ENOSPC
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import OperationalError

from customers.actions import work as ledger
from customers.actions.imports import cancel
from customers.models import Event, Import, Record, StaleWeek, Work
from strategy.models import Role
from tests.factories.strategy import person
from tests.import_command import (
    HEADER,
    MAPPING,
    SOUND,
    imported,
    kept,
    rows_of_every_table,
    written,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("import_folder")]


UNREADABLE = {
    "empty": (b"", MAPPING, "empty"),
    "wrong column": (SOUND.replace("total", "sum").encode(), MAPPING, "total"),
    "no mapping": (SOUND.encode(), None, "carries a name of ours"),
    "mapping is not TOML": (SOUND.encode(), "kind = ", "mapping"),
    "unknown kind": (SOUND.encode(), MAPPING.replace('"events"', '"sales"'), "sales"),
    "unknown field": (SOUND.encode(), MAPPING.replace("amount =", "price ="), "price"),
    "required field": (SOUND.encode(), MAPPING.replace('at = "order_date"', ""), "at"),
    "broken gzip": (gzip.compress(SOUND.encode())[:-9], MAPPING, "gz"),
    "UTF-16": (SOUND.encode("utf-16-le"), MAPPING, "UTF-16"),
}


@pytest.mark.usefixtures("shop")
@pytest.mark.parametrize("fault", UNREADABLE)
def test_a_file_that_cannot_be_read_leaves_nothing(tmp_path: Path, fault: str) -> None:
    content, mapping, about = UNREADABLE[fault]
    name = "orders.csv.gz" if fault == "broken gzip" else "orders.csv"
    before = rows_of_every_table()

    code, _, sentence = imported(written(tmp_path, content, name=name), mapping=mapping)

    assert code == 2
    assert about.lower() in sentence.lower()
    assert_is_a_sentence(sentence)
    assert rows_of_every_table() == before
    assert kept(tmp_path) == []


def assert_is_a_sentence(text: str) -> None:
    assert text.endswith(".")
    assert "\n" not in text
    assert "Error" not in text
    assert "Traceback" not in text


@pytest.mark.usefixtures("shop")
def test_a_missing_file_and_a_folder_are_named(tmp_path: Path) -> None:
    for path in (tmp_path / "absent.csv", tmp_path, Path("/")):
        code, _, sentence = imported(path, mapping=None)

        assert code == 2
        assert path.name in sentence
        assert_is_a_sentence(sentence)


@pytest.mark.usefixtures("shop")
def test_a_file_that_is_still_being_written_is_not_half_taken(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = written(tmp_path, SOUND)

    def copy(path: Path, to: Path) -> None:
        to.write_bytes(path.read_bytes())
        path.write_text(f"{SOUND}3,C,sale,07/11/2026 10:00,1\n")

    monkeypatch.setattr(shutil, "copyfile", copy)
    code, _, sentence = imported(file)

    assert (code, sentence) == (
        2,
        "orders.csv changed while it was copied; import it once complete.",
    )
    assert kept(tmp_path) == []


@pytest.mark.usefixtures("shop")
@pytest.mark.parametrize(
    ("fault", "cause"),
    [
        (OSError(ENOSPC, "No space"), "the disk of IMPORT_FOLDER is full; make room there"),
        (OperationalError("the connection is lost"), "the database does not answer"),
    ],
)
def test_what_breaks_off_is_told_in_a_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fault: Exception, cause: str
) -> None:
    def broken(**_said: object) -> None:
        raise fault

    monkeypatch.setitem(ledger.HANDLERS, "import", broken)

    sentence = f"It broke off: {cause}. A worker begins it again."
    assert imported(written(tmp_path, SOUND)) == (1, None, sentence)


@pytest.mark.usefixtures("shop")
def test_what_somebody_cancels_meanwhile_is_told_in_a_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def taken(work_id: int, *, at: datetime) -> None:
        cancel(file_import=Import.objects.get(work=work_id), by=person(Role.ANALYST), at=at)

    monkeypatch.setattr(ledger, "take", taken)

    assert imported(written(tmp_path, SOUND)) == (2, None, "It was cancelled.")


@pytest.mark.usefixtures("shop")
def test_an_unknown_source_hears_which_there_are(tmp_path: Path) -> None:
    code, _, sentence = imported(written(tmp_path, SOUND), source="web-shup")

    assert (code, sentence) == (
        2,
        "There is no source “web-shup”; the sources are: web-shop.",
    )


@pytest.mark.usefixtures("shop")
@pytest.mark.parametrize("content", [None, b"\xff\xfe\x00"])
def test_a_mapping_that_cannot_be_read(tmp_path: Path, content: bytes | None) -> None:
    mapping = tmp_path / "mapping.toml"
    if content is not None:
        mapping.write_bytes(content)

    with pytest.raises(CommandError, match="mapping") as error:
        call_command("import", "web-shop", written(tmp_path, SOUND), "--mapping", mapping)

    assert error.value.returncode == 2
    assert_is_a_sentence(str(error.value))


@pytest.mark.usefixtures("shop")
def test_a_fault_in_the_middle_undoes_the_beginning(tmp_path: Path) -> None:
    rows = "".join(f"{n},A{n},sale,05/11/2026 10:00,1\n" for n in range(60_000))
    file = written(tmp_path, HEADER + rows + '9,"A,sale,05/11/2026 10:00,1\n')

    code, _, sentence = imported(file)

    assert code == 2
    assert_is_a_sentence(sentence)
    assert (Event.objects.count(), Record.objects.count(), StaleWeek.objects.count()) == (0, 0, 0)
    assert Import.objects.get().loaded_at is None
    work = Work.objects.get()
    assert (work.kind, work.state, work.error) == ("import", "failed", sentence)

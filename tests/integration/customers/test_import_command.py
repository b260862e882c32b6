"""`import SOURCE FILE --wait --json`: its keys, its exit codes, its sentences."""

import csv
import gzip
import json
import shutil
from datetime import datetime
from errno import ENOSPC
from io import StringIO
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from django.apps import apps
from django.core.management import CommandError, call_command
from django.db import OperationalError, connection
from django.utils import timezone
from xlsxwriter import Workbook

from customers.actions import work as ledger
from customers.actions.imports import cancel, hand_in
from customers.actions.kinds import KINDS
from customers.intake.mapping import parse
from customers.models import Event, Import, Record, Source, StaleWeek, Work
from strategy.models import Role
from tests.factories.customers import SourceFactory
from tests.factories.strategy import person

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("import_folder")]

KEYS = [
    "import",
    "read",
    "accepted",
    "changed",
    "unchanged",
    "rejected",
    "dropped",
    "errors",
    "seconds",
]
MAPPING = """
kind = "events"
[columns]
external_id = "customer_id"
event_id = "id"
at = "order_date"
amount = "total"
event = "what"
[constants]
currency = "GBP"
[values.event]
"sale" = "order"
"test" = ""
[formats]
at = "%d/%m/%Y %H:%M"
zone = "Europe/London"
"""
HEADER = "id,customer_id,what,order_date,total\n"
SOUND = HEADER + "1,A,sale,05/11/2026 10:00,12.50\n2,B,sale,06/11/2026 11:30,8\n"


@pytest.fixture
def shop() -> Source:
    return SourceFactory.create(key="web-shop")


def imported(file: Path, *, source: str = "web-shop", mapping: str | None = MAPPING) -> Any:
    """Run the command as a shell would; return (exit code, its JSON, its sentence)."""
    options: list[Any] = [source, file, "--wait", "--json"]
    if mapping is not None:
        path = file.parent / "mapping.toml"
        path.write_text(mapping, encoding="utf-8")
        options += ["--mapping", path]
    out = StringIO()
    try:
        call_command("import", *options, stdout=out)
    except CommandError as error:
        assert out.getvalue() == ""
        return error.returncode, None, str(error)
    except SystemExit as end:
        return end.code, json.loads(out.getvalue()), ""
    return 0, json.loads(out.getvalue()), ""


def rows_of_every_table() -> dict[str, int]:
    return {
        model._meta.db_table: model._default_manager.count()
        for model in apps.get_models()
        if model._meta.managed
    }


def written(folder: Path, content: str | bytes, name: str = "orders.csv") -> Path:
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def kept(folder: Path) -> list[Path]:
    """Return every file that is kept of what was handed in."""
    return [path for path in (folder / "imports").rglob("*") if path.is_file()]


def test_a_sound_file(shop: Source, tmp_path: Path) -> None:
    code, outcome, _ = imported(written(tmp_path, SOUND))

    assert code == 0
    assert list(outcome) == KEYS
    assert outcome | {"seconds": 0} == {
        "import": Import.objects.get(source=shop).pk,
        "read": 2,
        "accepted": 2,
        "changed": 2,
        "unchanged": 0,
        "rejected": 0,
        "dropped": 0,
        "errors": None,
        "seconds": 0,
    }
    assert outcome["seconds"] > 0


@pytest.mark.usefixtures("shop")
def test_rejected_rows_are_told_in_a_file(tmp_path: Path) -> None:
    text = (
        SOUND
        + "3,A,test,07/11/2026 10:00,1\n"
        + "4,A,sale,yesterday,1\n"
        + "5,A,sale,07/11/2026 10:00,much\n"
    )

    code, outcome, _ = imported(written(tmp_path, text))

    assert code == 3
    assert (outcome["read"], outcome["accepted"], outcome["rejected"], outcome["dropped"]) == (
        5,
        2,
        2,
        1,
    )
    assert outcome["changed"] + outcome["unchanged"] == outcome["accepted"]
    with Path(outcome["errors"]).open(encoding="utf-8-sig", newline="") as file:
        told = [(row["row"], row["column"], row["value"]) for row in csv.DictReader(file)]
    assert told == [("4", "order_date", "yesterday"), ("5", "total", "much")]
    assert set(Event.objects.values_list("event_id", flat=True)) == {"1", "2"}


@pytest.mark.usefixtures("shop")
@pytest.mark.parametrize("layout", ["parquet", "xlsx"])
def test_rejected_rows_come_back_in_the_format_of_their_file(tmp_path: Path, layout: str) -> None:
    lines = [line.split(",") for line in f"{SOUND}3,A,sale,never,1\n".splitlines()]
    file = tmp_path / f"orders.{layout}"
    if layout == "parquet":
        columns = [list(cells) for cells in zip(*lines[1:], strict=True)]
        pq.write_table(pa.table(columns, lines[0]), file)
    else:
        with Workbook(file) as book:
            sheet = book.add_worksheet()
            for row, cells in enumerate(lines):
                sheet.write_row(row, 0, cells)

    code, outcome, _ = imported(file)
    again, told, _ = imported(Path(outcome["errors"]))

    assert (code, outcome["rejected"], again, told["read"], told["rejected"]) == (3, 1, 3, 1, 1)
    assert Path(told["errors"]).suffix == f".{layout}"


@pytest.mark.usefixtures("shop")
def test_a_broken_byte_costs_its_row_only(tmp_path: Path) -> None:
    file = written(tmp_path, SOUND.encode() + b"3,\xffA,sale,07/11/2026 10:00,1\n")

    code, outcome, _ = imported(file)

    assert (code, outcome["read"], outcome["accepted"], outcome["rejected"]) == (3, 3, 2, 1)
    assert Path(outcome["errors"]).read_text(encoding="utf-8-sig").splitlines()[1].startswith("3,")


@pytest.mark.usefixtures("shop")
@pytest.mark.parametrize("name", ["errors-1.csv", "errors-.csv", "file", "mapping.csv"])
def test_any_file_name_will_do(tmp_path: Path, name: str) -> None:
    code, outcome, _ = imported(written(tmp_path, SOUND + "3,A,sale,?,1\n", name=name))

    assert (code, outcome["accepted"], outcome["rejected"]) == (3, 2, 1)
    assert Import.objects.get().file_name == name


@pytest.mark.parametrize("name", ["日本" * 60 + ".csv", "caf\udce9.csv", "a/b.csv"])
def test_a_name_that_no_file_can_have_here_is_kept_as_far_as_it_can(
    shop: Source, tmp_path: Path, name: str
) -> None:
    """Other systems count letters where ours counts bytes."""
    kept = hand_in(
        source=shop,
        path=written(tmp_path, SOUND),
        file_name=name,
        mapping=parse(MAPPING, {kind: known.kind for kind, known in KINDS.items()}),
        at=timezone.now(),
        by=None,
        ring_now=False,
    )

    assert Path(kept.path).read_text() == SOUND
    assert kept.file_name.endswith(".csv")


@pytest.mark.usefixtures("shop")
def test_the_same_file_twice_changes_nothing(tmp_path: Path) -> None:
    imported(written(tmp_path, SOUND))
    StaleWeek.objects.all().delete()
    before = rows_of_every_table()

    code, outcome, _ = imported(written(tmp_path, SOUND, name="again.csv"))

    assert code == 0
    assert (outcome["read"], outcome["accepted"], outcome["changed"], outcome["unchanged"]) == (
        2,
        2,
        0,
        2,
    )
    more = {"customers_import": 1, "customers_work": 1, "strategy_auditentry": 1}
    assert rows_of_every_table() == {
        name: count + more.get(name, 0) for name, count in before.items()
    }


@pytest.mark.usefixtures("shop")
def test_an_overlapping_file_adds_what_is_new(tmp_path: Path) -> None:
    imported(written(tmp_path, SOUND))

    _, outcome, _ = imported(written(tmp_path, SOUND + "3,C,sale,07/11/2026 10:00,1\n"))

    assert (outcome["changed"], outcome["unchanged"]) == (1, 2)
    assert Event.objects.count() == 3


@pytest.mark.usefixtures("shop")
def test_the_same_bytes_under_another_mapping_are_read_anew(tmp_path: Path) -> None:
    imported(written(tmp_path, SOUND))

    _, outcome, _ = imported(
        written(tmp_path, SOUND), mapping=MAPPING.replace('"id"', '["id", "what"]')
    )

    assert outcome["changed"] == 2


@pytest.mark.usefixtures("shop")
def test_a_file_with_rejected_rows_is_told_again(tmp_path: Path) -> None:
    file = written(tmp_path, SOUND + "3,A,sale,?,1\n")
    _, first, _ = imported(file)

    code, second, _ = imported(file)

    assert (code, second["changed"], second["rejected"]) == (3, 0, 1)
    assert second["errors"] != first["errors"]
    assert Path(second["errors"]).exists()


@pytest.mark.usefixtures("shop")
def test_without_a_mapping_our_own_names_are_expected(tmp_path: Path) -> None:
    text = "event,event_id,external_id,at\nvisit,v1,A,2026-11-05T10:00:00Z\n"
    file = written(tmp_path, gzip.compress(text.encode()), name="visits.csv.gz")

    code, outcome, _ = imported(file, mapping=None)

    assert (code, outcome["changed"]) == (0, 1)


@pytest.mark.usefixtures("shop")
def test_a_header_alone_is_no_row(tmp_path: Path) -> None:
    code, outcome, _ = imported(written(tmp_path, HEADER))

    assert (code, outcome["read"], outcome["accepted"]) == (0, 0, 0)


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


@pytest.mark.usefixtures("shop")
def test_without_waiting_the_file_is_handed_in(tmp_path: Path) -> None:
    out = StringIO()
    file = written(tmp_path, "event,external_id,at\nvisit,A,2026-11-05T10:00:00Z\n")

    call_command("import", "web-shop", file, "--json", stdout=out)

    handed_in = Import.objects.get()
    assert json.loads(out.getvalue()) == {"import": handed_in.pk}
    assert handed_in.work.state == Work.State.WAITING
    assert handed_in.loaded_at is None
    assert [path.name for path in kept(tmp_path)] == ["orders.csv"]


@pytest.mark.usefixtures("shop")
def test_people_read_a_sentence(tmp_path: Path) -> None:
    out = StringIO()
    text = "event,external_id,at\nvisit,A,2026-11-05T10:00:00Z\n"

    call_command("import", "web-shop", written(tmp_path, text), "--wait", stdout=out)

    assert out.getvalue() == "1 of 1 rows taken, 1 new or changed.\n"


@pytest.mark.usefixtures("shop")
def test_no_temporary_table_is_left(tmp_path: Path) -> None:
    imported(written(tmp_path, SOUND))

    with connection.cursor() as cursor:
        cursor.execute("SELECT relname FROM pg_class WHERE relpersistence = 't' AND relkind = 'r'")
        assert cursor.fetchall() == []


@pytest.mark.usefixtures("shop")
def test_a_preset_is_named_or_recognised(tmp_path: Path) -> None:
    header = "id,requester_id,ticket_form_id,via_channel,created_at,status,type\n"
    file = written(tmp_path, header + "1,C1,,email,2026-11-02 10:00,open,incident\n")
    out = StringIO()

    call_command("import", "web-shop", file, "--wait", "--preset", "zendesk-tickets", stdout=out)

    assert "1 of 1 rows taken, 1 new or changed." in out.getvalue()
    assert imported(file, mapping=None)[1]["unchanged"] == 1
    assert Event.objects.values_list("kind", flat=True).get() == "service_case"


@pytest.mark.usefixtures("shop")
def test_a_preset_and_a_mapping_are_one_too_many(tmp_path: Path) -> None:
    file = written(tmp_path, SOUND)

    with pytest.raises(CommandError, match="Both --mapping and --preset are given; keep one"):
        call_command("import", "web-shop", file, "--preset", "x", "--mapping", file)

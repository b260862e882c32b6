"""What a file brings in, what it has to leave, and what the command prints of both."""

import csv
import gzip
import json
from io import StringIO
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone
from xlsxwriter import Workbook

from customers.actions.imports import hand_in
from customers.actions.kinds import KINDS
from customers.intake.mapping import parse
from customers.models import Event, Import, Source, Work
from tests.import_command import (
    HEADER,
    KEYS,
    MAPPING,
    SOUND,
    imported,
    kept,
    written,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("import_folder")]


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
def test_without_a_mapping_our_own_names_are_expected(tmp_path: Path) -> None:
    text = "event,event_id,external_id,at\nvisit,v1,A,2026-11-05T10:00:00Z\n"
    file = written(tmp_path, gzip.compress(text.encode()), name="visits.csv.gz")

    code, outcome, _ = imported(file, mapping=None)

    assert (code, outcome["changed"]) == (0, 1)


@pytest.mark.usefixtures("shop")
def test_a_header_alone_is_no_row(tmp_path: Path) -> None:
    code, outcome, _ = imported(written(tmp_path, HEADER))

    assert (code, outcome["read"], outcome["accepted"]) == (0, 0, 0)


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

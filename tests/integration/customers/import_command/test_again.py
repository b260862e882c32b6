"""The same rows once more: nothing is changed twice."""

from pathlib import Path

import pytest

from customers.models import Event, StaleWeek
from tests.import_command import MAPPING, SOUND, imported, rows_of_every_table, written

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("import_folder")]


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

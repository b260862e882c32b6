"""The import folder: turns of one source, and nothing kept for longer than it is needed."""

import os
from datetime import timedelta
from itertools import repeat
from pathlib import Path

import pytest
from pytest_django import DjangoCaptureOnCommitCallbacks, Settings

from customers.actions import kept_files
from customers.actions import work as ledger
from customers.actions.imports import cancel
from customers.actions.work import MAX_ATTEMPTS
from customers.models import Event, Import, Source, Work
from strategy.models import Role
from tests import files
from tests.factories.customers import SourceFactory
from tests.factories.strategy import person
from tests.integration.conftest import NOW

pytestmark = pytest.mark.django_db
ROWS = "event,event_id,external_id,at,amount\n"


@pytest.fixture
def shop() -> Source:
    return SourceFactory.create(key="shop")


def handed_in(source: Source, folder: Path, amount: int = 5) -> Import:
    text = f"{ROWS}order,E1,A,2026-11-05,{amount}\norder,E2,A,never,1\n"
    return files.handed_in(source, folder / "orders.csv", text=text)


def kept(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.rglob("*") if path.is_file())


def aged(folder: Path, age: timedelta) -> None:
    for path in folder.rglob("*"):
        if path.is_file():
            os.utime(path, times=((NOW - age).timestamp(),) * 2)


@pytest.mark.usefixtures("import_folder")
def test_nobody_else_on_the_machine_reads_what_is_kept(shop: Source, tmp_path: Path) -> None:
    folder = Path(handed_in(shop, tmp_path).path).parent.parent

    assert folder.stat().st_mode & 0o777 == 0o700


def test_a_later_file_waits_for_one_that_somebody_has(
    shop: Source, import_folder: Path, tmp_path: Path
) -> None:
    assert not import_folder.exists()
    first, later = handed_in(shop, tmp_path, 5), handed_in(shop, tmp_path, 6)
    lease = ledger.take(first.work_id, at=NOW)
    assert lease is not None

    assert ledger.run(later.work_id, clock=lambda: NOW) is False

    work = Work.objects.get(pk=later.work_id)
    assert (work.attempts, work.step) == (0, "Waiting for another file of its source")
    assert not Event.objects.exists()
    Work.objects.filter(pk=first.work_id).update(lease_until=NOW - timedelta(seconds=1))
    soon = NOW + timedelta(seconds=5)
    assert ledger.run(first.work_id, clock=lambda: soon) is True
    assert ledger.run(later.work_id, clock=lambda: soon) is True
    assert Event.objects.get().amount == 6


@pytest.mark.usefixtures("import_folder")
def test_the_same_file_is_decided_when_its_turn_has_come(shop: Source, tmp_path: Path) -> None:
    """Five, six, five again: begun before the six was in, the second five takes its word back."""
    for amount, minutes in ((5, 1), (6, 3), (5, 2), (6, 4)):
        moments = repeat(NOW + timedelta(minutes=minutes))
        assert ledger.run(handed_in(shop, tmp_path, amount).work_id, clock=moments.__next__)

    assert Event.objects.get().amount == 6


def test_a_file_that_is_given_up_leaves_no_copy(
    shop: Source,
    import_folder: Path,
    tmp_path: Path,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    file_import = handed_in(shop, tmp_path)
    assert kept(import_folder) == ["orders.csv"]
    Work.objects.filter(pk=file_import.work_id).update(attempts=MAX_ATTEMPTS)

    with django_capture_on_commit_callbacks(execute=True):
        assert ledger.take(file_import.work_id, at=NOW) is None

    assert kept(import_folder) == []


@pytest.mark.usefixtures("import_folder")
@pytest.mark.parametrize("ending", ["killed", "cancelled", "given up"])
def test_a_load_that_breaks_off_leaves_no_error_file(
    shop: Source,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
    ending: str,
) -> None:
    """Its rows are people's, and no import names it: an erasure would not find it."""
    file_import = handed_in(shop, tmp_path)
    folder = Path(file_import.path).parent.parent
    left = folder / f"errors-{file_import.pk}.csv"
    work = Work.objects.filter(pk=file_import.work_id)

    def broken(_progress: object) -> None:
        assert left.exists()
        raise RuntimeError

    with monkeypatch.context() as patch:
        patch.setattr(ledger.Progress, "check", broken)
        with pytest.raises(RuntimeError):
            ledger.run(file_import.work_id, clock=lambda: NOW)
    assert not left.exists()
    left.touch()  # as a process leaves it that is killed

    with django_capture_on_commit_callbacks(execute=True):
        if ending == "killed":
            aged(folder.parent, timedelta(hours=2))
            assert kept_files.tidy(at=NOW) == 0
            work.update(state=Work.State.CANCELLED, ended_at=NOW, lease_until=None)
            assert kept_files.tidy(at=NOW) == 2
        elif ending == "cancelled":
            assert cancel(file_import=file_import, by=person(Role.ANALYST), at=NOW)
        else:
            later = NOW + timedelta(hours=1)
            work.update(attempts=MAX_ATTEMPTS)
            assert ledger.take(file_import.work_id, at=later) is None

    assert kept(folder.parent) == []


def test_error_files_are_kept_for_their_days_and_copies_while_they_are_awaited(
    shop: Source, import_folder: Path, tmp_path: Path, settings: Settings
) -> None:
    done, waiting = handed_in(shop, tmp_path), handed_in(shop, tmp_path)
    ledger.run(done.work_id, clock=lambda: NOW)
    assert len(kept(import_folder)) == 3
    aged(import_folder, timedelta(days=80))

    assert kept_files.tidy(at=NOW) == 1
    assert kept(import_folder) == [f"errors-{done.pk}.csv", "orders.csv"]
    settings.IMPORT_ERRORS_KEEP_DAYS = 70
    assert kept_files.tidy(at=NOW) == 1
    assert [str(path) for path in import_folder.rglob("*.csv")] == [waiting.path]

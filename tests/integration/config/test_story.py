"""The demo retailer: told whole by the same import that people use, or not at all."""

from datetime import timedelta
from io import StringIO
from pathlib import Path
from unittest import mock

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from campaigns.models import Assignment, Initiative
from config.demo import company, story, truth
from config.management.commands import demo
from customers.models import Event, Import, Record, StaleWeek, Work
from reports.models import Reading, Result
from strategy.models import Department, Goal, Person, Sheet

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("import_folder")]
PASSWORD = "correct horse battery"


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> str:
    """Load the demo of 600 customers by its command; return what that printed."""
    monkeypatch.setenv("DEMO_PASSWORD", PASSWORD)
    monkeypatch.setattr(demo, "CUSTOMERS", {"small": 600})
    out = StringIO()
    call_command("demo", hillstrom=tmp_path / "absent", stdout=out)
    return out.getvalue()


def test_it_is_told_whole(told: str) -> None:
    today = timezone.localdate()

    assert Sheet.objects.filter(published_at__isnull=False).count() == 2
    assert Goal.objects.count() == len(company.GOALS)
    assert set(Initiative.objects.values_list("key", flat=True)) == {
        one.key for one in (*truth.INITIATIVES, *truth.CHOSEN)
    }
    assert Record.objects.count() > 600
    assert Event.objects.count() > 5_000
    assert Assignment.objects.exists()
    assert not Import.objects.exclude(rejected_count=0).exists()
    assert not Work.objects.exclude(kind="mail").exclude(state="done").exists()
    assert not Work.objects.filter(kind="mail", state="waiting").exists()  # nobody is written to
    judged = Result.objects.values_list("initiative__key", flat=True)
    told_of = (*truth.INITIATIVES, *truth.CHOSEN)
    assert set(judged) == {one.key for one in told_of if one.starts < 0}
    assert Result.objects.get(initiative__key=truth.PAINT_DESK.key).observed["rows"]
    assert not StaleWeek.objects.exists()
    weeks = Reading.objects.filter(span="week", department=None, measure__key="visit_rate")
    assert weeks.count() >= 104
    newest = weeks.order_by("-ends_on")[0]
    assert timedelta(0) <= newest.ends_on - today <= timedelta(days=7)
    assert not Event.objects.filter(at__gt=timezone.now()).exists()
    assert Person.objects.get(email=company.EXECUTIVE).check_password(PASSWORD)
    assert PASSWORD in told
    assert "0 refused" in told

    with pytest.raises(CommandError, match="There is a company here already"):
        call_command("demo")
    call_command("demo", once=True, stdout=StringIO())
    assert Department.objects.count() == len(company.DEPARTMENTS)


def test_broken_off_it_leaves_nothing(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("DEMO_PASSWORD", PASSWORD)
    monkeypatch.setattr(demo, "CUSTOMERS", {"small": 30})

    with (
        mock.patch("config.demo.story.totals", side_effect=KeyboardInterrupt),
        pytest.raises(KeyboardInterrupt),
    ):
        call_command("demo", hillstrom=tmp_path / "absent", stdout=StringIO())

    assert not story.is_told()
    assert not any(
        model.objects.exists() for model in (Department, Sheet, Import, Work, Record, Event)
    )

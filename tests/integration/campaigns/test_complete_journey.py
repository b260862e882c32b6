"""A real retailer's calendar comes in by the project's own imports; its clashes come out again."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.test import Client
from django.utils import timezone

from campaigns.actions import overlaps
from campaigns.models import Assignment, Initiative
from customers.actions import work as ledger
from customers.actions.imports import hand_in
from customers.actions.kinds import KINDS
from customers.intake.mapping import parse
from customers.models import Import
from strategy.models import Role
from tests.factories.campaigns import AT, DepartmentFactory, GoalFactory
from tests.factories.customers import SourceFactory
from tests.factories.strategy import person, published_sheet
from tests.programs import program

PROJECT = Path(__file__).parents[3]
JOURNEY = PROJECT.parent / "shared/data/complete_journey"
BEFORE = datetime(2016, 11, 1, 9, tzinfo=UTC)
"""When all of its campaigns are ahead."""

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.real_data,
    pytest.mark.skipif(not JOURNEY.exists(), reason="Complete Journey is not beside the project"),
]


def brought(path: Path, mapping: str) -> Import:
    """Bring a file in by a mapping of the manual."""
    kinds = {name: registered.kind for name, registered in KINDS.items()}
    imported = hand_in(
        source=SourceFactory.create(department=DepartmentFactory.create()),
        path=path,
        file_name=path.name,
        mapping=parse((PROJECT / "docs" / mapping).read_text(encoding="utf-8"), kinds),
        at=AT,
        by=None,
        ring_now=False,
    )
    assert ledger.see_through(imported.work_id, clock=lambda: AT).error == ""
    imported.refresh_from_db()
    return imported


def with_days(folder: Path) -> Path:
    """Return the file of households with each campaign's first day, as the mapping wants it."""
    import duckdb  # noqa: PLC0415  only here

    file = folder / "campaigns.csv"
    campaigns = duckdb.read_parquet(str(JOURNEY / "campaigns.parquet"))
    described = duckdb.read_parquet(str(JOURNEY / "campaign_descriptions.parquet"))
    joined = campaigns.join(described, "campaign_id")
    joined.project("campaign_id, household_id, start_date").write_csv(str(file))
    return file


@pytest.mark.usefixtures("import_folder")
def test_the_campaign_calendar_of_complete_journey(
    client: Client, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    published_sheet(at=BEFORE, contact_gap_hours=0)
    person(Role.HEAD, DepartmentFactory.create())
    GoalFactory.create(key="baskets")

    calendar = brought(
        JOURNEY / "campaign_descriptions.parquet", "complete-journey-initiatives.toml"
    )
    households = brought(with_days(tmp_path), "complete-journey-assignments.toml")
    monkeypatch.setattr(timezone, "now", lambda: BEFORE)
    overlaps.count_overlaps(at=BEFORE)

    assert (calendar.changed_count, calendar.rejected_count) == (27, 0)
    assert (households.changed_count, households.rejected_count) == (6_589, 0)
    assert (Initiative.objects.count(), Assignment.objects.count()) == (27, 6_589)

    client.force_login(person(Role.ASSOCIATE))
    page = client.get("/reports/clashes/").content.decode()
    assert "875 of 1,559 customers are in at least two initiatives at once." in page
    assert "<dd>2,986<small>Customers in common" in page
    assert "<dd>6,589</dd>" in page

    told = program(Role.MEMBER).get("/api/v1/clashes").json()
    assert told["counted"] == {
        "at": "2016-11-01T09:00:00Z",
        "customers": 1_559,
        "memberships": 6_589,
        "at_once": 875,
        "double": 2_986,
    }
    assert len(told["planned"]) == 56

"""Events go when their time is over; what was read of them stays."""

from datetime import UTC, datetime

import pytest
from django.test import Client

from customers.actions import retention
from customers.actions import work as ledger
from customers.models import Event, Retention, StaleWeek
from reports.actions.refresh import refresh
from reports.models import Reading
from strategy.models import AuditEntry, Role
from strategy.queries.history import FieldChange, changes
from tests.factories.customers import EventFactory, RecordFactory
from tests.factories.strategy import person
from tests.integration.conftest import NOW

pytestmark = pytest.mark.django_db

OLD = datetime(2026, 8, 5, 12, tzinfo=UTC)
EDGE = datetime(2026, 8, 22, 23, tzinfo=UTC)  # midnight of 23 August in London


class Quiet:
    step = ""


def retain() -> dict[str, int]:
    work_id = retention.give_nightly(at=NOW)
    assert work_id is not None
    work = ledger.see_through(work_id, clock=lambda: NOW)
    assert work.error == ""
    return dict(work.outcome)


def test_events_past_their_time_go_and_no_others(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retention, "BATCH", 2)
    record = RecordFactory.create()
    for at in (OLD, OLD, OLD, EDGE, NOW):
        EventFactory.create(record=record, kind="view", at=at)
    EventFactory.create(record=record, at=OLD)
    Retention.objects.create(event_kind="view", keep_months=3)

    assert retain() == {"view": 3}
    assert retain() == {}

    assert list(Event.objects.order_by("at").values_list("kind", "at")) == [
        ("order", OLD), ("view", EDGE), ("view", NOW),
    ]  # fmt: skip
    assert set(StaleWeek.objects.values_list("because", flat=True)) == {"age"}  # no reading moves
    assert (
        "Deleted 3 events of kind view" in AuditEntry.objects.get(act="retention.delete").sentence
    )


def test_who_said_how_long_is_known() -> None:
    """What a shorter time deletes in the night is gone for good."""
    client = Client()
    client.force_login(person(Role.ADMIN, name="Sam Field", is_staff=True))
    place = "/admin/customers/retention/"

    client.post(f"{place}add/", {"event_kind": "view", "keep_months": 12})
    rule = Retention.objects.get()
    client.post(f"{place}{rule.pk}/change/", {"event_kind": "view", "keep_months": 3})

    latest, _ = changes(rule)
    assert (latest.by, latest.fields) == ("Sam Field", [FieldChange("Keep months", "12", "3")])
    assert "Sam Field" in client.get(f"{place}{rule.pk}/history/").text


def test_without_a_rule_nothing_is_given() -> None:
    assert retention.give_nightly(at=NOW) is None


def test_what_is_more_than_one_piece_is_given_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retention, "MOST", 2)
    monkeypatch.setattr(retention, "BATCH", 1)
    record = RecordFactory.create()
    for _ in range(3):
        EventFactory.create(record=record, kind="view", at=OLD)
    Retention.objects.create(event_kind="view", keep_months=3)

    assert retain() == {"view": 2}
    assert retain() == {"view": 1}


def values() -> dict[tuple[str, str], float | None]:
    found = Reading.objects.filter(span="week", department=None)
    return {(one.measure.key, one.starts_on.isoformat()): one.value for one in found}


def test_readings_of_weeks_that_are_no_longer_whole_stay() -> None:
    record = RecordFactory.create()
    EventFactory.create(record=record, kind="visit", at=OLD, amount=None)
    EventFactory.create(record=record, at=OLD)
    EventFactory.create(record=record, at=NOW)
    refresh(progress=Quiet(), at=NOW, everything=True)
    before = values()
    assert before
    Retention.objects.create(event_kind="visit", keep_months=3)
    retain()
    EventFactory.create(record=record, at=OLD, amount=980)

    outcome = refresh(progress=Quiet(), at=NOW, everything=True)

    after = values()
    changed = {place for place in before if before[place] != after.get(place)}
    assert outcome["kept"] == 1
    assert changed == {  # what looks at orders only
        (key, "2026-08-03")
        for key in ("average_order_value", "repeat_purchase_rate", "returning_customer_rate")
    }

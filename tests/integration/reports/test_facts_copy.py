"""The copy of the facts follows the tables: by week, by block of people, and after an erasure."""

import json
import os
import tempfile
from datetime import datetime, timedelta
from io import StringIO
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.conf import settings as in_force
from django.core.management import call_command
from django.db import connection
from django.utils import timezone
from pytest_django import Settings

from config.management.commands.doctor import facts as doctor_on_facts
from customers.actions.erasure import ask
from customers.actions.linking import link_everybody
from customers.actions.work import WorkRefusedError
from customers.models import Event, Identifier, Rate, StaleWeek
from reports.actions import facts
from reports.facts.columns import EVENTS, EVENTS_BY_WEEK
from reports.facts.delta import at_version
from reports.facts.engines import Engine
from reports.models import FactsVersion, Reading
from reports.queries.copy import differences
from reports.queries.engine import NotCopiedError, newest_version, opened
from reports.tasks import forget
from tests.factories.copying import AT, FIRST_WEEK, WEEK, Shop, done, happens, make_shop, refreshed

pytestmark = pytest.mark.django_db


@pytest.fixture
def shop() -> Shop:
    return make_shop()


def copied(version: FactsVersion | None = None) -> list[dict[str, Any]]:
    """Return the events that a version of the copy holds."""
    with opened(version=version) as engine:
        rows: list[dict[str, Any]] = engine.execute(lambda f: f.events).to_pylist()
    return sorted(rows, key=lambda row: json.dumps(row, default=str))


def spills_to(engine: Engine) -> Path:
    """Ask the engine's DuckDB for its folder."""
    asked: Any = engine
    duck = asked._backend.con
    return Path(*duck.execute("SELECT current_setting('temp_directory')").fetchone())


def newest() -> FactsVersion:
    version = newest_version()
    assert version is not None
    return version


def files() -> set[str]:
    return {path.name for path in Path(in_force.FACTS_PATH).rglob("*.parquet")}


def read(key: str) -> Reading:
    return Reading.objects.get(
        measure__key=key, span="week", department=None, ends_on=FIRST_WEEK + WEEK
    )


def test_every_column_is_copied_as_it_is(shop: Shop) -> None:
    refreshed()

    (row,) = (
        one
        for one in copied()
        if one["order_id"] == '"1",\n' and one["week"] == FIRST_WEEK and one["unpriced_in"] == ""
    )
    assert list(row) == list(EVENTS)
    assert (row["day"], row["at"]) == (FIRST_WEEK, datetime(2026, 11, 2, 10))  # noqa: DTZ001  a day or a moment without a zone is what is compared
    assert (row["record_id"], row["source_id"]) == (shop.people[1].pk, shop.web.pk)
    assert (row["amount"], row["kind"], row["channel"]) == (1.15, "order", "web")
    assert (row["quantity"], row["score"], row["transactional"]) == (None, None, False)
    assert [one["amount"] for one in copied() if one["unpriced_in"] == "SEK"] == [None, None]
    assert len(copied()) == Event.objects.count()
    assert differences(newest()) == []


@pytest.mark.usefixtures("shop")
def test_what_does_not_fit_into_memory_lies_in_a_folder_that_goes_with_the_engine(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    refreshed()

    with opened() as engine:
        folder = spills_to(engine)
        assert list(tmp_path.glob("hymnsheet-facts-*")) == [folder]

    assert not folder.exists()


def test_what_a_killed_process_left_there_is_deleted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    left = tmp_path / "hymnsheet-facts-left"
    left.mkdir()
    os.utime(left, times=((AT - timedelta(hours=1)).timestamp(),) * 2)

    forget()

    assert not left.exists()


def test_a_stale_week_is_replaced_and_the_others_stay(shop: Shop) -> None:
    refreshed()
    before = newest()
    of_other_weeks = {name for name in _weeks(before) if "2026-11-02" not in name}
    happens("visit", shop.people[0], AT - timedelta(days=20))
    Event.objects.filter(kind="opt_out", at__date=FIRST_WEEK).delete()
    StaleWeek.objects.create(week_on=FIRST_WEEK)

    refreshed()

    after = newest()
    assert (after.events, after.people) == (before.events + 1, before.people)
    assert of_other_weeks <= set(_weeks(after))
    assert differences(after) == []
    assert len(copied(before)) == Event.objects.count()  # one came, one went: the old one is whole


def _weeks(version: FactsVersion) -> list[str]:
    return list(at_version(in_force.FACTS_PATH, EVENTS_BY_WEEK, version.events).file_uris())


def test_who_is_linked_anew_costs_no_event(shop: Shop) -> None:
    with connection.cursor() as cursor:
        link_everybody(cursor, at=AT, cause="test")
    refreshed()
    before = newest()
    for record in shop.people[2:4]:
        Identifier.objects.create(record=record, kind="email", digest=b"b" * 16)
    with connection.cursor() as cursor:
        link_everybody(cursor, at=AT, cause="test")

    done_again = refreshed()

    after = newest()
    assert (after.events, after.people) == (before.events, before.people + 1)
    assert done_again["weeks"] == 2
    assert read("visit_rate").denominator == 5  # seven records, two pairs of them linked


@pytest.mark.usefixtures("shop")
def test_what_is_past_its_time_goes_from_the_copy_and_stays_in_readings() -> None:
    refreshed()
    visits = read("visit_rate").numerator
    Event.objects.filter(kind="visit").delete()
    StaleWeek.objects.create(week_on=FIRST_WEEK, because=StaleWeek.Because.AGE)
    StaleWeek.objects.create(week_on=FIRST_WEEK + WEEK, because=StaleWeek.Because.AGE)

    assert refreshed()["weeks"] == 0

    assert differences(newest()) == []
    assert read("visit_rate").numerator == visits > 0


def test_a_new_rate_is_a_new_amount(shop: Shop) -> None:
    refreshed()
    for day in (FIRST_WEEK, FIRST_WEEK + WEEK):
        Rate.objects.create(source=shop.web, quoted_on=day, base="GBP", currency="SEK", rate="12.0")
        StaleWeek.objects.create(week_on=day)

    refreshed()

    assert [one["unpriced_in"] for one in copied() if one["unpriced_in"]] == []
    assert [one["amount"] for one in copied()].count(0.25) == 2


def test_after_an_erasure_no_file_holds_them(shop: Shop) -> None:
    refreshed()
    facts.freeze(reason="Board pack 1", at=AT)
    before = files()
    gone = shop.people[1]
    name = gone.customer.public_id
    ask(public_id=name, confirmation=str(name), by=None, at=AT, ring_now=False)

    done("erase")
    refreshed()
    done(facts.VACUUM)

    assert FactsVersion.objects.count() == 1
    assert gone.pk not in {row["record_id"] for row in copied()}
    assert not before & files()
    assert differences(newest()) == []


def test_a_frozen_version_stays_readable_until_it_is_let_go(shop: Shop) -> None:
    refreshed()
    frozen = facts.freeze(reason="Board pack 1", at=AT)
    rows = copied()
    hours = [AT + timedelta(hours=n) for n in (1, 2, 4)]
    for at in hours:
        happens("visit", shop.people[0], AT - timedelta(days=20))
        StaleWeek.objects.create(week_on=FIRST_WEEK)
        refreshed(at=at)
    later = hours[-1] + timedelta(hours=2)

    facts.vacuum(progress=SimpleNamespace(step=""), at=later)

    assert copied(frozen) == rows
    assert FactsVersion.objects.count() == 2
    held = files()
    facts.release(reason="Board pack 1")
    facts.vacuum(progress=SimpleNamespace(step=""), at=later)
    assert FactsVersion.objects.get() == newest()
    assert files() < held


def test_a_version_stays_for_an_hour_for_whoever_reads_it(shop: Shop) -> None:
    refreshed()
    first = newest()
    happens("visit", shop.people[0], AT - timedelta(days=20))
    StaleWeek.objects.create(week_on=FIRST_WEEK)
    refreshed(at=AT + timedelta(hours=3))

    facts.vacuum(progress=SimpleNamespace(step=""), at=AT + timedelta(hours=3, minutes=59))
    assert len(copied(first)) == Event.objects.count() - 1

    facts.vacuum(progress=SimpleNamespace(step=""), at=AT + timedelta(hours=4))
    assert FactsVersion.objects.get() == newest()


def test_a_copy_that_is_not_the_one_that_was_read_is_made_again(
    shop: Shop, settings: Settings, tmp_path: Path
) -> None:
    refreshed()
    settings.FACTS_PATH = str(tmp_path / "elsewhere")
    assert newest_version() is None
    with pytest.raises(NotCopiedError), opened():
        pass
    happens("visit", shop.people[0], AT - timedelta(days=20))
    StaleWeek.objects.create(week_on=FIRST_WEEK)

    refreshed()

    assert differences(newest()) == []


@pytest.mark.usefixtures("shop")
def test_the_check_names_the_week_and_doctor_says_what_to_do() -> None:
    assert doctor_on_facts(timezone.now()).startswith("Not copied yet: run")
    call_command("facts", "rebuild", stdout=(told := StringIO()))
    assert told.getvalue() == "Copied two weeks, version 0.0.\n"
    StaleWeek.objects.all().delete()
    assert doctor_on_facts(timezone.now()) == ""
    call_command("facts", "check", stdout=(well := StringIO()))
    Event.objects.filter(kind="visit", at__date=FIRST_WEEK).delete()

    with pytest.raises(SystemExit):
        call_command("facts", "check", "--json", stdout=(said := StringIO()))

    assert well.getvalue() == "The copy says what the tables say.\n"
    (week,) = json.loads(said.getvalue())["weeks"]
    assert (week["week_on"], week["copied_events"] - week["events"]) == ("2026-11-02", 8)
    assert "run `.venv/bin/python manage.py facts rebuild`" in doctor_on_facts(timezone.now())


def test_without_a_copy_postgresql_counts_the_same(shop: Shop, settings: Settings) -> None:
    refreshed()
    fields = ["measure", "department", "span", "ends_on", "numerator", "denominator", "value"]
    by_duckdb = sorted(Reading.objects.values_list(*fields), key=str)
    settings.FACTS_ENGINE = "postgres"

    refreshed(everything=True)

    assert sorted(Reading.objects.values_list(*fields), key=str) == by_duckdb
    assert not FactsVersion.objects.exists()
    done(facts.VACUUM)
    assert files() == set()
    with pytest.raises(WorkRefusedError, match="there is no copy"):
        facts.rebuild(progress=SimpleNamespace(step=""), at=AT)
    assert shop.test.pk

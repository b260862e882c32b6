"""What a refresh notes besides readings, what has it run, and the command."""

import json
from datetime import date, timedelta
from decimal import Decimal
from io import StringIO

import pytest
from django.core.management import call_command

from campaigns.models import Initiative
from customers.models import Event, Work
from reports.actions.refresh import freshen
from reports.models import Feed, Result
from tests.factories.campaigns import InitiativeFactory, plan
from tests.factories.copying import AT, WEEK, refreshed
from tests.factories.reports import judged
from tests.factories.two_sources import Shop, happens, stale

pytestmark = pytest.mark.django_db


def test_what_a_source_sends_is_noted(history: Shop) -> None:
    refreshed()

    assert set(Feed.objects.filter(source=history.desk).values_list("kind", flat=True)) == {
        "view",
        "visit",
        "order",
        "contact",
        "complaint",
    }


def test_the_newest_day_of_a_feed_stays_where_older_events_come(shop: Shop) -> None:
    happens("order", shop.ada, "2026-11-03T10:00")
    stale(date(2026, 11, 2))
    refreshed()
    happens("order", shop.ada, "2026-10-06T10:00")
    stale(date(2026, 10, 5))
    refreshed()

    assert Feed.objects.get(kind="order").newest_on == date(2026, 11, 3)


def test_the_newest_day_of_a_feed_goes_back_where_its_events_went(shop: Shop) -> None:
    days = ("2026-10-06", "2026-10-28", "2026-11-03", "2026-11-04")
    *_, tuesday, wednesday = (happens("order", shop.ada, f"{day}T10:00") for day in days)
    happens("visit", shop.ada, "2026-11-04T10:00")
    stale(date(2026, 10, 5), date(2026, 10, 26), date(2026, 11, 2))
    refreshed()

    def newest() -> dict[str, date]:
        return dict(Feed.objects.values_list("kind", "newest_on"))

    def without(event: Event, *weeks: date) -> dict[str, date]:
        event.delete()
        stale(*weeks)
        refreshed()
        return newest()

    visit_on = {"visit": date(2026, 11, 4)}
    assert newest() == visit_on | {"order": date(2026, 11, 4)}
    week = date(2026, 11, 2)
    assert without(wednesday, week) == visit_on | {"order": date(2026, 11, 3)}
    assert without(tuesday, week, date(2026, 10, 5)) == visit_on | {"order": date(2026, 10, 28)}
    Event.objects.filter(kind="order").delete()
    stale(date(2026, 10, 5), date(2026, 10, 26))
    refreshed()
    assert newest() == visit_on


def test_the_year_before_a_start_judges_anew_what_is_compared() -> None:
    compared, alone, ahead = (
        InitiativeFactory.create(
            status=status,
            starts_on=starts_on,
            holdout_share=share,
            no_holdout_reason="" if share else "Everybody gets it.",
            is_stale=False,
        )
        for status, starts_on, share in (
            ("live", date(2026, 11, 9), Decimal("0.1")),
            ("live", date(2026, 11, 9), Decimal(0)),
            ("agreed", date(2026, 11, 30), Decimal("0.1")),
        )
    )
    for one in (compared, alone, ahead):
        plan(one)
    Initiative.objects.update(is_stale=False)

    def judged_after(week: date) -> set[str]:
        Result.objects.all().delete()
        stale(week)
        refreshed()
        return set(Result.objects.values_list("initiative__key", flat=True))

    assert judged_after(date(2026, 11, 2)) == {compared.key}
    assert judged_after(date(2025, 11, 10)) == {compared.key}
    assert judged_after(date(2025, 10, 27)) == set()
    assert judged_after(date(2026, 11, 9)) == {compared.key, alone.key}


def test_what_is_over_is_judged_anew_while_days_are_missing() -> None:
    today = AT.date()
    whole, lacking = (
        judged("win", status="ended", starts_on=today - 5 * WEEK, ends_on=today - WEEK)
        for _ in range(2)
    )
    for one in (whole, lacking):
        plan(one)
    Result.objects.update(as_of=AT - WEEK)
    Result.objects.filter(initiative=lacking).update(ends_on=today - 2 * WEEK)
    Initiative.objects.update(is_stale=False)

    freshen(at=AT)

    assert set(Initiative.objects.filter(is_stale=True)) == {lacking}


@pytest.mark.usefixtures("history")
def test_the_command_and_its_keys() -> None:
    out, again, whole, words = StringIO(), StringIO(), StringIO(), StringIO()

    call_command("refresh", "--json", stdout=out)
    call_command("refresh", "--json", stdout=again)
    call_command("refresh", "--all", "--json", stdout=whole)
    call_command("refresh", stdout=words)

    told = [json.loads(one.getvalue()) for one in (out, again, whole)]
    assert [list(one) for one in told] == [["weeks", "measures", "initiatives", "seconds"]] * 3
    assert [one["weeks"] for one in told] == [4, 0, 4]
    assert words.getvalue().startswith("Refreshed 0 weeks of 0 measures and 0 initiatives in ")
    assert set(Work.objects.values_list("kind", "state")) == {("refresh", "done")}


def test_a_new_day_has_live_initiatives_judged_again() -> None:
    fields = {"starts_on": date(2026, 11, 9), "is_stale": False}
    for status in ("draft", "agreed", "live", "paused", "ended", "reviewed"):
        made = InitiativeFactory.create(key=status, status=status, **fields)
        if status != "draft":
            plan(made)
    yesterday = AT - timedelta(days=1)
    for one in Initiative.objects.all():
        Result.objects.create(
            initiative=one,
            verdict="unproven",
            grade="B",
            starts_on=one.starts_on,
            ends_on=one.ends_on,
            as_of=yesterday,
        )

    assert freshen(at=yesterday + timedelta(hours=1)) is None
    assert freshen(at=AT) == Work.objects.get(kind="refresh", once="all").pk

    due = Initiative.objects.filter(is_stale=True)
    assert set(due.values_list("key", flat=True)) == {"agreed", "live", "paused"}

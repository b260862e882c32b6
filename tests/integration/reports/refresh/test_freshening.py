"""What a refresh notes besides readings, what has it run, and the command."""

import json
from datetime import date, timedelta
from io import StringIO

import pytest
from django.core.management import call_command

from campaigns.models import Initiative
from customers.models import Work
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

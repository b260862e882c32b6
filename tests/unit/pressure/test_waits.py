"""Each limit of the contact policy alone, and the moment at which all of them are kept."""

from datetime import UTC, datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from campaigns.pressure.policy import ChannelLimit, Contact, Policy, Quiet
from campaigns.pressure.waits import Wait, allowed_from, pressure, waits

LONDON = ZoneInfo("Europe/London")
WEDNESDAY = datetime(2026, 11, 25, 12, tzinfo=UTC)
DAY, NO_REST = timedelta(days=1), timedelta()


def ago(*days: float, channel: str = "email") -> list[Contact]:
    return [Contact(WEDNESDAY - DAY * each, channel=channel) for each in days]


def test_a_channel_has_a_cap_of_its_own() -> None:
    policy = Policy(9, NO_REST, channels={"text": ChannelLimit(cap=1)})
    text = ago(2, channel="SMS")

    assert waits(text, policy, WEDNESDAY, "text") == [Wait("channel_cap", WEDNESDAY + 5 * DAY)]
    assert waits(text, policy, WEDNESDAY, "email") == []
    assert waits(text, policy, WEDNESDAY) == []


def test_a_household_has_a_cap_of_all_who_live_there() -> None:
    policy = Policy(9, NO_REST, household_cap=3)
    theirs = ago(5, 3, 1)

    assert waits(ago(1), policy, WEDNESDAY, home=theirs) == [
        Wait("household_cap", WEDNESDAY + 2 * DAY)
    ]
    assert waits(ago(1), policy, WEDNESDAY, home=theirs[1:]) == []
    assert waits(ago(1), policy, WEDNESDAY) == []
    assert pressure(ago(1), policy, WEDNESDAY, home=theirs).allowed_from == WEDNESDAY + 2 * DAY
    assert waits([], Policy(9, NO_REST, household_cap=0), WEDNESDAY) == [
        Wait("household_cap", None)
    ]


def test_a_heavy_channel_uses_the_cap_up_sooner() -> None:
    policy = Policy(3, NO_REST, channels={"call": ChannelLimit(weight=Decimal(2))})
    called = ago(6, channel="phone") + ago(1)

    stands = pressure(called, policy, WEDNESDAY)

    assert (stands.counted, stands.weight, stands.is_over) == (2, Decimal(3), False)
    assert stands.allowed_from == WEDNESDAY + DAY


def test_what_weighs_more_than_the_cap_is_never_allowed() -> None:
    policy = Policy(1, NO_REST, channels={"call": ChannelLimit(weight=Decimal(2))})

    assert waits([], policy, WEDNESDAY, "call") == [Wait("cap", None)]
    assert allowed_from([], policy, WEDNESDAY, "call") is None


def test_a_calendar_week_begins_on_monday_at_midnight_in_the_policys_zone() -> None:
    policy = Policy(9, NO_REST, calendar_cap=2, zone=LONDON)
    monday = datetime(2026, 11, 30, tzinfo=LONDON)

    assert waits(ago(2, 1), policy, WEDNESDAY) == [Wait("calendar_cap", monday)]
    assert waits(ago(3, 1), policy, WEDNESDAY) == []


@pytest.mark.parametrize(
    ("clock", "until"),
    [
        ("2026-11-25T20:59", None),
        ("2026-11-25T21:00", "2026-11-26T08:00"),
        ("2026-11-26T07:59", "2026-11-26T08:00"),
        ("2026-11-26T08:00", None),
        ("2026-10-25T01:30", "2026-10-25T08:00"),
    ],
)
def test_quiet_hours_run_over_midnight_by_the_clock_on_the_wall(
    clock: str, until: str | None
) -> None:
    policy = Policy(9, NO_REST, quiet=Quiet(time(21), time(8)), zone=LONDON)
    now = datetime.fromisoformat(clock).replace(tzinfo=LONDON)

    expected = datetime.fromisoformat(until).replace(tzinfo=LONDON) if until else None
    assert waits([], policy, now) == ([Wait("quiet_hours", expected)] if expected else [])


def test_quiet_hours_within_a_day() -> None:
    policy = Policy(9, NO_REST, quiet=Quiet(time(11), time(13)))

    assert allowed_from([], policy, WEDNESDAY) == WEDNESDAY + timedelta(hours=1)


def test_the_moment_allowed_keeps_every_limit_at_once() -> None:
    policy = Policy(2, DAY, calendar_cap=2, quiet=Quiet(time(11), time(13)), zone=UTC)

    first = allowed_from(ago(2, 1), policy, WEDNESDAY)

    assert first == datetime(2026, 11, 30, 13, tzinfo=UTC)
    assert {wait.limit for wait in waits(ago(2, 1), policy, WEDNESDAY)} == {
        "cap",
        "calendar_cap",
        "quiet_hours",
    }


def test_a_week_is_168_hours_when_clocks_change() -> None:
    sent = datetime(2026, 10, 24, 12, tzinfo=LONDON)
    now = datetime(2026, 10, 31, 11, 30, tzinfo=LONDON)

    assert pressure([Contact(sent)], Policy(3, DAY), now).counted == 0

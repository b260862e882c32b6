"""Contacts against the policy, and when the next is allowed."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from campaigns.pressure.policy import WINDOW, Contact, Policy, is_exempt
from campaigns.pressure.waits import Pressure, allowed_from, pressure

NOW = datetime(2026, 11, 23, 7, 40, tzinfo=UTC)
DAY = timedelta(days=1)
THREE = Policy(3, DAY)


def ago(*days: float) -> list[Contact]:
    return [Contact(NOW - DAY * each) for each in days]


def test_nobody_contacted_may_be_contacted_now() -> None:
    stands = pressure([], THREE, NOW)

    assert stands.is_allowed(NOW)
    assert stands == Pressure(0, 0, Decimal(0), 3, NOW)


def test_at_the_cap_the_next_is_allowed_when_the_first_of_three_is_a_week_old() -> None:
    stands = pressure(ago(6, 4, 2), THREE, NOW)

    assert (stands.counted, stands.allowed_from) == (3, NOW + DAY)
    assert not stands.is_allowed(NOW)
    assert not stands.is_over


def test_rest_is_kept_after_the_last_one() -> None:
    assert pressure(ago(0.25), THREE, NOW).allowed_from == NOW + DAY * 0.75


def test_over_the_cap_the_third_last_counts() -> None:
    stands = pressure(ago(5, 4, 3, 2), THREE, NOW)

    assert (stands.counted, stands.is_over, stands.allowed_from) == (4, True, NOW + 3 * DAY)


def test_a_contact_a_week_old_to_the_second_has_left_the_window() -> None:
    assert pressure(ago(7), THREE, NOW).counted == 0


def test_exempt_contacts_are_shown_and_not_counted() -> None:
    stands = pressure([Contact(NOW - DAY, is_exempt=True)], THREE, NOW)

    assert (stands.counted, stands.exempt, stands.allowed_from) == (0, 1, NOW)


def test_a_contact_that_a_fast_clock_dated_ahead_is_left_out() -> None:
    assert pressure(ago(-1), THREE, NOW) == Pressure(0, 0, Decimal(0), 3, NOW)


def test_a_policy_of_none_allows_none() -> None:
    assert pressure([], Policy(0, DAY), NOW).allowed_from is None
    assert not pressure([], Policy(0, DAY), NOW).is_allowed(NOW)


def test_what_the_sheet_exempts() -> None:
    words = ["service", "Recalls"]

    assert is_exempt(words, transactional=True, category="")
    assert is_exempt(words, transactional=False, category="recalls")
    assert not is_exempt(words, transactional=False, category="offers")


MINUTES = st.lists(st.integers(0, 20 * 24 * 60), max_size=12)
POLICIES = st.tuples(st.integers(1, 5), st.integers(0, 72)).map(
    lambda said: Policy(said[0], said[1] * DAY / 24)
)


def contacts(moments: list[datetime]) -> list[Contact]:
    return [Contact(at) for at in moments]


def keeps(counted: list[datetime], policy: Policy, at: datetime) -> bool:
    """Say, from its definition, whether one more contact at a moment keeps the policy."""
    rested = all(at - one >= policy.gap for one in counted)
    return rested and sum(at - WINDOW < one <= at for one in counted) < policy.cap


@given(MINUTES, POLICIES)
def test_the_moment_allowed_keeps_the_policy_and_none_before_does(
    minutes: list[int], policy: Policy
) -> None:
    counted = sorted(NOW - timedelta(minutes=each) for each in minutes)
    first = allowed_from(contacts(counted), policy, NOW)

    assert first is not None
    assert keeps(counted, policy, first)
    before = [NOW, *(one + policy.gap for one in counted), *(one + WINDOW for one in counted)]
    ticks = [each + timedelta(minutes=step) for each in before for step in (-1, 0, 1)]
    assert not any(keeps(counted, policy, at) for at in ticks if NOW <= at < first)


@given(MINUTES, POLICIES)
def test_one_more_contact_never_brings_the_next_nearer(minutes: list[int], policy: Policy) -> None:
    counted = sorted(NOW - timedelta(minutes=each) for each in minutes)
    later = allowed_from(contacts([*counted, NOW]), policy, NOW)
    first = allowed_from(contacts(counted), policy, NOW)

    assert first is not None
    assert later is not None
    assert later >= first

"""What stands in the way of one more contact, and until when."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Literal, NamedTuple

from campaigns.pressure.policy import WINDOW, Contact, Policy, Quiet
from strategy.language.channels import channel_word

type Limit = Literal["cap", "calendar_cap", "channel_cap", "household_cap", "gap", "quiet_hours"]


class Wait(NamedTuple):
    """A limit that forbids a contact now; `until` is when it allows one, None for never."""

    limit: Limit
    until: datetime | None


class Pressure(NamedTuple):
    """How a person stands at a moment.

    `counted` and `exempt` are contacts of the window that ends now, `weight` is what the counted
    ones weigh together, which is what `cap` limits. `allowed_from` is the first moment from now
    on at which one more contact keeps the policy; None where the policy allows none at all.
    """

    counted: int
    exempt: int
    weight: Decimal
    cap: int
    allowed_from: datetime | None

    @property
    def is_over(self) -> bool:
        """Whether more was sent than the policy allows."""
        return self.weight > self.cap

    def is_allowed(self, now: datetime) -> bool:
        """Whether one more contact keeps the policy at this moment."""
        return self.allowed_from is not None and self.allowed_from <= now


def pressure(
    contacts: Iterable[Contact],
    policy: Policy,
    now: datetime,
    channel: str = "",
    home: Sequence[Contact] | None = None,
) -> Pressure:
    """Return how a person with these contacts stands; those later than now are left out.

    `channel` is that of the next contact; "" is one that counts once and has no own cap. `home` is
    as `allowed_from` has it.
    """
    now = now.astimezone(UTC)  # in one zone a week is counted by the clock, not by hours
    past = [one for one in contacts if one.at <= now]
    recent = [one for one in past if one.at > now - WINDOW]
    counted = sorted(one for one in past if not one.is_exempt)
    return Pressure(
        counted=sum(not one.is_exempt for one in recent),
        exempt=sum(one.is_exempt for one in recent),
        weight=_weight((one for one in recent if not one.is_exempt), policy),
        cap=policy.cap,
        allowed_from=allowed_from(counted, policy, now, channel, home),
    )


def allowed_from(
    counted: Sequence[Contact],
    policy: Policy,
    now: datetime,
    channel: str = "",
    home: Sequence[Contact] | None = None,
) -> datetime | None:
    """Return the first moment from `now` on that keeps every limit after these contacts.

    `counted` are past contacts that count, oldest first; `home` those of all who live together,
    None where the person lives alone as far as is known.

    >>> noon = datetime(2026, 11, 23, 12)
    >>> allowed_from([Contact(noon)], Policy(3, timedelta(hours=24)), noon)
    datetime.datetime(2026, 11, 24, 12, 0)
    """
    moment = now
    while standing := waits(counted, policy, moment, channel, home):
        for wait in standing:
            if wait.until is None:
                return None
            moment = max(moment, wait.until)
    return moment


def waits(
    counted: Sequence[Contact],
    policy: Policy,
    now: datetime,
    channel: str = "",
    home: Sequence[Contact] | None = None,
) -> list[Wait]:
    """Return every limit that forbids one more contact now, each with when it alone allows one.

    `counted` and `home` are as `allowed_from` has them.
    """
    found = [*_limits(counted, policy, now, channel)]
    if policy.household_cap is not None:
        room = policy.household_cap - policy.limit_of(channel).weight
        together = counted if home is None else home
        found.append(Wait("household_cap", _room_from(together, policy, room, now)))
    return [wait for wait in found if _forbids(wait, now)]


def _forbids(wait: Wait, now: datetime) -> bool:
    return wait.until is None or wait.until > now


def _limits(
    counted: Sequence[Contact], policy: Policy, now: datetime, channel: str
) -> Iterator[Wait]:
    own = policy.limit_of(channel)
    yield Wait("cap", _room_from(counted, policy, policy.cap - own.weight, now))
    if own.cap is not None:
        word = channel_word(channel)
        same = [one for one in counted if channel_word(one.channel) == word]
        each = Policy(own.cap, policy.gap)
        yield Wait("channel_cap", _room_from(same, each, Decimal(own.cap - 1), now))
    if policy.calendar_cap is not None:
        room = policy.calendar_cap - own.weight
        yield Wait("calendar_cap", _week_with_room(counted, policy, room, now))
    if counted:
        yield Wait("gap", counted[-1].at + policy.gap)
    if policy.quiet:
        yield Wait("quiet_hours", _awake_from(policy.quiet, policy, now))


def _room_from(
    counted: Sequence[Contact], policy: Policy, room: Decimal, now: datetime
) -> datetime | None:
    """Return when what is left in the window weighs at most `room`, None for never."""
    if room < 0:
        return None
    for one in reversed(counted):
        room -= policy.limit_of(one.channel).weight
        if room < 0:
            return one.at + WINDOW
    return now


def _week_with_room(
    counted: Sequence[Contact], policy: Policy, room: Decimal, now: datetime
) -> datetime | None:
    if room < 0:
        return None
    monday = _monday(policy, now)
    if _weight((one for one in counted if one.at >= monday), policy) <= room:
        return now
    return _monday(policy, now, weeks=1)


def _monday(policy: Policy, now: datetime, *, weeks: int = 0) -> datetime:
    local = now.astimezone(policy.zone)
    day = local.date() + timedelta(days=7 * weeks - local.weekday())
    return datetime(day.year, day.month, day.day, tzinfo=policy.zone).astimezone(UTC)


def _awake_from(quiet: Quiet, policy: Policy, now: datetime) -> datetime:
    local = now.astimezone(policy.zone)
    clock, ends_on = local.time(), local.date()
    if quiet.starts < quiet.ends:
        is_quiet = quiet.starts <= clock < quiet.ends
    else:
        is_quiet = clock >= quiet.starts or clock < quiet.ends
        ends_on += timedelta(days=clock >= quiet.starts)
    if not is_quiet:
        return now
    end = datetime.combine(ends_on, quiet.ends.replace(fold=local.fold), tzinfo=policy.zone)
    return end.astimezone(UTC)


def _weight(contacts: Iterable[Contact], policy: Policy) -> Decimal:
    return sum((policy.limit_of(one.channel).weight for one in contacts), Decimal(0))

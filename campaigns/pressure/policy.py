"""The sheet's contact policy, asked about one person.

A window is the last seven times 24 hours, `(moment − 7 days, moment]`: a contact falls out of it
to the microsecond a week later, whatever clocks do in spring and autumn. All moments are aware.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import NamedTuple

WINDOW = timedelta(days=7)


class Policy(NamedTuple):
    """At most `cap` contacts in any window, and `gap` of rest between two."""

    cap: int
    gap: timedelta


class Contact(NamedTuple):
    """One contact that was delivered; an exempt one is shown and not counted."""

    at: datetime
    is_exempt: bool = False


class Pressure(NamedTuple):
    """How a person stands at a moment.

    `counted` and `exempt` are contacts of the window that ends now. `allowed_from` is the first
    moment from now on at which one more contact keeps the policy; None where the policy allows
    none at all.
    """

    counted: int
    exempt: int
    cap: int
    allowed_from: datetime | None

    @property
    def is_over(self) -> bool:
        """Whether more was sent than the policy allows."""
        return self.counted > self.cap

    def is_allowed(self, now: datetime) -> bool:
        """Whether one more contact keeps the policy at this moment."""
        return self.allowed_from is not None and self.allowed_from <= now


def is_exempt(policy_words: Iterable[str], *, transactional: bool, category: str) -> bool:
    """Return whether the policy counts such a contact.

    Contacts that serve what somebody asked for are exempt, and so are those of a category that
    the sheet names.
    """
    return transactional or category.casefold() in {word.casefold() for word in policy_words}


def pressure(contacts: Iterable[Contact], policy: Policy, now: datetime) -> Pressure:
    """Return how a person with these contacts stands; those later than now are left out."""
    past = [one for one in contacts if one.at <= now]
    recent = [one for one in past if one.at > now - WINDOW]
    counted = sorted(one.at for one in past if not one.is_exempt)
    return Pressure(
        counted=sum(not one.is_exempt for one in recent),
        exempt=sum(one.is_exempt for one in recent),
        cap=policy.cap,
        allowed_from=allowed_from(counted, policy, now),
    )


def allowed_from(counted: list[datetime], policy: Policy, now: datetime) -> datetime | None:
    """Return the first moment from `now` on that keeps gap and cap after these contacts.

    `counted` are past contacts that count, oldest first. The gap is kept from the last of them,
    and the cap from when the cap-th last of them has left the window.

    >>> noon = datetime(2026, 11, 23, 12)
    >>> allowed_from([noon], Policy(3, timedelta(hours=24)), noon)
    datetime.datetime(2026, 11, 24, 12, 0)
    """
    if policy.cap < 1:
        return None
    waits = [now]
    if counted:
        waits.append(counted[-1] + policy.gap)
    if len(counted) >= policy.cap:
        waits.append(counted[-policy.cap] + WINDOW)
    return max(waits)

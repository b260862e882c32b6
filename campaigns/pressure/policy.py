"""The sheet's contact policy, asked about one person.

The cap's window is the last seven times 24 hours, `(moment − 7 days, moment]`: a contact falls out
of it to the microsecond a week later, whatever clocks do in spring and autumn. A calendar week
begins on Monday at midnight in the policy's zone. All moments are aware.
"""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, time, timedelta, tzinfo
from decimal import Decimal
from types import MappingProxyType
from typing import NamedTuple

from strategy.language.channels import channel_word

WINDOW = timedelta(days=7)


class ChannelLimit(NamedTuple):
    """At most `cap` contacts through one channel in any window, and what each counts."""

    cap: int | None = None
    weight: Decimal = Decimal(1)


class Quiet(NamedTuple):
    """Hours of the day without contacts, `[starts, ends)`; over midnight where they end before."""

    starts: time
    ends: time


class Policy(NamedTuple):
    """At most `cap` in any window and `calendar_cap` in a calendar week, and `gap` of rest.

    `household_cap` is of all contacts of those who live together, in any window. Caps are of the
    sum of weights; a channel's own cap counts contacts. None is no limit.
    """

    cap: int
    gap: timedelta
    calendar_cap: int | None = None
    channels: Mapping[str, ChannelLimit] = MappingProxyType({})
    quiet: Quiet | None = None
    zone: tzinfo = UTC
    household_cap: int | None = None

    def limit_of(self, channel: str) -> ChannelLimit:
        """Return what the policy says of a channel, as a source or a person names it."""
        return self.channels.get(channel_word(channel), ORDINARY)


class Contact(NamedTuple):
    """One contact that was delivered; an exempt one is shown and not counted."""

    at: datetime
    is_exempt: bool = False
    channel: str = ""


ORDINARY = ChannelLimit()


def is_exempt(policy_words: Iterable[str], *, transactional: bool, category: str) -> bool:
    """Return whether the policy counts such a contact.

    Contacts that serve what somebody asked for are exempt, and so are those of a category that
    the sheet names.
    """
    return transactional or category.casefold() in {word.casefold() for word in policy_words}

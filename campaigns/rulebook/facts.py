"""What a rule may know about an initiative."""

from datetime import date
from typing import NamedTuple

from strategy.language.numbers import Number


class Facts(NamedTuple):
    """An initiative as its draft stands; texts may be empty, days may be missing.

    `notice` is what the customer will notice, `audience` who gets it, in words. `uses` holds
    keys of `kinds.KINDS`. `others` are the department's other initiatives that are agreed or run,
    `others_active` those of them that are active. `holdout_share` is in [0, 1]; 0 means none;
    `places` counts the stores or regions that somebody chose. The window is
    `[starts_on, ends_before)`.
    """

    name: str = ""
    notice: str = ""
    audience: str = ""
    uses: frozenset[str] = frozenset()
    channel: str = ""
    mode: str = ""
    purpose: str = ""
    others: int = 0
    others_active: int = 0
    holdout_share: Number = 0
    places: int = 0
    no_holdout_reason: str = ""
    success_measure: str = ""
    guardrail_count: int = 0
    starts_on: date | None = None
    ends_before: date | None = None

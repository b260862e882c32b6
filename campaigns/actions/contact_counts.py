"""Counting what was really sent: for pages, in the background, since it reads every contact."""

from datetime import datetime, timedelta
from typing import Any, NamedTuple

from django.utils import timezone

from campaigns.models import ContactCount
from campaigns.queries.clashes import PEOPLE_NAMED, met_within, pair_key
from campaigns.queries.spread import spread
from customers.actions import work as ledger
from customers.actions.work import Progress
from customers.models import Work
from strategy.queries.serving import contact_rules

KIND = "contacts"
AGAIN_AFTER = timedelta(minutes=10)
"""How old a count may be before whoever looks has it counted again."""


class Asked(NamedTuple):
    """The newest count, None before the first; `is_counting` says whether one of today comes."""

    found: ContactCount | None
    is_counting: bool


def ask(*, at: datetime) -> Asked:
    """Return the newest count by the sheet in force, and have it counted again where it is old.

    At most five queries. Without a sheet there is nothing to count.
    """
    rules = contact_rules()
    if rules is None:
        return Asked(None, is_counting=False)
    found = ContactCount.objects.filter(sheet=rules.version).defer("people").first()
    last = Work.objects.filter(kind=KIND).order_by("-pk").first()
    is_under_way = last is not None and not last.is_over
    is_of_today = found is not None and found.ends_on == timezone.localdate(at)
    is_old = found is None or not is_of_today or found.at < at - AGAIN_AFTER
    has_failed = (
        last is not None and last.state == Work.State.FAILED and last.created_at > at - AGAIN_AFTER
    )
    if is_old and not is_under_way and not has_failed:
        ledger.give(kind=KIND, arguments={}, at=at, once="")
        is_under_way = True
    return Asked(found, is_counting=is_under_way and not is_of_today)


def give_nightly(*, at: datetime) -> None:
    """Have the contacts counted again, so that the morning's first page need not wait."""
    ledger.give(kind=KIND, arguments={}, at=at, once="")


def count_contacts(*, progress: Progress, at: datetime, **_later: Any) -> dict[str, Any]:
    """Count the contacts of the four weeks before today; the work of kind "contacts"."""
    rules = contact_rules()
    if rules is None:
        return {"pairs": 0}
    ends_on = timezone.localdate(at)
    progress.step = "Looking who was contacted twice within the rest"
    met = met_within(ends_on, rules.gap_hours)
    progress.check()
    progress.step = "Adding up each customer’s contacts"
    said = spread(rules, ends_on).to_json()
    ContactCount.objects.update_or_create(
        pk=1,
        defaults={
            "at": at,
            "ends_on": ends_on,
            "sheet": rules.version,
            "met": [[one, other, len(people)] for (one, other), people in met.items()],
            "people": {
                pair_key(*pair): people[:PEOPLE_NAMED].tolist() for pair, people in met.items()
            },
            "spread": said,
        },
    )
    return {"pairs": len(met)}

"""Counting what became of an initiative's arms: in the background, since it reads every place."""

from datetime import datetime, timedelta
from typing import Any, NamedTuple

from django.db.models import Max

from campaigns.models import Assignment, Delivery, Draw, Initiative, SentCount
from campaigns.queries.deliveries import count_sent
from customers.actions import work as ledger
from customers.models import Work

KIND = "sent"
AGAIN_AFTER = timedelta(minutes=10)
"""How old a count may be before whoever looks has it counted again."""


class Asked(NamedTuple):
    """The newest count, None before the first.

    `is_anybody_treated` says whether there is anybody to count; `is_counting` whether a first
    count comes, or one that knows of a draw or a delivery that the newest does not know of.
    """

    found: SentCount | None
    is_anybody_treated: bool
    is_counting: bool


def ask(*, initiative: Initiative, at: datetime) -> Asked:
    """Return the newest count, and have it counted again where it is old. At most six queries."""
    treated = Assignment.objects.filter(initiative=initiative, arm=Assignment.Arm.TREATED)
    if not treated.exists():
        return Asked(None, is_anybody_treated=False, is_counting=False)
    found = SentCount.objects.filter(initiative=initiative).first()
    last = Work.objects.filter(kind=KIND, once=str(initiative.pk)).order_by("-pk").first()
    is_under_way = last is not None and not last.is_over
    has_failed = (
        last is not None and last.state == Work.State.FAILED and last.created_at > at - AGAIN_AFTER
    )
    is_behind = found is None or found.at < _changed_at(initiative)
    is_old = found is None or is_behind or found.at < at - AGAIN_AFTER
    if is_old and not is_under_way and not has_failed:
        arguments = {"initiative": initiative.pk}
        ledger.give(kind=KIND, arguments=arguments, at=at, once=str(initiative.pk))
        is_under_way = True
    return Asked(found, is_anybody_treated=True, is_counting=is_under_way and is_behind)


def count(*, initiative: int, at: datetime, **_later: Any) -> dict[str, Any]:
    """Count an initiative's arms, and who of them was reached; the work of kind "sent"."""
    of = Initiative.objects.get(pk=initiative)
    found = count_sent(of)
    SentCount.objects.update_or_create(initiative=of, defaults={"at": at, **found._asdict()})
    return {"treated": found.treated, "sent": found.sent}


def _changed_at(initiative: Initiative) -> datetime:
    """Return when people of an initiative were last drawn or handed over, else its beginning."""
    drawn_at = Draw.objects.filter(initiative=initiative).aggregate(at=Max("drawn_at"))["at"]
    made_at = Delivery.objects.filter(initiative=initiative).aggregate(at=Max("made_at"))["at"]
    return max(filter(None, [drawn_at, made_at]), default=initiative.created_at)

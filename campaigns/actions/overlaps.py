"""Counting how many customers initiatives have in common, as who is in them changes."""

from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import Q, QuerySet
from django.utils import timezone

from campaigns.clashes.rules import meet
from campaigns.clashes.sets import common, in_any, sets_of
from campaigns.models import ChangedMembers, Overlap, OverlapCount
from campaigns.queries.clashes import not_over, sides_of
from campaigns.queries.members import members_of
from customers.actions import work

KIND = "overlaps"
OVERLAPS_LOCK = 7_412_006
"""The advisory lock that lets one transaction count overlaps at a time."""


def compare(*, at: datetime) -> None:
    """Have overlaps counted where the people of an initiative changed."""
    if ChangedMembers.objects.exists():
        work.give(kind=KIND, arguments={}, at=at, once="")


def give_nightly(*, at: datetime) -> None:
    """Have all overlaps counted again, and added up."""
    work.give(kind=KIND, arguments={"everything": True}, at=at, once="everything")


def count_overlaps(*, at: datetime, everything: bool = False, **_progress: Any) -> dict[str, Any]:
    """Count the overlaps of initiatives whose people changed with all that are not over.

    With `everything`, and the first time, those of all, and add up who is in two at once. Run
    again it changes nothing.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [OVERLAPS_LOCK])
    seen = list(ChangedMembers.objects.values_list("pk", "initiative_id"))
    everything = everything or not OverlapCount.objects.exists()
    current = set(not_over(timezone.localdate(at)).values_list("pk", flat=True))
    changed = current if everything else current & {initiative for _, initiative in seen}
    pairs = _write_pairs(current, changed, at, everything=everything) if changed else 0
    ChangedMembers.objects.filter(pk__in=[pk for pk, _ in seen]).delete()
    return {"initiatives": len(changed), "pairs": pairs}


def _write_pairs(current: set[int], changed: set[int], at: datetime, *, everything: bool) -> int:
    today = timezone.localdate(at)
    members = members_of(current, on=today, shared_with=None if everything else changed)
    sets = sets_of(members)
    found = common(sets, changed)
    _pairs_of(changed).delete()
    Overlap.objects.bulk_create(
        [
            Overlap(first_id=first, second_id=second, customers=customers)
            for (first, second), customers in found.items()
        ],
        batch_size=5_000,
    )
    if everything:
        sides = {side.pk: side for side in sides_of(not_over(today))}
        at_once = {
            (one, other): customers
            for (one, other), customers in found.items()
            if meet(sides[one], sides[other])
        }
        OverlapCount.objects.create(
            at=at,
            memberships=sets.memberships,
            customers=sets.size,
            at_once=in_any(sets, at_once),
            double=sum(at_once.values()),
        )
    return len(found)


def _pairs_of(changed: set[int]) -> QuerySet[Overlap]:
    return Overlap.objects.filter(Q(first__in=changed) | Q(second__in=changed))

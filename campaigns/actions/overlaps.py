"""Counting how many customers initiatives have in common, as who is in them changes."""

from datetime import date, datetime
from typing import Any

from django.db import connection
from django.db.backends.utils import CursorWrapper
from django.db.models import Q
from django.utils import timezone

from campaigns.clashes.rules import meet
from campaigns.clashes.sets import Pair, Sets, common, in_any, people, size, words_of
from campaigns.models import ChangedMembers, Overlap, OverlapCount, Reach
from campaigns.queries.clashes import not_over, sides_of
from campaigns.queries.members import kept_sets, members_of
from customers.actions import work
from customers.actions.work import NotNowError, Progress

KIND = "overlaps"
OVERLAPS_LOCK = 7_412_006
"""The advisory lock that lets one count, or one erasure, write sets at a time."""


def compare(*, at: datetime) -> None:
    """Have overlaps counted where the people of an initiative changed."""
    if ChangedMembers.objects.exists():
        work.give(kind=KIND, arguments={}, at=at, once="")


def give_nightly(*, at: datetime) -> None:
    """Have all overlaps counted again, and added up."""
    work.give(kind=KIND, arguments={"everything": True}, at=at, once="everything")


def count_overlaps(
    *, at: datetime, progress: Progress | None = None, everything: bool = False, **_later: Any
) -> dict[str, Any]:
    """Count the overlaps of initiatives whose people changed with all that are not over.

    With `everything`, and the first time, those of all, and add up who is in two at once. Run
    again it changes nothing.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [OVERLAPS_LOCK])
    seen = list(ChangedMembers.objects.values_list("pk", "initiative_id"))
    everything = everything or not OverlapCount.objects.exists()
    today = timezone.localdate(at)
    current = set(not_over(today).values_list("pk", flat=True))
    changed = current if everything else current & {initiative for _, initiative in seen}
    if progress:
        progress.step = "Looking who is in them"
    if changed:
        _keep_sets(changed, today)
    Reach.objects.exclude(pk__in=current).delete()
    pairs = _write_pairs(kept_sets(current), changed) if changed else {}
    if everything:
        _add_up(kept_sets(current), pairs, at)
    ChangedMembers.objects.filter(pk__in=[pk for pk, _ in seen]).delete()
    return {"initiatives": len(changed), "pairs": len(pairs)}


def follow_forgotten(cursor: CursorWrapper) -> None:
    """Blank the places of those who are forgotten, by the table `forgotten`, in every set.

    Raises NotNowError while overlaps are counted: that keeps whom it found before.
    """
    cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [OVERLAPS_LOCK])
    if not cursor.fetchone()[0]:
        raise NotNowError("Waiting for overlaps to be counted")
    cursor.execute("SELECT record_id FROM forgotten")
    for (customer_id,) in cursor.fetchall():
        cursor.execute(
            """
            UPDATE campaigns_reach SET bits = set_bit(bits, %(place)s, 0)
            WHERE octet_length(bits) * 8 > %(place)s
            """,
            {"place": customer_id},
        )


def _keep_sets(changed: set[int], today: date) -> None:
    members = members_of(changed, on=today)
    Reach.objects.filter(pk__in=changed).delete()
    Reach.objects.bulk_create(
        Reach(initiative_id=pk, bits=words_of(customers).tobytes())
        for pk, customers in members.items()
    )


def _write_pairs(sets: Sets, changed: set[int]) -> dict[Pair, int]:
    found = common(sets, changed)
    Overlap.objects.filter(Q(first__in=changed) | Q(second__in=changed)).delete()
    Overlap.objects.bulk_create(
        [
            Overlap(first_id=first, second_id=second, customers=customers)
            for (first, second), customers in found.items()
        ],
        batch_size=5_000,
    )
    return found


def _add_up(sets: Sets, pairs: dict[Pair, int], at: datetime) -> None:
    """Write down what the overlaps of all that are not over come to."""
    sides = {side.pk: side for side in sides_of(not_over(timezone.localdate(at)))}
    at_once = {
        (one, other): customers
        for (one, other), customers in pairs.items()
        if meet(sides[one], sides[other])
    }
    OverlapCount.objects.create(
        at=at,
        memberships=size(sets.words),
        customers=people(sets),
        at_once=in_any(sets, at_once),
        double=sum(at_once.values()),
    )

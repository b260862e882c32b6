"""Recording a claim, and setting beside it what the data say."""

import math
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

import numpy as np
from django.db import transaction
from django.utils import timezone

from campaigns.models import Initiative
from customers.actions import work as ledger
from reports.audit.claims import audit_claim
from reports.audit.kept import finding_to_json
from reports.audit.windows import YEAR, Windows, all_windows
from reports.evidence.plan import Direction
from reports.evidence.sums import NotComputableError
from reports.models import Claim, ClaimAnswer, ClaimFile
from reports.observed.placebo import Placebo, placebo_in_time
from reports.queries.daily import Daily, daily
from reports.queries.definitions import definition
from reports.queries.facts import first_event_on
from reports.queries.freshness import complete_until
from strategy.actions import audit
from strategy.language.dates import span
from strategy.language.numbers import signed_percent
from strategy.models import Department, Measure, Person
from strategy.permissions import check_can_record_claim

KIND = "answer_claim"
REACH = 175
"""Days after a start that some window still uses: begun 84 days late, 91 days long."""

BASE_DAYS = {Claim.Baseline.MONTH: 28, Claim.Baseline.QUARTER: 91}


class ImpossibleUpliftError(Exception):
    """Nothing can rise by this, or fall by more than all of itself."""


class EmptyWindowError(Exception):
    """The window has no day."""


class SourceMissingError(Exception):
    """Nobody is named who says it."""


class Attached(NamedTuple):
    """A file that a claim was read from."""

    name: str
    content: bytes


@transaction.atomic
def record_claim(
    *,
    uplift: float,
    measure: Measure,
    starts_on: date,
    ends_on: date,
    source: str,
    by: Person,
    at: datetime,
    department: Department | None = None,
    initiative: Initiative | None = None,
    baseline: str = Claim.Baseline.PREVIOUS,
    note: str = "",
    file: Attached | None = None,
) -> Claim:
    """Record an uplift as it is stated, and have it held against the data.

    Args:
        uplift: relative, 0.29 for +29%; −0.2 for 20% less, which is a gain where less is better.
        measure: of what.
        starts_on, ends_on: the window [starts_on, ends_on) as stated.
        source: who says it, and where.
        by, at: who records it, and when.
        department, initiative: whose it is said to be; both may be unknown.
        baseline: what the window is said to be compared with.
        note: anything else.
        file: what it was read from.

    Raises:
        NotAllowed: `by` has no role here.
        ImpossibleUpliftError, EmptyWindowError, SourceMissingError: as they say.

    """
    check_can_record_claim(by)
    if not math.isfinite(uplift) or uplift < -1:
        raise ImpossibleUpliftError("An uplift is a share, such as 0.29, and not below −1.")
    if ends_on <= starts_on:
        raise EmptyWindowError("The last day lies before the first.")
    if not source.strip():
        raise SourceMissingError("Say who states it, and where.")
    claim = Claim.objects.create(
        uplift=uplift,
        measure=measure,
        department=department,
        initiative=initiative,
        starts_on=starts_on,
        ends_on=ends_on,
        baseline=baseline,
        source=source.strip(),
        note=note,
        recorded_by=by,
        recorded_at=at,
    )
    if file is not None:
        ClaimFile.objects.create(claim=claim, name=file.name, content=file.content)
    said = f"{signed_percent(uplift)} {measure.name}, {span(starts_on, ends_on)}"
    audit.record(
        act="claim.record", subject=claim, sentence=f"Recorded a claim: {said}.", by=by, at=at
    )
    give_answer(claim, at=at)
    return claim


def give_answer(claim: Claim, *, at: datetime) -> int:
    """Have a claim held against the data; return the work's id."""
    return ledger.give(kind=KIND, arguments={"claim_id": claim.pk}, at=at, once=str(claim.pk))


def give_open(*, at: datetime) -> int:
    """Have the claims answered anew whose windows still gain days; return how many.

    One gains days until `REACH` days after its start; its last answer comes the night after.
    """
    since = timezone.localdate(at) - timedelta(days=REACH + 1)
    due = Claim.objects.filter(starts_on__gte=since)
    for claim in due:
        give_answer(claim, at=at)
    return len(due)


def answer_claim(*, claim_id: int, at: datetime, **_later: Any) -> dict[str, Any]:
    """Work out what the data say of a claim: the work of kind "answer_claim".

    Windows begin at the initiative's first day, or at the claim's own where it names none. With a
    department, its own or its initiative's, all others are compared with by placebo in time.
    """
    of = Claim.objects.select_related("measure", "department", "initiative__department")
    claim = of.get(pk=claim_id)
    gaps: list[str] = []
    series = _series(claim, others=False, gaps=gaps)
    windows = _windows(claim, series, gaps)
    placebo = _placebo(claim, series, gaps)
    better = Direction(claim.measure.better)
    found = audit_claim(claim.uplift, better=better, windows=windows, placebo=placebo)
    ClaimAnswer.objects.update_or_create(
        claim=claim,
        defaults={
            "grade": found.grade,
            "sentence": found.sentence,
            "recomputed": _recomputed(claim, series),
            "median": found.median,
            "convenience": found.convenience,
            "window_count": 0 if windows is None else len(windows.uplift),
            "findings": [finding_to_json(one) for one in found.findings],
            "gaps": gaps,
            "as_of": at,
        },
    )
    return {"claim": claim.pk, "grade": found.grade}


def _series(claim: Claim, *, others: bool, gaps: list[str]) -> Daily | None:
    """Return the days that any window or baseline of the claim may use, as far as they are in.

    In are those up to the newest event of the source that is furthest behind, of those that feed
    its measure.
    """
    first, began = first_event_on(), _began_on(claim)
    if first is None:
        gaps.append("No events are in yet.")
        return None
    until = complete_until([claim.measure], since=began)
    if until is None:
        gaps.append("No source sends the events that it counts.")
        return None
    starts_on = max(first, began - timedelta(days=YEAR))
    ends_on = min(until, max(claim.ends_on, began + timedelta(days=REACH)))
    if ends_on <= began:
        gaps.append("No events are in from its window yet.")
        return None
    department = _department(claim)
    try:
        return daily(
            definition(claim.measure),
            starts_on=starts_on,
            ends_on=ends_on,
            department_id=department.pk if department else None,
            others=others,
        )
    except NotComputableError as reason:
        gaps.append(str(reason))
        return None


def _began_on(claim: Claim) -> date:
    if claim.initiative is None:
        return claim.starts_on
    return min(claim.initiative.starts_on, claim.starts_on)


def _department(claim: Claim) -> Department | None:
    if claim.department is None and claim.initiative is not None:
        return claim.initiative.department
    return claim.department


def _windows(claim: Claim, series: Daily | None, gaps: list[str]) -> Windows | None:
    if series is None:
        return None
    try:
        return all_windows(np.array(series.values), (_began_on(claim) - series.starts_on).days)
    except NotComputableError as reason:
        gaps.append(f"Other windows: {reason}")
        return None


def _placebo(claim: Claim, series: Daily | None, gaps: list[str]) -> Placebo | None:
    """Compare with all other departments, at the window's time and at earlier ones."""
    if series is None:
        return None
    if _department(claim) is None:
        gaps.append("Nobody stands beside it: it speaks of the whole company.")
        return None
    beside = _series(claim, others=True, gaps=gaps)
    if beside is None:
        return None
    try:
        return placebo_in_time(
            np.array(series.values),
            np.array(beside.values),
            start=(claim.starts_on - series.starts_on).days,
            days=claim.days,
            baseline_days=BASE_DAYS.get(Claim.Baseline(claim.baseline), claim.days),
        )
    except NotComputableError as reason:
        gaps.append(f"Against other departments: {reason}")
        return None


def _recomputed(claim: Claim, series: Daily | None) -> float | None:
    """Return the figure as stated, mean day against mean day; None where days are not in."""
    if series is None:
        return None
    start = (claim.starts_on - series.starts_on).days
    length = BASE_DAYS.get(Claim.Baseline(claim.baseline), claim.days)
    is_year = claim.baseline == Claim.Baseline.YEAR
    first = start - YEAR if is_year else start - length
    window = series.values[start : start + claim.days]
    base = series.values[first : first + length] if first >= 0 else []
    if len(window) < claim.days or sum(base) <= 0:
        return None
    return math.fsum(window) / len(window) / (math.fsum(base) / len(base)) - 1

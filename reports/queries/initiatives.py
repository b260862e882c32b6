"""What is working? Initiatives with their results, one row each."""

from datetime import date, datetime
from typing import Any, Literal, NamedTuple

from django.db.models import Count, Max, OuterRef, Prefetch, QuerySet, Subquery
from django.utils import timezone

from campaigns.models import OVER, Decision, Initiative
from reports.drawing.forest import Axis, Bar, Change, axis, bar
from reports.models import Check, Outcome, Result, RetestResult
from reports.queries.freshness import SourceRow, lacking
from reports.queries.lasted import lasted, results_of
from reports.queries.outcomes import (
    EXPLAIN_FIRST,
    change_text,
    guardrail_names,
    guardrail_summary,
    relative_of,
)
from strategy.language.answers import VerdictCounts
from strategy.language.life import no_number
from strategy.language.numbers import number
from strategy.language.words import plural

PROVEN = {"A", "B"}
"""Grades of evidence on which a win counts as proven."""

ORDER = ["win", "hollow", "harm", "unproven", "hold", "none"]
BIGGEST: dict[str, Literal["wins", "weaker", "lost", "hollow", "harm", "unproven"]] = {
    "win": "wins",
    "weaker": "weaker",
    "lost": "lost",
    "hollow": "hollow",
    "harm": "harm",
    "unproven": "unproven",
}


class InitiativeRow(NamedTuple):
    """One initiative and what came of it.

    `change` is the relative change of its success measure, `change_text` the same in words (or
    the absolute difference where no percentage exists); both are empty without a measurement,
    and `why` then says why. `basis` is how many customers, or other units of the test, over how
    many days. On hold there is no
    number either: the data must be explained first.
    `guard_is` and `guard_word` sum its guardrails up; `harmed` and `unsafe` name the bad ones.
    `over_on` is the day it ended on, or is planned to.
    `verdict_word` is how its verdict reads after its retests, and `is_lost` that one of them has
    taken a win back. `decided` is the verdict that the newest decision answers, "" before the
    first. `stale` says why its numbers may lack events, "" where they do not.
    """

    pk: int
    name: str
    department_key: str
    department: str
    owner: str
    kind: str
    mode: str
    status: str
    status_word: str
    starts_on: date
    ends_on: date
    over_on: date
    goals: tuple[str, ...]
    measure: str
    change: Change | None
    change_text: str
    why: str
    basis: str
    guard_is: str
    guard_word: str
    harmed: tuple[str, ...]
    unsafe: tuple[str, ...]
    failed_checks: tuple[str, ...]
    verdict: str
    verdict_word: str
    is_lost: bool
    grade: str
    decided: str
    stale: str

    @property
    def counts_as(self) -> str:
        """Its verdict as far as it may stand: a win that is lost or of weak evidence is none."""
        if self.verdict != "win":
            return self.verdict
        if self.is_lost:
            return "lost"
        return "win" if self.grade in PROVEN else "weaker"

    @property
    def is_open(self) -> bool:
        """Whether it is planned or live."""
        return self.status not in OVER


class ForestRow(NamedTuple):
    """A row with its place on the axis that all rows share."""

    initiative: InitiativeRow
    bar: Bar | None


class Forest(NamedTuple):
    """Rows in the order of their verdicts, the best known first."""

    axis: Axis
    rows: list[ForestRow]


def initiative_rows(
    initiatives: QuerySet[Initiative], sources: list[SourceRow]
) -> list[InitiativeRow]:
    """Return the initiatives with their results. Five queries, however many there are."""
    outcomes = Prefetch("result__outcomes", Outcome.objects.select_related("measure"))
    failed = Prefetch("result__checks", Check.objects.filter(status=Check.Status.BREACH))
    loaded = initiatives.select_related("department", "owner", "success_measure", "result__plan")
    decisions = Decision.objects.filter(initiative=OuterRef("pk"))
    loaded = loaded.annotate(decided=Subquery(decisions.values("verdict")[:1]))
    found = list(loaded.prefetch_related(outcomes, failed, "goals"))
    retests = results_of(each.pk for each in found)
    return [_row(each, retests.get(each.pk, []), sources) for each in found]


def status_counts() -> dict[str, int]:
    """Return how many initiatives stand at each status that any has. One query."""
    return dict(Initiative.objects.order_by().values_list("status").annotate(Count("pk")))


def judged_at() -> datetime | None:
    """Return when a result was last worked out, None before the first. One query."""
    newest: datetime | None = Result.objects.aggregate(at=Max("as_of"))["at"]
    return newest


def forest(rows: list[InitiativeRow]) -> Forest:
    """Return the rows on one axis, by verdict and then by size. No query."""
    shared = axis([row.change for row in rows if row.change])
    ordered = sorted(
        rows,
        key=lambda row: (
            ORDER.index(row.verdict),
            row.is_lost,
            -row.change.effect if row.change else 0,
            row.starts_on,
            row.name,
        ),
    )
    return Forest(
        shared, [ForestRow(row, bar(shared, row.change) if row.change else None) for row in ordered]
    )


def verdict_counts(rows: list[InitiativeRow]) -> VerdictCounts:
    """Return how many have which verdict, and that of the largest relative change."""
    verdicts = [row.counts_as for row in rows]
    measured = [row for row in rows if row.change]
    biggest = max(
        measured, key=lambda row: abs(row.change.effect) if row.change else 0, default=None
    )
    return VerdictCounts(
        wins=verdicts.count("win"),
        hollow=verdicts.count("hollow"),
        harm=verdicts.count("harm"),
        unproven=verdicts.count("unproven"),
        hold=verdicts.count("hold"),
        unmeasured=verdicts.count("none"),
        biggest=BIGGEST[biggest.counts_as] if biggest else "",
        weaker=verdicts.count("weaker"),
        lost=verdicts.count("lost"),
    )


def _row(initiative: Any, retests: list[RetestResult], sources: list[SourceRow]) -> InitiativeRow:
    result: Result | None = getattr(initiative, "result", None)
    outcomes = list(result.outcomes.all()) if result else []
    success = next((o for o in outcomes if o.part == Outcome.Part.SUCCESS), None)
    verdict = Result.Verdict(result.verdict) if result else Result.Verdict.NONE
    is_shown = verdict not in {Result.Verdict.HOLD, Result.Verdict.NONE}
    change = relative_of(success) if success and is_shown else None
    text = change_text(success) if success and is_shown else ""
    guard_is, guard_word = guardrail_summary(outcomes) if is_shown else ("", "")
    called = lasted(verdict.value, verdict.label, retests)
    return InitiativeRow(
        pk=initiative.pk,
        name=initiative.name,
        department_key=initiative.department.key,
        department=initiative.department.name,
        owner=initiative.owner.name,
        kind=initiative.get_kind_display(),
        mode=initiative.mode,
        status=initiative.status,
        status_word=initiative.get_status_display(),
        starts_on=initiative.starts_on,
        ends_on=initiative.ends_on,
        over_on=_over_on(initiative),
        goals=tuple(goal.key for goal in initiative.goals.all()),
        measure=(success.measure if success else initiative.success_measure).name,
        change=change,
        change_text=text,
        why="" if change else _why(initiative, verdict, text),
        basis=_basis(success, result) if text and success and result else "",
        guard_is=guard_is,
        guard_word=guard_word,
        harmed=guardrail_names(outcomes, Outcome.Status.BREACH),
        unsafe=guardrail_names(outcomes, Outcome.Status.OVER)
        + guardrail_names(outcomes, Outcome.Status.NEAR),
        failed_checks=tuple(check.title for check in result.checks.all()) if result else (),
        verdict=verdict.value,
        verdict_word=called.word,
        is_lost=called.is_lost,
        grade=result.grade if result else "",
        decided=initiative.decided or "",
        stale=lacking([o.measure for o in outcomes], initiative.ends_on, sources),
    )


def _over_on(initiative: Initiative) -> date:
    ended_at = initiative.ended_at
    return initiative.ends_on if ended_at is None else timezone.localdate(ended_at)


def _basis(success: Outcome, result: Result) -> str:
    units = success.treated_count + success.holdout_count
    days = (result.ends_on - result.starts_on).days
    return f"{number(units)} {plural(units, result.unit)}, {days} {plural(days, 'day')}"


def _why(initiative: Initiative, verdict: Result.Verdict, text: str) -> str:
    if verdict == Result.Verdict.HOLD:
        return EXPLAIN_FIRST
    if text:
        return "No percentage: base too low"
    return no_number(
        initiative.status, initiative.starts_on, is_held_out=bool(initiative.holdout_share)
    )

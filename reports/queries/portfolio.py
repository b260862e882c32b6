"""All initiatives together: what they claim, what is left of it, what to stop and to widen."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, NamedTuple

from django.conf import settings
from django.db.models import OuterRef, Subquery
from django.utils import timezone

from campaigns.models import RUNNING, Decision, Initiative
from reports.audit.winners import SHOWN_Z, Estimate, NoTestsError, sum_of_winners
from reports.evidence.persistence import Lasting
from reports.measures.definition import factor
from reports.models import Outcome, Result
from reports.queries.company_holdout import Company, company_holdout
from reports.queries.definitions import definition, unit
from reports.queries.freshness import as_of
from reports.queries.lasted import Lasted, lasted, results_of
from reports.queries.outcomes import absolute_of, change_text, guardrail_names
from reports.queries.personal import Personal, personal_contacts
from reports.queries.questions import Rows
from strategy.language.dates import span
from strategy.language.numbers import interval, money, number
from strategy.language.units import measure_value
from strategy.language.words import count_words, counted, join_words
from strategy.models import Measure

PROVEN = {"A", "B"}
JUDGED = {"win", "hollow", "harm", "unproven"}
"""Verdicts with a difference that may be shown."""


NOBODY = "None"
"""What winners add up to where there is none."""


class SumRow(NamedTuple):
    """What all tests of one measure add up to, over their treated customers and windows.

    `claimed` is the sum of the winners, `corrected` the same without the luck of the choice, with
    the 95 % interval of the winners' noise, both of what `gained` says; `n` says how many tests and
    people it rests on.
    """

    measure: str
    gained: str
    claimed: str
    corrected: str
    interval: str
    tests: str
    n: str
    days: str
    lucky: bool


class ActRow(NamedTuple):
    """An initiative to stop or to widen, and why; the most pressing first."""

    pk: int
    name: str
    department_key: str
    department: str
    verdict: str
    word: str
    grade: str
    change: str
    reasons: str


class CostRow(NamedTuple):
    """What an extra order cost, with its interval, or why nobody can say."""

    pk: int
    name: str
    cost: str
    each: str
    interval: str
    basis: str
    reason: str


class Portfolio(NamedTuple):
    """Everything that the portfolio's page shows."""

    answer: str
    sums: list[SumRow]
    left_out: list[str]
    company: Company
    stop: list[ActRow]
    widen: list[ActRow]
    costs: list[CostRow]
    personal: Personal | None
    as_of: str


class _Tested(NamedTuple):
    """One initiative's result with its success measure, and how it reads after its retests.

    `is_decided` says that the newest decision answers this verdict.
    """

    result: Result
    success: Outcome | None
    outcomes: list[Outcome]
    lasted: Lasted
    is_decided: bool

    @property
    def obstacle(self) -> str:
        """Why its effect cannot be added up, "" where it can.

        An effect is one per customer: of stores or households nobody kept how many are in them.
        """
        if self.result.verdict not in JUDGED:
            return self.result.get_verdict_display().lower()
        if self.success is None:
            return "chance did not choose who got it"
        if definition(self.success.measure).is_ratio:
            return "its measure is not added up by customer"
        if self.result.unit != Initiative.Unit.CUSTOMER:
            return f"it was randomised by {self.result.unit}, and its effect is one per customer"
        return "" if absolute_of(self.success) else "its difference has no interval"

    @property
    def extra(self) -> tuple[float, float, float] | None:
        """What the treated had more over the window, in the measure's unit, better above 0.

        With the end points of the 95 % interval; None where it cannot be added up.
        """
        one = self.success
        change = absolute_of(one) if one and not self.obstacle else None
        if one is None or change is None:
            return None
        days = max(1, (self.result.ends_on - self.result.starts_on).days)
        n = one.treated_count / factor(definition(one.measure), days)
        ends = [n * end for end in (change.low, change.effect, change.high)]
        if one.measure.better == Measure.Better.FEWER:
            ends = [-end for end in reversed(ends)]
        return ends[0], ends[1], ends[2]


def portfolio(now: datetime, contacts: Rows) -> Portfolio:
    """Return the page of all initiatives; `contacts` answers `asked_contacts`, [] before it does.

    Seven queries, and one more with a company holdout.
    """
    tested = _tested()
    sums, left_out = _sums(tested)
    stop, widen = _stop(tested), _widen(tested)
    newest = max((one.result.as_of for one in tested), default=None)
    return Portfolio(
        answer=_answer(sums, stop, widen),
        sums=sums,
        left_out=left_out,
        company=company_holdout(),
        stop=stop,
        widen=widen,
        costs=_costs(tested),
        personal=personal_contacts(timezone.localdate(now), contacts),
        as_of=as_of(newest),
    )


def _tested() -> list[_Tested]:
    """Return every result. Four queries."""
    decisions = Decision.objects.filter(initiative=OuterRef("initiative"))
    results: Iterable[Any] = (
        Result.objects.select_related("initiative__department", "plan")
        .prefetch_related("outcomes__measure")
        .annotate(decided=Subquery(decisions.values("verdict")[:1]))
        .order_by("initiative__starts_on", "initiative__name")
    )
    found = list(results)
    retests = results_of(result.initiative_id for result in found)
    return [
        _Tested(
            result,
            next((o for o in result.outcomes.all() if o.part == Outcome.Part.SUCCESS), None),
            list(result.outcomes.all()),
            lasted(
                result.verdict,
                result.get_verdict_display(),
                retests.get(result.initiative_id, []),
            ),
            result.decided == result.verdict,
        )
        for result in found
    ]


def _sums(tested: list[_Tested]) -> tuple[list[SumRow], list[str]]:
    """Return a sum for each measure, and whose effects are in none and why."""
    by_measure: dict[str, list[_Tested]] = {}
    left_out = []
    for one in tested:
        if one.success is None or one.obstacle:
            left_out.append(f"{one.result.initiative}: {one.obstacle}.")
        else:
            by_measure.setdefault(one.success.measure.key, []).append(one)
    rows = [row for group in by_measure.values() if (row := _sum(group)) is not None]
    return rows, left_out


def _sum(group: list[_Tested]) -> SumRow | None:
    """Return the sum of one measure's winners; None where no test has a standard error."""
    estimates = [
        Estimate(str(one.result.initiative), extra[1], (extra[2] - extra[0]) / (2 * SHOWN_Z))
        for one in group
        if (extra := one.extra) is not None
    ]
    try:
        found = sum_of_winners(estimates)
    except NoTestsError:
        return None
    noise = SHOWN_Z * sum(one.standard_error**2 for one in estimates if one.won) ** 0.5
    measure = next(one.success.measure for one in group if one.success)
    people = sum(
        one.success.treated_count + one.success.holdout_count for one in group if one.success
    )
    starts_on = min(one.result.starts_on for one in group)
    ends_on = max(one.result.ends_on for one in group)
    ends = found.corrected - noise, found.corrected + noise
    return SumRow(
        measure=measure.name,
        gained=_gained(measure),
        claimed=_total(found.claimed, measure) if found.winners else NOBODY,
        corrected=_total(found.corrected, measure) if found.winners else NOBODY,
        interval=f"{_total(ends[0], measure)} to {_total(ends[1], measure)}"
        if found.winners
        else "",
        tests=f"{counted(found.winners, 'winner', capital=True)} of {counted(found.tests, 'test')}",
        n=f"{number(people)} customers",
        days=span(starts_on, ends_on),
        lucky=found.winners > 0 and found.luck > found.claimed / 4,
    )


def _gained(measure: Measure) -> str:
    if measure.fold != Measure.Fold.PEOPLE:
        return "over all treated customers"
    return "customers spared" if measure.better == Measure.Better.FEWER else "extra customers"


def _total(value: float, measure: Measure) -> str:
    if unit(measure).startswith("money:"):
        return measure_value(value, unit(measure), 0)
    return number(value, 0)


def _stop(tested: list[_Tested]) -> list[ActRow]:
    """Return what to stop of what runs, until it is decided: harm first, then hollow wins."""
    rank = {"harm": 0, "hollow": 1}
    due = [
        one
        for one in tested
        if one.result.verdict in rank
        and one.result.initiative.status in RUNNING
        and not one.is_decided
    ]
    due.sort(key=lambda one: (rank[one.result.verdict], _low(one)))
    return [_act(one, _why_stop(one)) for one in due]


def _widen(tested: list[_Tested]) -> list[ActRow]:
    """Return what to widen, until it is decided: wins of grade A or B that no retest took back.

    Those that lasted come first, then by size.
    """
    due = [
        one
        for one in tested
        if one.result.verdict == "win"
        and one.result.grade in PROVEN
        and not one.lasted.is_lost
        and not one.is_decided
    ]
    due.sort(key=lambda one: (one.lasted.found != Lasting.LASTING, -_low(one)))
    return [_act(one, _why_widen(one)) for one in due]


def _low(one: _Tested) -> float:
    """Return the low end of the relative change, by which effects of any measure are ranked."""
    low = one.success.relative_low if one.success else None
    return 0.0 if low is None else low


def _why_stop(one: _Tested) -> str:
    reasons = []
    if one.result.verdict == "harm":
        reasons.append("it does harm")
    harmed = guardrail_names(one.outcomes, Outcome.Status.BREACH)
    if harmed:
        reasons.append(f"harmed: {join_words(harmed).lower()}")
    said = "; ".join(reasons) or "a guardrail was not shown safe"
    return f"{said[:1].upper()}{said[1:]}."


def _why_widen(one: _Tested) -> str:
    if one.lasted.found == Lasting.LASTING:
        return "It worked, nothing was harmed, and it has lasted."
    return "It worked and nothing was harmed. Keep a holdout: whether it lasts is not known yet."


def _act(one: _Tested, reasons: str) -> ActRow:
    initiative = one.result.initiative
    return ActRow(
        pk=initiative.pk,
        name=initiative.name,
        department_key=initiative.department.key,
        department=initiative.department.name,
        verdict=one.result.verdict,
        word=one.lasted.word,
        grade=one.result.grade,
        change=change_text(one.success) if one.success else "",
        reasons=reasons,
    )


def _costs(tested: list[_Tested]) -> list[CostRow]:
    """Return the cost of each extra order, of the initiatives whose cost is known."""
    return [_cost(one) for one in tested if one.result.initiative.cost is not None]


def _cost(one: _Tested) -> CostRow:
    initiative, extra = one.result.initiative, one.extra
    cost = float(initiative.cost or 0)
    each = between = reason = basis = ""
    if not initiative.holdout_share:
        reason = "Nobody was held out."
    elif one.success is None or one.success.measure.counted != ["order"]:
        reason = "Its success measure does not count orders."
    elif one.success.measure.fold == Measure.Fold.AMOUNT:
        reason = "Its success measure does not count orders by customer."
    elif extra is None:
        reason = f"{one.obstacle[:1].upper()}{one.obstacle[1:]}."
    elif extra[1] <= 0:
        reason = "No extra order was shown."
    else:
        each = money(cost / extra[1], settings.CURRENCY)
        most = money(cost / extra[0], settings.CURRENCY) if extra[0] > 0 else "no end"
        between = f"{money(cost / extra[2], settings.CURRENCY)} to {most}"
        people = one.success.measure.fold == Measure.Fold.PEOPLE
        what = "extra customers ordered" if people else "extra orders"
        basis = (
            f"{number(extra[1], 0)} {what} {interval(extra[0], extra[2], 0)}, of "
            f"{number(one.success.treated_count)} treated customers, "
            f"{span(one.result.starts_on, one.result.ends_on)}"
        )
    shown = money(cost, settings.CURRENCY)
    return CostRow(initiative.pk, initiative.name, shown, each, between, basis, reason)


def _answer(sums: list[SumRow], stop: list[ActRow], widen: list[ActRow]) -> str:
    if not sums:
        return "No initiative has a difference yet that could be added up."
    to_widen = count_words(len(widen), zero="none")
    won = next((row for row in sums if row.corrected != NOBODY), None)
    worth = (
        f"Winning tests claim {won.claimed} {won.gained} ({won.measure}), "
        f"{won.corrected} without luck."
        if won
        else "No test has won."
    )
    return f"{counted(len(stop), 'initiative', capital=True)} to stop, {to_widen} to widen. {worth}"

"""Readings, results and sources, as a refresh would leave them."""

from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.test import Client

from campaigns.models import Initiative, Retest
from customers.models import Source
from reports.models import (
    Check,
    Claim,
    ClaimFile,
    Feed,
    Outcome,
    Progress,
    Reading,
    Result,
    RetestResult,
)
from strategy.models import Department, Measure, Person
from tests.factories.campaigns import InitiativeFactory, measure
from tests.factories.customers import ImportFactory, SourceFactory
from tests.factories.strategy import PersonFactory

type SignIn = Callable[[Person], Client]

NOW = datetime(2026, 11, 23, 7, 40, tzinfo=UTC)  # a Monday
TODAY = NOW.date()
WEEK = timedelta(days=7)

# verdict: relative change with its interval, grade, the answer to "Did it work?"
VERDICTS: dict[str, tuple[tuple[float, float, float] | None, str, str]] = {
    "win": ((0.084, 0.031, 0.139), "A", "It worked. Conversion rose 8.4%."),
    "hollow": ((0.127, 0.022, 0.242), "B", "It sold more and drove people away."),
    "harm": ((-0.048, -0.081, -0.014), "B", "It did harm. Conversion fell 4.8%."),
    "unproven": ((0.013, -0.024, 0.051), "B", "Not proven. Conversion may have risen or fallen."),
    "none": (None, "E", "Not measured: no customers were held out."),
    "hold": ((0.3, 0.2, 0.4), "F", "On hold: the arms have sizes that chance does not give."),
}
GUARDED = {"win": "ok", "hollow": "breach", "harm": "near", "unproven": "ok", "hold": "ok"}


def source(
    name: str, *, loaded: datetime | None = NOW, sends: Sequence[str] = (), **fields: Any
) -> Source:
    """Build a source whose newest file was loaded at this moment; None: it never sent one."""
    made = SourceFactory.create(name=name, **fields)
    if loaded:
        ImportFactory.create(source=made, loaded_at=loaded)
    fed(made, sends, newest_on=loaded.date() if loaded else TODAY)
    return made


def fed(by: Source, kinds: Iterable[str], *, newest_on: date) -> None:
    """Note that a source has sent events of these kinds, the newest on this day."""
    Feed.objects.bulk_create(Feed(source=by, kind=kind, newest_on=newest_on) for kind in kinds)


def reading(
    of: Measure | str,
    value: float | None,
    *,
    ends_on: date = TODAY,
    span: str = "week",
    department: Department | None = None,
    people: int = 10_000,
) -> Reading:
    """Record one reading; None is a window in which nobody could be counted."""
    counted = measure(of) if isinstance(of, str) else of
    amount = 0.0 if value is None else value * people / counted.scale
    return Reading.objects.create(
        measure=counted,
        department=department,
        span=span,
        starts_on=ends_on - (WEEK if span == "week" else 13 * WEEK),
        ends_on=ends_on,
        numerator=Decimal(f"{amount:.4f}"),
        denominator=0 if value is None else people,
        value=value,
        as_of=NOW,
    )


def weeks(
    of: str,
    values: list[float | None],
    *,
    department: Department | None = None,
    until: date = TODAY,
) -> None:
    """Record weekly readings, the last one ending before `until`."""
    for ago, value in enumerate(reversed(values)):
        reading(of, value, ends_on=until - ago * WEEK, department=department)


def result(initiative: Initiative, verdict: str = "win", **changes: Any) -> Result:
    """Record a verdict with one success measure, one guardrail, two checks and three weeks."""
    change, grade, sentence = VERDICTS[verdict]
    made = Result.objects.create(
        **{
            "initiative": initiative,
            "verdict": verdict,
            "grade": grade,
            "sentence": sentence,
            "why": "Every check passed." if verdict == "win" else "See the checks below.",
            "safe_sentence": "" if verdict == "none" else "Yes. The one guardrail is safe.",
            "starts_on": initiative.starts_on,
            "ends_on": min(initiative.ends_on, TODAY),
            "as_of": NOW,
            **changes,
        }
    )
    for position, status in enumerate(("ok", "breach" if verdict == "hold" else "near")):
        Check.objects.create(
            result=made,
            key=("control_group", "sample_ratio")[position],
            title=("Control group", "Sample ratio")[position],
            status=status,
            sentence="One customer in ten was held out at random.",
            position=position,
        )
    if change:
        _outcomes(made, change, GUARDED[verdict])
    return made


def _outcomes(made: Result, change: tuple[float, float, float], guarded: str) -> None:
    effect, low, high = change
    base = 0.0341
    Outcome.objects.create(
        result=made,
        part=Outcome.Part.SUCCESS,
        measure=made.initiative.success_measure,
        treated_count=184_320,
        treated_mean=base * (1 + effect),
        treated_low=base * (1 + effect) - 0.001,
        treated_high=base * (1 + effect) + 0.001,
        holdout_count=20_512,
        holdout_mean=base,
        holdout_low=base - 0.002,
        holdout_high=base + 0.002,
        effect=base * effect,
        effect_low=base * low,
        effect_high=base * high,
        p=0.01,
        relative=effect,
        relative_low=low,
        relative_high=high,
        low_base=0.01,
    )
    Outcome.objects.create(
        result=made,
        part=Outcome.Part.GUARDRAIL,
        measure=measure("opt_outs"),
        treated_count=184_320,
        treated_mean=4.7,
        holdout_count=20_512,
        holdout_mean=1.5,
        effect=3.2,
        effect_low=2.7,
        effect_high=3.7,
        margin=0.25,
        limit=3.0,
        status=guarded,
    )
    for week in (1, 2, 3):
        wide = (4 - week) * (high - low) / 2
        Progress.objects.create(
            result=made,
            ends_on=made.starts_on + week * WEEK,
            treated_count=60_000 * week,
            holdout_count=6_800 * week,
            effect=base * effect,
            effect_low=base * (effect - wide),
            effect_high=base * (effect + wide),
            relative=effect,
            relative_low=effect - wide,
            relative_high=effect + wide,
        )


def judged(verdict: str = "win", *, status: str = "live", **fields: Any) -> Initiative:
    """Record an initiative with a verdict on it."""
    initiative = InitiativeFactory.create(status=status, **fields)
    result(initiative, verdict)
    return initiative


def retested(initiative: Initiative, word: str, *, days: int = 90) -> RetestResult:
    """Record what a retest found; where it knows, of differences of nothing."""
    ends = ("late", "late_low", "late_high", "kept", "kept_low", "kept_high")
    due_on = initiative.ends_on + timedelta(days=days)
    done = Retest.objects.create(
        initiative=initiative, days=days, due_on=due_on, done_at=NOW, outcome=word
    )
    return RetestResult.objects.create(
        retest=done,
        word=word,
        sentence=f"So it is: {word}.",
        starts_on=due_on - timedelta(days=30),
        ends_on=due_on,
        as_of=NOW,
        **({} if word == "unknown" else dict.fromkeys(ends, 0.0)),
    )


def claim(*, file: bool = False, **fields: Any) -> Claim:
    """Record a claim past the action: +29% conversion over four weeks, not yet answered."""
    said: dict[str, Any] = {
        "uplift": 0.29,
        "measure": measure("conversion_rate"),
        "starts_on": TODAY - 8 * WEEK,
        "ends_on": TODAY - 4 * WEEK,
        "source": "Supplier’s slide 14",
        "recorded_at": NOW,
    }
    made = Claim.objects.create(**said | {"recorded_by": PersonFactory.create()} | fields)
    if file:
        ClaimFile.objects.create(claim=made, name="slide.pdf", content=b"%PDF")
    return made

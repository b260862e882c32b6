"""Claims beside what the data say of them."""

from collections.abc import Iterable
from typing import Any, NamedTuple

from django.utils import timezone

from reports.audit.windows import FLAG_FROM
from reports.models import Claim, ClaimAnswer, Outcome, Result
from reports.queries.findings import FindingRow, finding_row
from reports.queries.freshness import as_of
from reports.queries.lasted import lasted, results_of
from reports.queries.outcomes import change_text
from strategy.language.dates import day_with_year, span
from strategy.language.numbers import number, percent, signed_percent
from strategy.language.words import count_words, counted, plural


class ClaimRow(NamedTuple):
    """One claim in the list, written out; "" where the data do not say, or not yet."""

    pk: int
    claimed: str
    measure: str
    department_key: str
    department: str
    source: str
    days: str
    recomputed: str
    median: str
    convenience: str
    is_convenient: bool
    grade: str
    recorded: str


class Holdout(NamedTuple):
    """What an initiative's own test says of the measure that is claimed."""

    change: str
    verdict: str
    verdict_word: str
    grade: str
    basis: str


class ClaimPage(NamedTuple):
    """Everything that a claim's page shows.

    `answered` is False until its work is done; `holdout` is None where no initiative is named or
    its test has no result, and `no_holdout` then says so.
    """

    row: ClaimRow
    baseline: str
    initiative_pk: int | None
    initiative: str
    note: str
    by: str
    file_name: str
    answered: bool
    sentence: str
    why: str
    windows: str
    findings: tuple[FindingRow, ...]
    gaps: tuple[str, ...]
    holdout: Holdout | None
    no_holdout: str
    as_of: str


def all_claims() -> Any:
    """Return every claim with what a row needs, the newest first."""
    return Claim.objects.select_related("measure", "department", "initiative", "answer")


def claim_row(claim: Claim) -> ClaimRow:
    """Return one claim of `all_claims`. No query."""
    answer: ClaimAnswer | None = getattr(claim, "answer", None)
    return ClaimRow(
        pk=claim.pk,
        claimed=signed_percent(claim.uplift),
        measure=claim.measure.name,
        department_key=claim.department.key if claim.department else "",
        department=claim.department.name if claim.department else "Whole company",
        source=claim.source,
        days=span(claim.starts_on, claim.ends_on),
        recomputed=_signed(answer.recomputed if answer else None),
        median=_signed(answer.median if answer else None),
        convenience=_share(answer.convenience if answer else None),
        is_convenient=bool(answer and (answer.convenience or 0) >= FLAG_FROM),
        grade=answer.grade if answer else "",
        recorded=day_with_year(timezone.localdate(claim.recorded_at)),
    )


def claims_answer(claims: Iterable[Claim]) -> str:
    """Return in one sentence how the claims stand. No query after `all_claims`."""
    answers = [answer for one in claims if (answer := getattr(one, "answer", None))]
    if not answers:
        return "No claim has been held against the data yet."
    convenient = sum((one.convenience or 0) >= FLAG_FROM for one in answers)
    bare = sum(one.grade == "F" for one in answers)
    verb = "rest" if convenient > 1 else "rests"
    said = (
        f"{count_words(convenient, zero='none', capital=True)} of "
        f"{counted(len(answers), 'claim')} {verb} on a convenient window"
    )
    if not bare:
        return f"{said}."
    return f"{said}; {count_words(bare)} {plural(bare, 'has', 'have')} no data behind."


def claim_page(claim_id: int) -> ClaimPage:
    """Return one claim with its answer. At most five queries.

    Raises:
        Claim.DoesNotExist: there is none with this id.

    """
    claim = all_claims().select_related("recorded_by").get(pk=claim_id)
    answer: ClaimAnswer | None = getattr(claim, "answer", None)
    holdout = _holdout(claim)
    return ClaimPage(
        row=claim_row(claim),
        baseline=claim.get_baseline_display(),
        initiative_pk=claim.initiative_id,
        initiative=claim.initiative.name if claim.initiative else "",
        note=claim.note,
        by=claim.recorded_by.name,
        file_name=_file_name(claim),
        answered=answer is not None,
        sentence=answer.sentence if answer else "It is being held against the data.",
        why=_why(claim, answer) if answer else "",
        windows=f"{number(answer.window_count)} windows" if answer else "",
        findings=tuple(finding_row(**kept) for kept in answer.findings) if answer else (),
        gaps=tuple(answer.gaps) if answer else (),
        holdout=holdout,
        no_holdout="" if holdout else _no_holdout(claim),
        as_of=as_of(answer.as_of if answer else None),
    )


def _file_name(claim: Claim) -> str:
    name = type(claim).objects.filter(pk=claim.pk).values_list("file__name", flat=True).first()
    return name or ""


def _why(claim: Claim, answer: ClaimAnswer) -> str:
    """Return how far the stated figure is from the same one worked out."""
    if answer.recomputed is None:
        return "The same figure cannot be worked out: not all of its days are in."
    return (
        f"The same days against the same baseline show {signed_percent(answer.recomputed)}; "
        f"{signed_percent(claim.uplift)} was stated."
    )


def _holdout(claim: Claim) -> Holdout | None:
    """Return the initiative's test on the claimed measure. At most three queries."""
    if claim.initiative_id is None:
        return None
    result = Result.objects.filter(initiative=claim.initiative_id).first()
    if result is None:
        return None
    outcome = (
        Outcome.objects.filter(result=result, measure__key=claim.measure.key)
        .exclude(effect=None)
        .select_related("measure")
        .first()
    )
    if outcome is None or result.verdict == Result.Verdict.HOLD:
        return None
    word = result.get_verdict_display()
    retests = results_of([result.initiative_id]).get(result.initiative_id, [])
    return Holdout(
        change=change_text(outcome),
        verdict=result.verdict,
        verdict_word=lasted(result.verdict, word, retests).word,
        grade=result.grade,
        basis=f"{number(outcome.treated_count)} treated and {number(outcome.holdout_count)} held "
        f"out, {span(result.starts_on, result.ends_on)}",
    )


def _no_holdout(claim: Claim) -> str:
    if claim.initiative is None:
        return "It names no initiative, so no holdout can answer."
    return f"{claim.initiative} has no difference in {claim.measure.name} that can be shown."


def _signed(value: float | None) -> str:
    return "" if value is None else signed_percent(value)


def _share(value: float | None) -> str:
    return "" if value is None else percent(value, 0)

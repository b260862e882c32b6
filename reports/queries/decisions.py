"""What needs a decision this week? Derived from the same rows as the page's other answers."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Literal, NamedTuple

from django.utils import timezone

from campaigns.models import OVER, RUNNING
from campaigns.queries.initiatives import InitiativePage
from customers.queries.freshness import SourceAge
from reports.queries.evidence import Evidence
from reports.queries.guardrails import GuardrailRow
from reports.queries.initiatives import InitiativeRow
from strategy.language import decisions
from strategy.language.dates import day
from strategy.language.decisions import Decision
from strategy.models import Department, Sheet

JUST_ENDED = timedelta(days=28)
AFTER_END = timedelta(days=7)
TO_SIGN = timedelta(days=14)
STARTS_SOON = timedelta(days=14)
FRIDAY = 4
TO_AGREE = {"draft", "proposed"}
MUST_DECIDE = {"hollow", "harm"}
"""Verdicts that ask for a decision while the initiative still runs."""


type Deciding = Literal["no", "explain", "open", "asked", "decided"]


class DecisionRow(NamedTuple):
    """One thing to decide: by when, what, why, whose.

    `leads_to` is "initiative" (then `initiative` is its id), "signatures", "sources" or
    "guardrails".
    """

    due_on: date
    due: str
    status: str
    icon: str
    word: str
    title: str
    reason: str
    owner: str
    leads_to: str
    initiative: int = 0


class Unsigned(NamedTuple):
    """The published sheet's version, when and by whom it was published, and who is missing."""

    version: int
    published_on: date
    published_by: str
    missing: list[str]


def unsigned_sheet() -> Unsigned | None:
    """Return what the sheet in force lacks, None before the first sheet. Two queries."""
    sheet = Sheet.objects.published().select_related("published_by").order_by("-version").first()
    if sheet is None or sheet.published_at is None:
        return None
    missing = Department.objects.exclude(signatures__sheet=sheet)
    return Unsigned(
        version=sheet.version,
        published_on=timezone.localdate(sheet.published_at),
        published_by=str(sheet.published_by),
        missing=[department.name for department in missing],
    )


def decision_rows(
    now: datetime,
    *,
    initiatives: list[InitiativeRow],
    guardrails: list[GuardrailRow],
    sources: list[SourceAge],
    unsigned: Unsigned | None,
) -> list[DecisionRow]:
    """Return what waits, the earliest first. No query.

    - Harm and Hollow win of a live initiative: by Friday; of one that ended in the last four
      weeks: a week after its end. Not once a decision answers this verdict.
    - Hold: by Friday.
    - A sheet that departments have not signed: two weeks after it was published.
    - Stale sources, together: when the first of them was promised.
    - A company guardrail past its limit: by Friday.
    - A draft or proposal that starts within two weeks: the day before it starts.
    """
    today = timezone.localdate(now)
    rows = [
        *_of_initiatives(initiatives, today),
        *_of_guardrails(guardrails, today),
        *_of_sources(sources, today),
        *_of_sheet(unsigned, today),
    ]
    return sorted(rows, key=lambda row: (row.due_on, row.title))


def deciding(page: InitiativePage, evidence: Evidence | None) -> Deciding:
    """Return whether the initiative's page asks for a decision. No query.

    It asks as the list does, and for every other verdict that its initiative ended with. While
    it runs well or unproven it may be decided on, but nobody is asked to.
    """
    if evidence is None or evidence.verdict == "none":
        return "no"
    if evidence.is_hold:
        return "explain"
    if page.decision and page.decision.verdict == evidence.verdict:
        return "decided"
    is_over = page.facts.status in OVER
    return "asked" if is_over or evidence.verdict in MUST_DECIDE else "open"


def friday(today: date) -> date:
    """Return the Friday of this working week; at the weekend that of the next."""
    return today + timedelta(days=(FRIDAY - today.weekday()) % 7)


def _of_initiatives(rows: list[InitiativeRow], today: date) -> Iterator[DecisionRow]:
    for row in rows:
        owner = f"{row.owner}, {row.department}"
        starts_in = row.starts_on - today
        is_current = row.status in RUNNING or (
            row.status in OVER and today - row.over_on <= JUST_ENDED
        )
        by = friday(today) if row.status in RUNNING else row.over_on + AFTER_END
        is_decided = row.decided == row.verdict
        if is_current and row.verdict in MUST_DECIDE and not is_decided:
            change = f"{row.measure} {row.change_text}" if row.change_text else ""
            asked = decisions.on_verdict(
                row.name, change, harmed=list(row.harmed), unsafe=list(row.unsafe)
            )
            tag = (row.verdict, row.verdict, row.verdict_word)
            yield _row(by, today, tag, asked, owner, leads_to="initiative", initiative=row.pk)
        elif is_current and row.verdict == "hold":
            asked = decisions.on_hold(row.name, list(row.failed_checks))
            tag = ("hold", "hold", row.verdict_word)
            yield _row(
                friday(today), today, tag, asked, owner, leads_to="initiative", initiative=row.pk
            )
        elif row.status in TO_AGREE and starts_in <= STARTS_SOON and row.ends_on > today:
            asked = decisions.not_agreed(
                row.name, day(row.starts_on), is_proposed=row.status == "proposed"
            )
            tag = ("near", "draft", row.status_word)
            by = row.starts_on - timedelta(days=1)
            yield _row(by, today, tag, asked, owner, leads_to="initiative", initiative=row.pk)


def _of_guardrails(rows: list[GuardrailRow], today: date) -> Iterator[DecisionRow]:
    for row in rows:
        if row.status == "breach":
            limit = row.limit.partition(" ")[2]
            asked = decisions.over_limit(
                row.short, row.now, limit, row.weeks_over, is_floor=row.is_floor
            )
            tag = ("breach", "breach", row.word)
            yield _row(friday(today), today, tag, asked, "All departments", leads_to="guardrails")


def _of_sources(rows: list[SourceAge], today: date) -> Iterator[DecisionRow]:
    stale = sorted(
        (row for row in rows if not row.is_fresh), key=lambda row: row.due_on or date.min
    )
    if stale:
        first = stale[0]
        asked = decisions.stale([row.name for row in stale], first.seen)
        owners = list(dict.fromkeys(row.department for row in stale))
        tag = ("stale", "stale", first.word)
        yield _row(first.due_on or today, today, tag, asked, ", ".join(owners), leads_to="sources")


def _of_sheet(unsigned: Unsigned | None, today: date) -> Iterator[DecisionRow]:
    if unsigned and unsigned.missing:
        days = (today - unsigned.published_on).days
        asked = decisions.unsigned(unsigned.version, unsigned.missing, days)
        by = unsigned.published_on + TO_SIGN
        tag = ("near", "near", "Unsigned")
        yield _row(by, today, tag, asked, unsigned.published_by, leads_to="signatures")


def _row(
    by: date,
    today: date,
    tag: tuple[str, str, str],
    asked: Decision,
    owner: str,
    *,
    leads_to: str,
    initiative: int = 0,
) -> DecisionRow:
    due = f"Overdue since {day(by)}" if by < today else "Today" if by == today else f"By {day(by)}"
    return DecisionRow(by, due, *tag, asked.title, asked.reason, owner, leads_to, initiative)

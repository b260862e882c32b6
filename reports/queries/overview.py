"""The overview: three questions, three answers, and what waits for a decision."""

from datetime import date, datetime
from typing import NamedTuple

from django.utils import timezone

from campaigns.models import Initiative
from customers.queries.freshness import SourceAge
from reports.queries.decisions import DecisionRow, decision_rows, unsigned_sheet
from reports.queries.freshness import counted_at, is_counting, source_rows
from reports.queries.goals import GoalRow, goal_counts, goal_rows, shared_window
from reports.queries.guardrails import (
    GuardrailRow,
    guardrail_counts,
    guardrail_rows,
)
from reports.queries.initiatives import (
    Forest,
    InitiativeRow,
    forest,
    initiative_rows,
    verdict_counts,
)
from reports.queries.pressure import Pressure, pressure
from reports.queries.wording import common
from strategy.language import answers

DECISIONS_SHOWN = 6
INITIATIVES_SHOWN = 12


class Overview(NamedTuple):
    """The page: each answer beside the rows that it was counted from.

    `decisions` are the first six, `more_decisions` the rest; `forest` holds the first twelve
    initiatives of `initiative_count`. `goals_due` and `guardrails_week` are what all rows
    share, "" where they differ; `goals_window` is the window of the goals that are judged.
    `as_of` is when the readings were counted, `is_counting` that something waits to be.
    """

    goals: list[GoalRow]
    goals_answer: str
    goals_due: str
    goals_window: str
    guardrails: list[GuardrailRow]
    guardrails_answer: str
    guardrails_week: str
    decisions: list[DecisionRow]
    more_decisions: list[DecisionRow]
    decisions_answer: str
    forest: Forest
    initiative_count: int
    working_answer: str
    pressure: Pressure
    sources: list[SourceAge]
    freshness: str
    as_of: datetime | None
    is_counting: bool


def overview(now: datetime) -> Overview:
    """Return the page's rows. Nineteen queries, whatever the number of rows."""
    today = timezone.localdate(now)
    sources = source_rows(now)
    ages = [source.age for source in sources]
    goals = goal_rows(now, sources)
    guardrails = guardrail_rows(now, sources)
    initiatives = initiative_rows(Initiative.objects.all(), sources)
    decisions = decision_rows(
        now,
        initiatives=initiatives,
        guardrails=guardrails,
        sources=ages,
        unsigned=unsigned_sheet(),
    )
    return Overview(
        goals=goals,
        goals_window=shared_window(goals),
        goals_due=common(row.due for row in goals),
        goals_answer=answers.goals(goal_counts(goals)),
        guardrails=guardrails,
        guardrails_week=common(row.week for row in guardrails),
        guardrails_answer=answers.guardrails(guardrail_counts(guardrails)),
        decisions=decisions[:DECISIONS_SHOWN],
        more_decisions=decisions[DECISIONS_SHOWN:],
        decisions_answer=answers.decisions(len(decisions), _first_due(decisions), today),
        forest=_first(initiatives),
        initiative_count=len(initiatives),
        working_answer=answers.working(verdict_counts(initiatives)),
        pressure=pressure(now, sources),
        sources=ages,
        freshness=answers.freshness(sum(source.is_fresh for source in ages), len(ages)),
        as_of=counted_at(),
        is_counting=is_counting(),
    )


def _first_due(decisions: list[DecisionRow]) -> date | None:
    return decisions[0].due_on if decisions else None


def _first(initiatives: list[InitiativeRow]) -> Forest:
    """Return the first rows of the forest, on the axis of these rows."""
    ordered = forest(initiatives).rows[:INITIATIVES_SHOWN]
    return forest([row.initiative for row in ordered])

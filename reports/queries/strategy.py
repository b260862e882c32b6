"""What are we after, and where are we helping? Goals with what serves them; the gaps."""

from typing import NamedTuple

from reports.queries.goals import GoalRow
from reports.queries.initiatives import InitiativeRow
from strategy.language import answers
from strategy.language.answers import Served
from strategy.models import Department, Sheet


class GoalBranch(NamedTuple):
    """A goal and the initiatives that serve it."""

    goal: GoalRow
    initiatives: list[InitiativeRow]


class Cell(NamedTuple):
    """The open initiatives of one department for one goal."""

    names: list[str]

    @property
    def shade(self) -> int:
        """1 to 3, for the map's colour."""
        return min(3, len(self.names))


class CoverageRow(NamedTuple):
    """One department: a cell for each goal, in the order of the goals."""

    department: str
    cells: list[Cell]


class Coverage(NamedTuple):
    """Departments by goals; `totals` are the open initiatives of each goal, 0 being a gap."""

    goals: list[str]
    rows: list[CoverageRow]
    totals: list[int]
    answer: str


def goal_tree(goals: list[GoalRow], initiatives: list[InitiativeRow]) -> list[GoalBranch]:
    """Return every goal with what serves or served it. No query."""
    return [
        GoalBranch(goal, [each for each in initiatives if goal.key in each.goals]) for goal in goals
    ]


def coverage(goals: list[GoalRow], initiatives: list[InitiativeRow]) -> Coverage:
    """Return where initiatives are planned or live, and where not. One query."""
    departments = Department.objects.values_list("key", "name")
    running = [each for each in initiatives if each.is_open]
    rows = [
        CoverageRow(
            name,
            [
                Cell([i.name for i in running if i.department_key == key and goal.key in i.goals])
                for goal in goals
            ],
        )
        for key, name in departments
    ]
    totals = [sum(goal.key in each.goals for each in running) for goal in goals]
    return Coverage(
        goals=[goal.name for goal in goals],
        rows=rows,
        totals=totals,
        answer=answers.coverage(
            tuple(Served(goal.name, total) for goal, total in zip(goals, totals, strict=True)),
            tuple(
                Served(row.department, sum(len(cell.names) for cell in row.cells)) for row in rows
            ),
        ),
    )


def older_versions(version: int) -> list[int]:
    """Return the published versions before this one, newest first. One query."""
    older = Sheet.objects.published().filter(version__lt=version).order_by("-version")
    return list(older.values_list("version", flat=True))

from datetime import date, timedelta
from itertools import product

import pytest

from strategy.language import answers, life
from strategy.language.answers import (
    Broken,
    GoalCounts,
    GuardrailCounts,
    ImportCounts,
    Served,
    VerdictCounts,
)

TODAY = date(2026, 11, 23)
DEPARTMENTS = ("Ecommerce", "Stores", "Marketing", "Data", "Service", "Merchandising")
OPT_OUTS = Broken("Opt-outs", weeks=3)


@pytest.mark.parametrize(
    ("count", "due", "sentence"),
    [
        (4, date(2026, 11, 25), "Four things, the first by Wednesday."),
        (2, TODAY, "Two things, the first today."),
        (1, TODAY, "One thing, today."),
        (1, date(2026, 11, 29), "One thing, by Sunday."),
        (1, date(2026, 11, 30), "One thing, by Mon 30 Nov."),
        (2, date(2026, 11, 18), "Two things, the first overdue since Wed 18 Nov."),
        (1, None, "One thing, without a date."),
        (3, None, "Three things, none with a date."),
        (0, None, "Nothing. No decision is waiting."),
    ],
)
def test_decisions(count: int, due: date | None, sentence: str) -> None:
    assert answers.decisions(count, due, TODAY) == sentence


def test_nothing_is_never_due() -> None:
    with pytest.raises(ValueError, match="nothing to decide"):
        answers.decisions(0, TODAY, TODAY + timedelta(days=1))


@pytest.mark.parametrize(
    ("goals", "departments", "sentence"),
    [
        ((("Back", 2), ("Seasons", 1)), (("Stores", 3),), "Both goals are served."),
        ((("Back", 1),), (), "The one goal is served."),
        (
            (("Back", 2), ("Seasons", 0), ("First", 1)),
            (("Stores", 3), ("Service", 0)),
            "Two of three goals are served, one has no initiative. Service runs none.",
        ),
        (
            (("Back", 1), ("Seasons", 0), ("First", 0)),
            (("Stores", 0), ("Service", 0)),
            "One of three goals is served, two have no initiative. Stores and Service run none.",
        ),
        (
            (("Back", 1),),
            tuple((name, 0) for name in DEPARTMENTS),
            "The one goal is served. Six departments run none.",
        ),
        ((("Back", 0),), (("Stores", 0),), "Nowhere yet: no initiative serves a goal."),
        ((), (("Stores", 0),), "Not known: no goals are set yet."),
    ],
)
def test_coverage(
    goals: tuple[tuple[str, int], ...], departments: tuple[tuple[str, int], ...], sentence: str
) -> None:
    served = tuple(Served(*goal) for goal in goals)

    assert answers.coverage(served, tuple(Served(*each) for each in departments)) == sentence


@pytest.mark.parametrize(
    ("per_customer", "cap", "sentence"),
    [
        (
            2.71,
            3,
            (
                "In the week to Sun 22 Nov, Marketing sent 48% of all contacts. "
                "Customers contacted got 2.7 each, inside the limit of 3 a week."
            ),
        ),
        (
            3.1,
            3,
            (
                "In the week to Sun 22 Nov, Marketing sent 48% of all contacts. "
                "Customers contacted got 3.1 each, over the limit of 3 a week."
            ),
        ),
        (
            2.71,
            None,
            (
                "In the week to Sun 22 Nov, Marketing sent 48% of all contacts. "
                "Customers contacted got 2.7 each."
            ),
        ),
        (None, 3, "Not known: no contacts are measured yet."),
    ],
)
def test_contact_pressure(per_customer: float | None, cap: int | None, sentence: str) -> None:
    week = "week to Sun 22 Nov"

    assert answers.contact_pressure(per_customer, cap, "Marketing", 0.481, week) == sentence


@pytest.mark.parametrize(
    ("found", "unknown", "total", "sentence"),
    [
        (0, 0, 6, "All six checks passed."),
        (3, 0, 6, "Three of six checks found something."),
        (1, 2, 6, "One of six checks found something, two could not be run."),
        (0, 2, 6, "Two of six checks could not be run."),
        (0, 0, 0, "Not checked yet."),
    ],
)
def test_checks(found: int, unknown: int, total: int, sentence: str) -> None:
    assert answers.checks(found, unknown, total) == sentence


@pytest.mark.parametrize(
    ("shown", "total", "sentence"),
    [
        (0, 0, "No initiatives"),
        (1, 1, "One initiative"),
        (60, 60, "60 initiatives"),
        (3, 60, "3 of 60 initiatives"),
        (0, 1, "0 of one initiative"),
    ],
)
def test_matching(shown: int, total: int, sentence: str) -> None:
    assert answers.matching(shown, total) == sentence


@pytest.mark.parametrize(
    ("status", "is_held_out", "answer", "short"),
    [
        (
            "draft",
            True,
            "Not known yet: it is planned to start on 30 November 2026.",
            "Starts Mon 30 Nov",
        ),
        (
            "agreed",
            False,
            "Not known yet: it is planned to start on 30 November 2026.",
            "Starts Mon 30 Nov, no holdout",
        ),
        (
            "live",
            True,
            "Not known yet: the first numbers come with the next refresh.",
            "No numbers yet",
        ),
        ("live", False, "Not measured: no customers were held out.", "No holdout, so no number"),
        ("ended", False, "Not measured: no customers were held out.", "No holdout, so no number"),
        ("ended", True, "Not measured: no numbers came in.", "No numbers came in"),
    ],
)
def test_what_is_not_measured_says_why(
    status: str, is_held_out: bool, answer: str, short: str
) -> None:
    starts_on = date(2026, 11, 30)

    assert life.unmeasured(status, starts_on, is_held_out=is_held_out) == answer
    assert life.no_number(status, starts_on, is_held_out=is_held_out) == short


@pytest.mark.parametrize(
    ("fresh", "total", "sentence"),
    [
        (6, 7, "6 of 7 sources are fresh"),
        (1, 7, "1 of 7 sources is fresh"),
        (7, 7, "All 7 sources are fresh"),
        (0, 7, "None of 7 sources is fresh"),
        (1, 1, "The one source is fresh"),
        (0, 1, "The one source is not fresh"),
        (0, 0, "No sources yet"),
    ],
)
def test_freshness(fresh: int, total: int, sentence: str) -> None:
    assert answers.freshness(fresh, total) == sentence


@pytest.mark.parametrize(
    ("last", "sentence"),
    [
        (
            ImportCounts(40212, 40120, 92),
            "The last import took 40,120 of 40,212 rows; 92 could not be read.",
        ),
        (
            ImportCounts(40212, 40120, 91),
            (
                "The last import took 40,120 of 40,212 rows; "
                "91 could not be read, 1 was left out by the mapping."
            ),
        ),
        (
            ImportCounts(10, 8, 0),
            "The last import took 8 of 10 rows; 2 were left out by the mapping.",
        ),
        (ImportCounts(3, 0, 3), "The last import took none of 3 rows; 3 could not be read."),
        (ImportCounts(1, 0, 1), "The last import took none of 1 row; 1 could not be read."),
        (ImportCounts(1, 1, 0), "The last import took the one row."),
        (ImportCounts(40212, 40212, 0), "The last import took all 40,212 rows."),
        (ImportCounts(0, 0, 0), "The last import held no rows."),
        (None, "Nothing has been imported yet."),
    ],
)
def test_imports(last: ImportCounts | None, sentence: str) -> None:
    assert answers.imports(last) == sentence


def test_more_than_all_is_no_share() -> None:
    with pytest.raises(ValueError, match="8 of 7 is no share"):
        answers.freshness(8, 7)
    with pytest.raises(ValueError, match="11 of 10 is no share"):
        answers.imports(ImportCounts(10, 9, 2))


def test_every_answer_is_whole_sentences_in_british_words() -> None:
    sentences = {
        *(answers.goals(GoalCounts(*counts)) for counts in product(range(3), repeat=4)),
        *(
            answers.guardrails(GuardrailCounts((OPT_OUTS,) * broken, *counts))
            for broken, *counts in product(range(3), repeat=6)
        ),
        *(
            answers.working(VerdictCounts(wins, hollow, harm, unproven, hold))
            for wins, hollow, harm, unproven, hold in product(range(3), repeat=5)
        ),
    }

    for sentence in sentences:
        assert sentence[0].isupper()
        assert sentence.endswith(".")
        assert "  " not in sentence
        assert ", ." not in sentence

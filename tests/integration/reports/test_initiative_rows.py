from datetime import timedelta

import pytest
from pytest_django import DjangoAssertNumQueries

from campaigns.models import Initiative
from reports.models import Outcome, Result
from reports.queries.freshness import source_rows
from reports.queries.initiatives import InitiativeRow, forest, initiative_rows, verdict_counts
from strategy.language import answers
from strategy.language.answers import VerdictCounts
from tests.factories.campaigns import InitiativeFactory, plan
from tests.factories.reports import NOW, TODAY, judged, result, retested, source

pytestmark = pytest.mark.django_db


def rows() -> list[InitiativeRow]:
    return initiative_rows(Initiative.objects.order_by("pk"), source_rows(NOW))


@pytest.mark.parametrize(
    ("verdict", "word", "change", "guard", "why"),
    [
        ("win", "Win, provisional", "+8.4% (3.1 to 13.9)", "Safe", ""),
        ("hollow", "Hollow win, provisional", "+12.7% (2.2 to 24.2)", "Opt-outs", ""),
        ("harm", "Harm", "−4.8% (−8.1 to −1.4)", "Opt-outs", ""),
        ("unproven", "Unproven", "+1.3% (−2.4 to 5.1)", "Safe", ""),
        ("none", "Not measured", "", "", "No numbers yet"),
        ("hold", "Hold", "", "", "Explain the data first"),
    ],
)
def test_each_verdict_has_its_number_or_the_reason_for_none(
    verdict: str, word: str, change: str, guard: str, why: str
) -> None:
    judged(verdict)

    (row,) = rows()

    assert (row.verdict_word, row.change_text, row.guard_word) == (word, change, guard)
    assert (row.why, bool(row.change)) == (why, bool(change))


@pytest.mark.parametrize(
    ("status", "holdout", "why"),
    [
        ("draft", "0.1", "Starts Mon 30 Nov"),
        ("agreed", "0.0", "Starts Mon 30 Nov, no holdout"),
        ("live", "0.0", "No holdout, so no number"),
        ("ended", "0.1", "No numbers came in"),
    ],
)
def test_without_a_result_there_is_no_number_and_no_grade(
    status: str, holdout: str, why: str
) -> None:
    InitiativeFactory.create(
        status=status, holdout_share=holdout, starts_on=TODAY + timedelta(days=7)
    )

    (row,) = rows()

    assert (row.verdict, row.grade, row.change, row.change_text) == ("none", "", None, "")
    assert row.why == why


def test_where_no_percentage_exists_the_difference_stands_alone() -> None:
    judged("win")
    Outcome.objects.filter(part="success").update(relative=None)

    (row,) = rows()

    assert row.change is None
    assert row.change_text == "+0.29 points (0.11 to 0.47)"
    assert row.why == "No percentage: base too low"
    assert forest([row]).rows[0].bar is None


@pytest.mark.parametrize(
    ("unit", "word"), [("customer", "customers"), ("none", "customers"), ("store", "stores")]
)
def test_it_rests_on_what_was_randomised(unit: str, word: str) -> None:
    made = InitiativeFactory.create(status="ended")
    result(made, "win", plan=plan(made, unit=unit))

    (row,) = rows()

    assert row.basis.startswith(f"204,832 {word}, ")


def test_an_effect_without_its_interval_is_not_shown() -> None:
    judged("win")
    Outcome.objects.filter(part="success").update(relative_low=None, effect_low=None)

    assert rows()[0].change_text == ""


def test_the_forest_stands_in_the_order_of_the_verdicts() -> None:
    for verdict in ("none", "unproven", "hold", "harm", "win", "hollow"):
        judged(verdict)

    drawn = forest(rows())

    assert [row.initiative.verdict for row in drawn.rows] == [
        "win",
        "hollow",
        "harm",
        "unproven",
        "hold",
        "none",
    ]
    assert [row.bar is not None for row in drawn.rows] == [True] * 4 + [False] * 2


def test_the_answer_counts_the_rows_and_names_the_biggest() -> None:
    for verdict in ("win", "hollow", "none", "hold"):
        judged(verdict)

    counts = verdict_counts(rows())

    assert counts == VerdictCounts(wins=1, hollow=1, hold=1, unmeasured=1, biggest="hollow")
    assert answers.working(counts) == (
        "One proven win of two measured. The biggest number is hollow."
    )


@pytest.mark.parametrize("how_many", [1, 3, 60])
def test_any_number_of_initiatives_costs_the_same(
    how_many: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for _ in range(how_many):
        judged("win")

    with django_assert_num_queries(6):
        assert len(rows()) == how_many


def test_a_win_on_weak_evidence_is_not_proven() -> None:
    weak = judged("win", name="Weak")
    Result.objects.filter(initiative=weak).update(grade="C")
    judged("win", name="Strong")
    judged("unproven")

    counts = verdict_counts(initiative_rows(Initiative.objects.all(), []))

    assert (counts.wins, counts.weaker, counts.unproven) == (1, 1, 1)
    assert answers.working(counts) == (
        "One proven win of three measured; one more on weaker evidence."
    )


@pytest.mark.parametrize(
    ("word", "called", "counts_as"),
    [
        ("lasting", "Win, lasting", "win"),
        ("unknown", "Win, lasting unknown", "win"),
        ("faded", "Win, faded", "lost"),
        ("borrowed", "Win, borrowed", "lost"),
    ],
)
def test_a_win_reads_as_its_retest_found_it(word: str, called: str, counts_as: str) -> None:
    retested(judged("win", status="ended"), word)

    (row,) = rows()

    assert (row.verdict, row.verdict_word, row.counts_as) == ("win", called, counts_as)


def test_a_win_that_is_lost_is_none_and_stands_behind_those_that_are() -> None:
    lost, won = judged("win", status="ended", name="A"), judged("win", name="B")
    retested(lost, "faded")
    Outcome.objects.filter(result__initiative=lost, part="success").update(relative=0.1)

    drawn = forest(rows())

    assert [row.initiative.name for row in drawn.rows] == [won.name, lost.name]
    assert answers.working(verdict_counts(rows())) == (
        "One proven win of two measured; one has not lasted. "
        "The biggest number is from a win that has not lasted."
    )


@pytest.mark.parametrize(
    ("seen", "ended", "stale"),
    [
        (timedelta(hours=2), timedelta(-30), ""),
        (timedelta(days=3), timedelta(-30), "One source late"),
        (timedelta(days=3), timedelta(days=1), "One source late"),
        (timedelta(days=3), timedelta(days=4), ""),
    ],
)
def test_numbers_are_stale_while_a_late_source_may_still_send_what_they_count(
    seen: timedelta, ended: timedelta, stale: str
) -> None:
    """What had come in when the window ended never grows old."""
    source("Web shop", loaded=NOW - seen, sends=["visit", "order"])
    source("Post", loaded=NOW - timedelta(days=300), sends=["survey_answer"])
    judged("win", starts_on=TODAY - timedelta(days=60), ends_on=TODAY - ended)

    assert [row.stale for row in rows()] == [stale]

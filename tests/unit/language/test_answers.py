from datetime import date, timedelta
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from strategy.language import answers
from strategy.language.answers import (
    Broken,
    GoalCounts,
    GuardrailCounts,
    ImportCounts,
    Served,
    Signatures,
    VerdictCounts,
)
from strategy.language.words import WORDS

FEW = st.integers(0, 10)
TODAY = date(2026, 11, 23)
DEPARTMENTS = ("Ecommerce", "Stores", "Marketing", "Data", "Service", "Merchandising")
OPT_OUTS = Broken("Opt-outs", weeks=3)
NPS = Broken("Customer satisfaction", is_plural=False, is_floor=True)


def said(sentence: str) -> list[int]:
    """Return the counts that a sentence says in words, in their order."""
    tokens = sentence.lower().replace(".", " ").replace(",", " ").replace(":", " ").split()
    numbers = {word: at for at, word in enumerate(WORDS, start=1)} | {"none": 0, "no": 0}
    return [numbers[token] for token in tokens if token in numbers]


@pytest.mark.parametrize(
    ("counts", "sentence"),
    [
        (GoalCounts(2, 2, 1), "Partly. Two of five on track, two behind, one too old to judge."),
        (GoalCounts(1, 1), "Partly. One of two on track, one behind."),
        (GoalCounts(2, 0, 0, 1), "Partly. Two of three on track, one not measured."),
        (GoalCounts(on_track=1), "Yes. The one goal is on track."),
        (GoalCounts(on_track=2), "Yes. Both goals are on track."),
        (GoalCounts(on_track=5), "Yes. All five goals are on track."),
        (
            GoalCounts(2, 3, worse=2),
            (
                "Partly. Two of five on track, three behind (two of them further away than when we "
                "began)."
            ),
        ),
        (
            GoalCounts(1, 2, worse=2),
            (
                "Partly. One of three on track, two behind (both of them further away than when we "
                "began)."
            ),
        ),
        (
            GoalCounts(2, 1, 1, worse=1),
            (
                "Partly. Two of four on track, one behind and further away than when we began, one "
                "too old to judge."
            ),
        ),
        (
            GoalCounts(behind=3, worse=1),
            "No. All three goals are behind (one of them further away than when we began).",
        ),
        (GoalCounts(behind=1), "No. The one goal is behind."),
        (GoalCounts(behind=2), "No. Both goals are behind."),
        (GoalCounts(behind=5), "No. All five goals are behind."),
        (GoalCounts(0, 2, 1), "No. None of three on track, two behind, one too old to judge."),
        (GoalCounts(too_old=2), "Not known: two too old to judge."),
        (GoalCounts(0, 0, 1, 1), "Not known: one too old to judge, one not measured."),
        (GoalCounts(unmeasured=3), "Not known: nothing measured yet."),
        (GoalCounts(), "Not known: no goals are set yet."),
    ],
)
def test_goals(counts: GoalCounts, sentence: str) -> None:
    assert answers.goals(counts) == sentence


@given(st.builds(GoalCounts, FEW, FEW, FEW, FEW, worse=st.just(0)))
def test_the_goals_of_a_mixed_answer_add_up(counts: GoalCounts) -> None:
    sentence = answers.goals(counts)

    if sum(counts) <= len(WORDS) and sentence.startswith("Partly"):
        on_track, total, *rest = said(sentence)
        assert (on_track, total) == (counts.on_track, sum(counts))
        assert on_track + sum(rest) == total
    assert sentence.startswith("Yes") == (0 < counts.on_track == sum(counts))
    assert sentence.startswith("No.") == (not counts.on_track and counts.behind > 0)


@pytest.mark.parametrize(
    ("counts", "sentence"),
    [
        (
            GuardrailCounts((OPT_OUTS,), close=1, inside=3),
            "No. Opt-outs have been over the limit for three weeks.",
        ),
        (
            GuardrailCounts((OPT_OUTS._replace(weeks_in_all=9, weeks_seen=12),)),
            "No. Opt-outs have been over the limit for three weeks, and in nine of the last 12.",
        ),
        (
            GuardrailCounts((OPT_OUTS._replace(weeks_in_all=3, weeks_seen=12),)),
            "No. Opt-outs have been over the limit for three weeks.",
        ),
        (
            GuardrailCounts((Broken("Complaints", weeks=1),)),
            "No. Complaints have been over the limit for one week.",
        ),
        (
            GuardrailCounts((Broken("Complaints"),), unmeasured=4),
            "No. Complaints are over the limit.",
        ),
        (GuardrailCounts((NPS,), inside=1), "No. Customer satisfaction is under the floor."),
        (
            GuardrailCounts((NPS._replace(weeks=2),)),
            "No. Customer satisfaction has been under the floor for two weeks.",
        ),
        (GuardrailCounts((OPT_OUTS, NPS), inside=3), "No. Two of five guardrails are broken."),
        (GuardrailCounts((OPT_OUTS, NPS)), "No. Both guardrails are broken."),
        (GuardrailCounts((OPT_OUTS,) * 3), "No. All three guardrails are broken."),
        (GuardrailCounts(inside=1), "Yes. The one guardrail is inside its limit."),
        (GuardrailCounts(inside=2), "Yes. Both guardrails are inside their limits."),
        (GuardrailCounts(inside=5), "Yes. All five guardrails are inside their limits."),
        (
            GuardrailCounts(close=1, inside=4),
            "Yes, but one of five guardrails is close to its limit.",
        ),
        (
            GuardrailCounts(close=2, inside=3),
            "Yes, but two of five guardrails are close to their limits.",
        ),
        (GuardrailCounts(close=1), "Yes, but the one guardrail is close to its limit."),
        (GuardrailCounts(close=2), "Yes, but both guardrails are close to their limits."),
        (
            GuardrailCounts(close=1, inside=2, unclear=1, unmeasured=1),
            (
                "Not fully known. Three of five guardrails inside their limits, "
                "one too uncertain to judge, one not measured."
            ),
        ),
        (
            GuardrailCounts(inside=1, too_old=1),
            "Not fully known. One of two guardrails inside its limit, one too old to judge.",
        ),
        (
            GuardrailCounts(unclear=1, unmeasured=1),
            "Not known: one too uncertain to judge, one not measured.",
        ),
        (GuardrailCounts(unmeasured=5), "Not known: nothing measured yet."),
        (GuardrailCounts(), "Not known: no guardrails are set yet."),
    ],
)
def test_guardrails(counts: GuardrailCounts, sentence: str) -> None:
    assert answers.guardrails(counts) == sentence


@given(
    st.builds(
        GuardrailCounts,
        st.sampled_from([(), (OPT_OUTS,), (OPT_OUTS, NPS)]),
        FEW,
        FEW,
        FEW,
        FEW,
        FEW,
    )
)
def test_the_experience_is_called_safe_only_if_every_guardrail_is(counts: GuardrailCounts) -> None:
    sentence = answers.guardrails(counts)

    others = counts.broken or counts.unclear or counts.too_old or counts.unmeasured
    assert sentence.startswith("Yes") == (not others and counts.close + counts.inside > 0)
    assert sentence.startswith("No.") == bool(counts.broken)
    if sentence.startswith("Not fully") and sum(counts[1:]) <= len(WORDS):
        safe, total, *rest = said(sentence)
        assert safe + sum(rest) == total == sum(counts[1:])


@pytest.mark.parametrize(
    ("signed", "missing", "sentence"),
    [
        (
            DEPARTMENTS[:4],
            ("Customer service", "Merchandising"),
            "Four of six departments. Customer service and Merchandising have not.",
        ),
        (DEPARTMENTS[:5], ("Stores",), "Five of six departments. Stores has not."),
        (DEPARTMENTS[:1], DEPARTMENTS[1:], "One of six departments. Five have not."),
        (DEPARTMENTS, (), "All six departments."),
        (DEPARTMENTS[:2], (), "Both departments."),
        (DEPARTMENTS[:1], (), "The one department."),
        ((), DEPARTMENTS, "Nobody yet, of six departments."),
        ((), ("Stores",), "Nobody yet, of one department."),
        ((), (), "Nobody: there are no departments yet."),
    ],
)
def test_signatures(signed: tuple[str, ...], missing: tuple[str, ...], sentence: str) -> None:
    assert answers.signatures(Signatures(signed, missing)) == sentence


def test_nobody_signs_what_is_not_published() -> None:
    unpublished = Signatures((), DEPARTMENTS, is_published=False)

    assert answers.signatures(unpublished) == "Nobody: no sheet is published yet."


@pytest.mark.parametrize(
    ("counts", "sentence"),
    [
        (
            VerdictCounts(3, 1, 1, 3, 0, 3, "hollow"),
            "Three proven wins of eight measured. The biggest number is hollow.",
        ),
        (
            VerdictCounts(1, 0, 1, 0, biggest="harm"),
            "One proven win of two measured. The biggest number is a harm.",
        ),
        (
            VerdictCounts(0, 0, 0, 2, biggest="unproven"),
            "No proven wins of two measured. The biggest number is unproven.",
        ),
        (
            VerdictCounts(2, 0, 1, biggest="wins"),
            "Two proven wins of three measured. One does harm.",
        ),
        (VerdictCounts(2, 0, 2), "Two proven wins of four measured. Two do harm."),
        (VerdictCounts(2, hold=1), "Two proven wins of two measured. One is on hold."),
        (VerdictCounts(2, hold=2), "Two proven wins of two measured. Two are on hold."),
        (VerdictCounts(2), "Two proven wins of two measured."),
        (
            VerdictCounts(wins=1, weaker=2, unproven=3),
            "One proven win of six measured; two more on weaker evidence.",
        ),
        (
            VerdictCounts(weaker=2, harm=1, biggest="weaker"),
            "No proven wins of three measured; two on weaker evidence. One does harm.",
        ),
        (VerdictCounts(weaker=1), "No proven win: the one measured stands on weaker evidence."),
        (VerdictCounts(wins=1, unmeasured=4), "One proven win, the only one measured."),
        (VerdictCounts(hollow=1), "No proven win: the one measured is hollow."),
        (VerdictCounts(harm=1), "No proven win: the one measured does harm."),
        (VerdictCounts(unproven=1), "No proven win: the one measured is unproven."),
        (VerdictCounts(hold=1, unmeasured=2), "Not known: one on hold, two not measured."),
        (VerdictCounts(unmeasured=2), "Not known: nothing measured yet."),
        (VerdictCounts(), "Not known: no initiatives are logged yet."),
    ],
)
def test_working(counts: VerdictCounts, sentence: str) -> None:
    assert answers.working(counts) == sentence


def test_the_biggest_number_belongs_to_an_initiative() -> None:
    with pytest.raises(ValueError, match="no initiative has the verdict 'hollow'"):
        answers.working(VerdictCounts(wins=3, biggest="hollow"))


@given(st.builds(VerdictCounts, *[st.integers(0, 2)] * 6, biggest=st.just(""), weaker=st.just(0)))
def test_wins_and_measured_are_said_as_counted(counts: VerdictCounts) -> None:
    measured = counts.wins + counts.weaker + counts.hollow + counts.harm + counts.unproven

    sentence = answers.working(counts)

    if measured > 1:
        assert said(sentence)[:2] == [counts.wins, measured]
    assert sentence.startswith("Not known") == (measured == 0)


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
            "locked",
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

    assert answers.unmeasured(status, starts_on, is_held_out=is_held_out) == answer
    assert answers.no_number(status, starts_on, is_held_out=is_held_out) == short


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

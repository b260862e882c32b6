import pytest
from hypothesis import given
from hypothesis import strategies as st

from strategy.language import answers
from strategy.language.answers import (
    Broken,
    GoalCounts,
    GuardrailCounts,
    Signatures,
    VerdictCounts,
)
from strategy.language.words import WORDS

FEW = st.integers(0, 10)
ONE_OR_NONE = st.integers(0, 1)
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
        (
            VerdictCounts(wins=1, lost=1),
            "One proven win of two measured; one has not lasted.",
        ),
        (
            VerdictCounts(lost=2, biggest="lost"),
            (
                "No proven wins of two measured; two have not lasted. "
                "The biggest number is from a win that has not lasted."
            ),
        ),
        (VerdictCounts(lost=1), "No proven win: the one measured has not lasted."),
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


@given(
    st.builds(
        VerdictCounts,
        *[st.integers(0, 2)] * 6,
        biggest=st.just(""),
        weaker=ONE_OR_NONE,
        lost=ONE_OR_NONE,
    )
)
def test_wins_and_measured_are_said_as_counted(counts: VerdictCounts) -> None:
    proven_or_not = counts.wins + counts.weaker + counts.lost
    measured = proven_or_not + counts.hollow + counts.harm + counts.unproven

    sentence = answers.working(counts)

    if measured > 1:
        assert said(sentence)[:2] == [counts.wins, measured]
    assert sentence.startswith("Not known") == (measured == 0)

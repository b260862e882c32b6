from datetime import date

import pytest

from campaigns.rulebook.facts import Facts
from campaigns.rulebook.rules import Breach, Rule, RuleError, Waiver, breaches, checked, unwaived

TODAY = date(2026, 11, 23)
BREACH = Breach(7, "holdout_or_reason", "No holdout.", "Hold out.")


def test_breaches_come_in_the_order_of_the_rules() -> None:
    rules = [
        Rule(9, "success_measure_required", {}, "Name what it should move."),
        Rule(3, "", {}, "Be kind."),
        Rule(2, "guardrail_required", {"least": 2}, "Watch the experience."),
    ]

    assert [breach.rule_id for breach in breaches(Facts(), rules)] == [9, 2]


def test_one_check_may_stand_under_two_rules() -> None:
    rules = [Rule(1, "guardrail_required", {}, ""), Rule(2, "guardrail_required", {"least": 2}, "")]

    assert [breach.rule_id for breach in breaches(Facts(guardrail_count=1), rules)] == [2]


@pytest.mark.parametrize(
    ("key", "parameters", "sentence"),
    [
        ("no_such", {}, "There is no check called no_such; there are chase_basket_once,"),
        ("window_needed", {"weeks": 2}, "window_needed has no parameter weeks"),
        ("window_needed", {"days": 0}, "days of window_needed must be between 1 and 366, not 0"),
        ("window_needed", {"days": "9"}, "must be between 1 and 366, not 9"),
        ("window_needed", {"days": True}, "must be between 1 and 366, not True"),
        ("window_needed", {"days": float("nan")}, "must be between 1 and 366, not nan"),
        ("holdout_at_least", {"share": 10}, "share of holdout_at_least must be between 0.01 and"),
    ],
)
def test_a_rule_that_cannot_be_checked_is_refused(
    key: str, parameters: dict[str, float], sentence: str
) -> None:
    with pytest.raises(RuleError, match=sentence):
        checked(key, parameters)
    with pytest.raises(RuleError, match=sentence):
        breaches(Facts(), [Rule(1, key, parameters, "")])


@pytest.mark.parametrize(
    ("waiver", "left"),
    [
        (Waiver(7, "The law asks for it", TODAY), []),
        (Waiver(7, "The law asks for it", date(2026, 11, 22)), [BREACH]),
        (Waiver(7, "  ", date(2026, 12, 31)), [BREACH]),
        (Waiver(8, "Another rule", date(2026, 12, 31)), [BREACH]),
    ],
)
def test_a_waiver_sets_one_rule_aside_for_a_reason_until_its_end(
    waiver: Waiver, left: list[Breach]
) -> None:
    assert unwaived([BREACH], [waiver], TODAY) == left

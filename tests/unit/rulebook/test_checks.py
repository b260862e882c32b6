from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import NamedTuple

import pytest

from campaigns.rulebook.checks import CHECKS
from campaigns.rulebook.facts import Facts
from campaigns.rulebook.rules import Breach, Rule, breaches

GOOD = Facts(
    name="Bulb and battery reminder",
    notice="An email that says which bulbs they bought in May",
    audience="Customers with email consent who bought bulbs",
    uses=frozenset({"history"}),
    channel="email",
    holdout_share=0.1,
    success_measure="conversion_rate",
    guardrail_count=2,
    starts_on=date(2026, 11, 26),
    ends_before=date(2026, 12, 10),
)
BASKET = GOOD._replace(name="Basket rescue", notice="An email about what they left")
TILL = GOOD._replace(channel="till", notice="The till says what they bought last")
TOLD = "Use only what customers told us, and say so in the audience; or leave it out."


class Example(NamedTuple):
    """What a check must say of these facts; no sentence means that they pass."""

    facts: Facts
    sentence: str = ""
    how_to_mend: str = ""
    parameters: Mapping[str, float] = {}


def guessing(words: str) -> str:
    return f"It guesses gender, age or family (“{words}”)."


def picking(words: str) -> str:
    return (
        f"It picks people by gender, age or family (“{words}”) and does not say that they told us."
    )


EXAMPLES: dict[str, list[Example]] = {
    "consent_required": [
        Example(GOOD),
        Example(TILL._replace(audience="Everybody")),
        Example(GOOD._replace(audience="Everybody", purpose="service")),
        Example(GOOD._replace(audience="")),
        Example(
            GOOD._replace(audience="Everybody who bought bulbs"),
            "It reaches people directly, and its audience does not say that they consent.",
            "Keep to customers with email consent, and say so in the audience.",
        ),
        Example(
            GOOD._replace(channel="app", audience="Everybody with our app"),
            "It reaches people directly, and its audience does not say that they consent.",
            "Keep to customers with app consent, and say so in the audience.",
        ),
    ],
    "one_in_four_active": [
        Example(GOOD._replace(mode="active", others=9)),
        Example(GOOD._replace(mode="passive", others=2)),
        Example(GOOD._replace(mode="passive", others=7, others_active=2)),
        Example(
            GOOD._replace(mode="passive", others=8, others_active=2),
            "The department has two active initiatives among nine, this one included; "
            "the sheet asks for 25%.",
            "Introduce something new with it, or agree an active one first.",
        ),
        Example(
            GOOD._replace(mode="passive", others=1),
            "The department has no active initiatives among two, this one included; "
            "the sheet asks for 50%.",
            "Introduce something new with it, or agree an active one first.",
            {"share": 0.5},
        ),
    ],
    "name_agrees_with_kind": [
        Example(GOOD._replace(name="Your personal lights")),
        Example(GOOD._replace(uses=frozenset({"group"}))),
        Example(
            GOOD._replace(name="Your personal lights", uses=frozenset({"group"})),
            "It calls itself personal (“personal” in the name) but uses a group only.",
            "Take “personal” out of the name, or use the person’s own history.",
        ),
        Example(
            GOOD._replace(notice="Offers just for you", uses=frozenset({"place", "choice"})),
            "It calls itself personal (“just for you” in the notice) but uses a place only.",
            "Take “just for you” out of the notice, or use the person’s own history.",
        ),
        Example(
            GOOD._replace(name="Personalised page", uses=frozenset({"moment"})),
            "It calls itself personal (“personalised” in the name) but uses the moment only.",
            "Take “personalised” out of the name, or use the person’s own history.",
        ),
        Example(
            GOOD._replace(name="A one-to-one letter", uses=frozenset()),
            "It calls itself personal (“one-to-one” in the name) "
            "but uses nothing about the customer.",
            "Take “one-to-one” out of the name, or use the person’s own history.",
        ),
    ],
    "holdout_or_reason": [
        Example(GOOD),
        Example(GOOD._replace(holdout_share=0, no_holdout_reason="A law asks for it")),
        Example(
            GOOD._replace(holdout_share=0, no_holdout_reason="  "),
            "No holdout and no reason for it, so the verdict will be Not measured.",
            "Hold some customers out at random, or say why nobody can be held out.",
        ),
    ],
    "holdout_at_least": [
        Example(GOOD),
        Example(GOOD._replace(holdout_share=Decimal("0.100"))),
        Example(
            GOOD._replace(holdout_share=0, no_holdout_reason="A law asks for it"),
            "No holdout; the sheet asks for at least 10%.",
            "Hold out 10% at random.",
        ),
        Example(
            GOOD._replace(holdout_share=Decimal("0.025"), no_holdout_reason="Dear"),
            "The holdout is 2.5%; the sheet asks for at least 10%.",
            "Hold out 10% at random.",
        ),
        Example(
            GOOD._replace(holdout_share=0),
            "No holdout; the sheet asks for at least 5%.",
            "Hold out 5% at random.",
            {"share": 0.05},
        ),
    ],
    "chase_basket_once": [
        Example(BASKET),
        Example(GOOD._replace(notice="Three emails about bulbs")),
        Example(BASKET._replace(notice="24 hours after, an email with 15% off; baskets over £15")),
        Example(BASKET._replace(notice="Three emails"), parameters={"messages": 3}),
        Example(
            BASKET._replace(name="Basket rescue, three emails", notice="Three emails in five days"),
            "It chases a basket with three messages (“three emails”); the sheet allows one.",
            "Send one message and stop.",
        ),
        Example(
            BASKET._replace(notice="2 texts about what was left"),
            "It chases a basket with two messages (“2 texts”); the sheet allows one.",
            "Send one message and stop.",
        ),
        Example(
            BASKET._replace(notice="An email, then a short text after 24 hours"),
            "It chases a basket with two messages (“An email, a short text”); "
            "the sheet allows one.",
            "Send one message and stop.",
        ),
        Example(
            BASKET._replace(notice="An email and later a second email"),
            "It chases a basket with two messages (“second email”); the sheet allows one.",
            "Send one message and stop.",
        ),
        Example(
            BASKET._replace(notice="Four emails"),
            "It chases a basket with four messages (“Four emails”); the sheet allows two.",
            "Send two messages and stop.",
            {"messages": 2},
        ),
    ],
    "no_guessing": [
        Example(GOOD),
        Example(GOOD._replace(name="Women’s boots", audience="Buyers of women's boots")),
        Example(GOOD._replace(notice="Shelves that families’ kitchens need")),
        Example(GOOD._replace(audience="Buyers of family tents", name="Mother’s Day vases")),
        Example(GOOD._replace(audience="Parents who told us so")),
        Example(GOOD._replace(audience="Customers likely to buy baby baths")),
        Example(GOOD._replace(notice="We do not guess their age")),
        Example(GOOD._replace(audience="Age band on the account, Gold tier")),
        Example(
            GOOD._replace(audience="Customers who are probably women"),
            guessing("probably women"),
            TOLD,
        ),
        Example(
            GOOD._replace(notice="Cots, from their predicted family size"),
            guessing("predicted family"),
            TOLD,
        ),
        Example(GOOD._replace(name="Likely to be parents"), guessing("Likely to be parents"), TOLD),
        Example(GOOD._replace(audience="New mothers in York"), picking("mothers"), TOLD),
    ],
    "guardrail_required": [
        Example(GOOD),
        Example(GOOD, parameters={"least": 2}),
        Example(
            GOOD._replace(guardrail_count=0),
            "No guardrails are watched; the sheet asks for at least one.",
            "Choose one guardrail.",
        ),
        Example(
            GOOD._replace(guardrail_count=1),
            "One guardrail is watched; the sheet asks for at least three.",
            "Choose two more guardrails.",
            {"least": 3},
        ),
    ],
    "success_measure_required": [
        Example(GOOD),
        Example(
            GOOD._replace(success_measure=" "),
            "No success measure is named, so nothing can be called a win.",
            "Choose the one measure that it should move.",
        ),
    ],
    "window_needed": [
        Example(GOOD),
        Example(GOOD._replace(ends_before=date(2026, 11, 27)), parameters={"days": 1}),
        Example(
            GOOD._replace(ends_before=date(2026, 12, 6)),
            "It runs for ten days, 26 November to 5 December 2026; the sheet asks for at least 14.",
            "Move the last day four days later.",
        ),
        Example(
            GOOD._replace(ends_before=date(2026, 11, 26)),
            "It ends before it starts on Thu 26 Nov.",
            "Set the last day after the first.",
        ),
        Example(
            GOOD._replace(starts_on=None, ends_before=None),
            "The first and last days are missing.",
            "Set a window of at least 14 days.",
        ),
        Example(
            GOOD._replace(starts_on=None),
            "The first day is missing.",
            "Set a window of at least 14 days.",
        ),
        Example(
            GOOD._replace(ends_before=None),
            "The last day is missing.",
            "Set a window of at least one day.",
            {"days": 1},
        ),
    ],
    "no_browsing_in_store": [
        Example(TILL),
        Example(GOOD._replace(notice="What they looked at online")),
        Example(TILL._replace(notice="Help with what they viewed online if the customer asks")),
        Example(
            TILL._replace(notice="The till says what they looked at last week online"),
            "It mentions online browsing in store (“looked at last week online”).",
            "Speak of purchases only, or wait until the customer raises it and say so.",
        ),
        Example(
            TILL._replace(channel="store", name="Browsing prompt"),
            "It mentions online browsing in store (“Browsing”).",
            "Speak of purchases only, or wait until the customer raises it and say so.",
        ),
    ],
}


def test_every_check_has_examples_of_both_outcomes() -> None:
    assert EXAMPLES.keys() == {key for key, one in CHECKS.items() if one.find}
    for examples in EXAMPLES.values():
        assert {bool(example.sentence) for example in examples} == {True, False}


@pytest.mark.parametrize(
    ("key", "example"),
    [(key, example) for key, examples in EXAMPLES.items() for example in examples],
)
def test_a_check_says_exactly_this(key: str, example: Example) -> None:
    found = breaches(example.facts, [Rule(7, key, example.parameters, "")])

    expected = [Breach(7, key, example.sentence, example.how_to_mend)] if example.sentence else []
    assert found == expected


def test_every_check_describes_itself_and_its_parameters() -> None:
    for key, check in CHECKS.items():
        assert check.key == key
        assert check.tests.startswith(("Refuse ", "Ask "))
        assert check.tests.endswith(".")
        for parameter in check.parameters:
            assert parameter.low <= parameter.default <= parameter.high
            assert parameter.meaning


def test_a_good_draft_breaks_nothing() -> None:
    assert breaches(GOOD, [Rule(at, key, {}, "") for at, key in enumerate(CHECKS)]) == []

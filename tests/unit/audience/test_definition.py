"""What can be asked, and what a definition says of itself."""

from typing import Any

import pytest

from campaigns.audience.definition import (
    EVERYBODY,
    Condition,
    Definition,
    Group,
    NotADefinitionError,
    definition_of,
    mistakes_in,
)
from campaigns.audience.words import sentence

GARDEN = Condition("category", "Garden", 90)
POST = Condition("consent", "post:marketing")
RESCUE = Group("none", (Condition("in", "7"),))
NAMES = {"in:7": "Basket rescue"}


def one(condition: Condition) -> Definition:
    return Definition("all", (Group("all", (condition,)),))


def test_a_definition_comes_back_from_json_as_it_was() -> None:
    asked = Definition("any", (Group("all", (GARDEN, POST)), RESCUE))

    assert definition_of(asked.to_json()) == asked


@pytest.mark.parametrize(
    ("said", "mistake"),
    [
        ({}, "It needs “match”, and “groups” with “conditions”."),
        ({"match": "some", "groups": []}, "“some” is none of all, any."),
        ({"match": "all", "groups": [{"match": "all", "conditions": []}]},
         "A group needs a condition."),
        ({"match": "all", "groups": [{"match": "all", "conditions": [{"field": "gender"}]}]},
         "“gender” cannot be asked."),
        ({"match": "all", "groups": [{"match": "all", "conditions": [
            {"field": "orders", "number": True}]}]}, "“True” is no whole number."),
    ],
)  # fmt: skip
def test_what_is_no_definition_is_said(said: dict[str, Any], mistake: str) -> None:
    with pytest.raises(NotADefinitionError, match=mistake):
        definition_of(said)


@pytest.mark.parametrize(
    ("condition", "mistakes"),
    [
        (GARDEN, []),
        (Condition("due"), []),
        (Condition("category", "", 90), ["“Bought in a category” needs a choice."]),
        (Condition("category", "Garden"),
         ["“Bought in a category” needs a whole number from 1 to 730."]),
        (Condition("recency", number=6), ["“Recency score” needs a whole number from 1 to 5."]),
        (Condition("complaint", number=3), ["“Has an open complaint” has no number."]),
        (Condition("complaint", "x"), ["“Has an open complaint” has nothing to choose."]),
        (Condition("consent", "x" * 201), ["Use 200 letters at most."]),
    ],
)  # fmt: skip
def test_a_mistake_is_named(condition: Condition, mistakes: list[str]) -> None:
    assert mistakes_in(one(condition)) == mistakes


def test_a_definition_stays_within_bounds() -> None:
    group = Group("all", (GARDEN,) * 13)

    assert mistakes_in(Definition("all", (group,) * 9)) == [
        "Use 8 groups at most.",
        "Use 12 conditions in a group at most.",
    ]


@pytest.mark.parametrize(
    ("asked", "says"),
    [
        (EVERYBODY, "Every customer."),
        (Definition("all", (Group("all", (GARDEN, POST)), RESCUE)),
         ("Customers who bought Garden in the last 90 days and may be contacted by post for "
         "marketing, but not those who are in Basket rescue.")),
        (Definition("all", (RESCUE,)), "Customers but not those who are in Basket rescue."),
        (Definition("any", (Group("any", (GARDEN, POST)), RESCUE)),
         ("Customers who bought Garden in the last 90 days or may be contacted by post for "
         "marketing, or who are not in Basket rescue.")),
        (one(Condition("spend", number=1200, is_not=True)),
         "Customers who spent less than £1,200 in a year."),
        (one(Condition("monetary", number=5)), "Customers who have a spending score of 5."),
        (one(Condition("due")), "Customers who are due for something again."),
        (one(Condition("prefers", "light=warm")), "Customers who told us light: warm."),
        (one(Condition("bought", number=1)), "Customers who bought in the last day."),
    ],
)  # fmt: skip
def test_an_audience_is_one_sentence(asked: Definition, says: str) -> None:
    assert sentence(asked, NAMES, "GBP") == says

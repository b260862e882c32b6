"""An audience's definition as data: conditions in groups, all or any of them, or none.

Two levels say everything that and, or and not can say, and a person can still read them: every
group is a line of the form. It is kept as JSON: `{"match": "all", "groups": [{"match": "any",
"conditions": [{"field": "category", "value": "Garden", "number": 90, "is_not": false}]}]}`.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Literal, NamedTuple, cast, get_args

from campaigns.audience.fields import FIELDS, LONGEST_VALUE
from campaigns.audience.traits import WINDOW_DAYS

type Match = Literal["all", "any"]
type GroupMatch = Literal["all", "any", "none"]
MATCHES = get_args(Match.__value__)
GROUP_MATCHES = get_args(GroupMatch.__value__)

MOST_GROUPS = 8
MOST_CONDITIONS = 12
"""Conditions of one group."""
LARGEST = 4_000_000_000
"""No number may be larger: columns hold four bytes."""


class Condition(NamedTuple):
    """One thing that is asked of a customer; `is_not` turns the answer round.

    `number` is in the unit of its field: days back, at least so many, a score from 1 to 5.
    """

    field: str
    value: str = ""
    number: int | None = None
    is_not: bool = False


class Group(NamedTuple):
    """Conditions of which all, any or none must hold."""

    match: GroupMatch
    conditions: tuple[Condition, ...]


class Definition(NamedTuple):
    """Groups of which all or any must hold; without a group it is everybody."""

    match: Match
    groups: tuple[Group, ...]

    @property
    def conditions(self) -> list[Condition]:
        """Every condition, as written."""
        return [condition for group in self.groups for condition in group.conditions]

    def to_json(self) -> dict[str, Any]:
        """Return it as it is kept."""
        return {
            "match": self.match,
            "groups": [
                {"match": group.match, "conditions": [one._asdict() for one in group.conditions]}
                for group in self.groups
            ],
        }


EVERYBODY = Definition("all", ())


class NotADefinitionError(ValueError):
    """What was said cannot be asked; `mistakes` are sentences for whoever said it."""

    def __init__(self, mistakes: Sequence[str]) -> None:
        super().__init__(" ".join(mistakes))
        self.mistakes = tuple(mistakes)


def definition_of(said: Mapping[str, Any]) -> Definition:
    """Read what `to_json` wrote, or what an API was sent. Raises NotADefinitionError."""
    try:
        found = Definition(
            _one_of(said["match"], MATCHES),
            tuple(
                Group(
                    _one_of(group["match"], GROUP_MATCHES),
                    tuple(_condition(one) for one in group["conditions"]),
                )
                for group in said["groups"]
            ),
        )
    except (KeyError, TypeError, AttributeError):
        raise NotADefinitionError(["It needs “match”, and “groups” with “conditions”."]) from None
    if mistakes := mistakes_in(found):
        raise NotADefinitionError(mistakes)
    return found


def mistakes_in(definition: Definition) -> list[str]:
    """Return what is wrong with a definition, in sentences; empty where it can be asked."""
    mistakes = []
    if len(definition.groups) > MOST_GROUPS:
        mistakes.append(f"Use {MOST_GROUPS} groups at most.")
    if any(len(group.conditions) > MOST_CONDITIONS for group in definition.groups):
        mistakes.append(f"Use {MOST_CONDITIONS} conditions in a group at most.")
    if any(not group.conditions for group in definition.groups):
        mistakes.append("A group needs a condition.")
    return mistakes + [mistake for one in definition.conditions for mistake in _mistakes(one)]


def _condition(said: Mapping[str, Any]) -> Condition:
    number = said.get("number")
    if number is not None and (isinstance(number, bool) or not isinstance(number, int)):
        raise NotADefinitionError([f"“{number}” is no whole number."])
    value, is_not = said.get("value", ""), said.get("is_not", False)
    if not isinstance(value, str) or not isinstance(is_not, bool):
        raise TypeError
    return Condition(str(said["field"]), value, number, is_not)


def _one_of[Choice: str](said: Any, choices: tuple[Choice, ...]) -> Choice:
    if said not in choices:
        raise NotADefinitionError([f"“{said}” is none of {', '.join(choices)}."])
    return cast("Choice", said)


def _mistakes(condition: Condition) -> list[str]:
    field = FIELDS.get(condition.field)
    if field is None:
        return [f"“{condition.field}” cannot be asked."]
    mistakes = []
    if bool(condition.value) != bool(field.family) and field.name != "due":
        wanted = "needs a choice" if field.family else "has nothing to choose"
        mistakes.append(f"“{field.label}” {wanted}.")
    if len(condition.value) > LONGEST_VALUE:
        mistakes.append(f"Use {LONGEST_VALUE} letters at most.")
    highest = {"days": WINDOW_DAYS, "score": 5}.get(field.number, LARGEST)
    if not field.number and condition.number is not None:
        mistakes.append(f"“{field.label}” has no number.")
    elif field.number and not 1 <= (condition.number or 0) <= highest:
        mistakes.append(f"“{field.label}” needs a whole number from 1 to {highest:,}.")
    return mistakes

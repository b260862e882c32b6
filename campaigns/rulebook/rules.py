"""The sheet's rules put to one initiative: what it breaks, and what is waived."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import NamedTuple

from campaigns.rulebook.checks import CHECKS, DECLARED, Check
from campaigns.rulebook.facts import Facts


class RuleError(ValueError):
    """A rule names no known check, or sets a parameter that the check has not or may not take."""


class Rule(NamedTuple):
    """A rule of the sheet; without a check it is for people to judge. `text` is the sheet's own."""

    rule_id: int
    check: str
    parameters: Mapping[str, float]
    text: str


class Breach(NamedTuple):
    """One rule broken by one initiative."""

    rule_id: int
    check: str
    sentence: str
    how_to_mend: str


class Waiver(NamedTuple):
    """A rule set aside for one initiative; `last_on` is the last day on which it holds."""

    rule_id: int
    reason: str
    last_on: date


def breaches(facts: Facts, rules: Iterable[Rule]) -> list[Breach]:
    """Return what the initiative breaks, in the order of the rules.

    Raises:
        RuleError: a rule is not one that `checked` accepts.

    """
    found = []
    for rule in rules:
        if not rule.check or rule.check in DECLARED:
            continue
        check = checked(rule.check, rule.parameters)
        if check.find and (result := check.find(facts, complete(check, rule.parameters))):
            found.append(Breach(rule.rule_id, rule.check, result.sentence, result.how_to_mend))
    return found


def checked(key: str, parameters: Mapping[str, float]) -> Check:
    """Return the check that a rule names, if its parameters suit; for forms and the admin.

    Raises:
        RuleError: there is no such check or parameter, or its value is out of bounds.

    """
    if key not in CHECKS:
        raise RuleError(f"There is no check called {key}; there are {', '.join(sorted(CHECKS))}.")
    known = {parameter.name: parameter for parameter in CHECKS[key].parameters}
    for name, value in parameters.items():
        if name not in known:
            raise RuleError(f"{key} has no parameter {name}.")
        low, high = known[name].low, known[name].high
        if (
            isinstance(value, bool)
            or not isinstance(value, int | float)
            or not low <= value <= high
        ):
            raise RuleError(f"{name} of {key} must be between {low:g} and {high:g}, not {value}.")
    return CHECKS[key]


def keys() -> list[tuple[str, str]]:
    """Return each check's key with what it tests, for choosing in the admin."""
    return [(key, f"{key}: {one.tests}") for key, one in sorted(CHECKS.items())]


def mistake(key: str, parameters: Mapping[str, float]) -> str:
    """Return what is wrong with a rule's check, "" where it is sound."""
    try:
        checked(key, parameters)
    except RuleError as error:
        return str(error)
    return ""


def explained(key: str, parameters: Mapping[str, float]) -> str:
    """Return what the check tests, with the numbers that the rule sets; "" without such a check.

    >>> explained("window_needed", {"days": 14})
    'Refuse a window without both days, in the wrong order, or too short. Shortest window, \
in days: 14.'
    """
    if key not in CHECKS:
        return ""
    check = CHECKS[key]
    given = complete(check, parameters)
    numbers = [
        f"{parameter.meaning[0].upper()}{parameter.meaning[1:]}: {given[parameter.name]:g}."
        for parameter in check.parameters
    ]
    return " ".join([check.tests, *numbers])


def unwaived(found: Iterable[Breach], waivers: Iterable[Waiver], today: date) -> list[Breach]:
    """Return the breaches that stand today; a waiver without a reason waives nothing."""
    waived = {
        waiver.rule_id for waiver in waivers if waiver.reason.strip() and today <= waiver.last_on
    }
    return [breach for breach in found if breach.rule_id not in waived]


def complete(check: Check, parameters: Mapping[str, float]) -> dict[str, float]:
    """Return the parameters that a rule sets, and the defaults of the others."""
    return {parameter.name: parameter.default for parameter in check.parameters} | dict(parameters)

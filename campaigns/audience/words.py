"""An audience in one sentence."""

from collections.abc import Mapping

from campaigns.audience.definition import Condition, Definition, Group
from campaigns.audience.fields import FIELDS
from strategy.language.numbers import money
from strategy.language.words import join_words

ANYTHING = "something"
BETTER = {
    "last 1 days": "last day",
    "on 1 days or more": "on a day or more",
    "on fewer than 1 days": "on no day",
    "score of 5 or more": "score of 5",
    "score of 1 or more": "score",
}
"""What no template can say of every number."""


def sentence(definition: Definition, names: Mapping[str, str], currency: str) -> str:
    """Say who is meant.

    `names` has the words for values that have a name of their own: initiatives by their id.

    >>> garden = Condition("category", "Garden", 90)
    >>> post = Condition("consent", "post:marketing")
    >>> other = Group("none", (Condition("in", "7"),))
    >>> asked = Definition("all", (Group("all", (garden, post)), other))
    >>> print(sentence(asked, {"in:7": "Basket rescue"}, "GBP"))
    Customers who bought Garden in the last 90 days and may be contacted by post for marketing, but not those who are in Basket rescue.
    """  # noqa: E501  a sentence
    if not definition.groups:
        return "Every customer."
    if definition.match == "all":
        wanted = [group for group in definition.groups if group.match != "none"]
        refused = [group for group in definition.groups if group.match == "none"]
    else:
        wanted, refused = list(definition.groups), []
    link = "and" if definition.match == "all" else "or"
    said = "Customers"
    if wanted:
        phrases = [f"who {_group(group, names, currency)}" for group in wanted]
        said += f" {f', {link} '.join(phrases)}"
    if refused:
        phrases = [_words(one, names, currency) for group in refused for one in group.conditions]
        said += f"{',' if wanted else ''} but not those who {join_words(phrases, 'or')}"
    return f"{said}."


def value_words(field: str, value: str, names: Mapping[str, str]) -> str:
    """Return a value as people read it.

    >>> value_words("consent", "email:marketing", {}), value_words("prefers", "size=XL", {})
    ('email for marketing', 'size: XL')
    """
    if not value:
        return ANYTHING
    family = FIELDS[field].family
    if named := names.get(f"{family}:{value}"):
        return named
    if family == "consent":
        channel, _, purpose = value.partition(":")
        return f"{channel} for {purpose}" if purpose else channel
    return value.replace("=", ": ", 1) if family == "prefers" else value


def _group(group: Group, names: Mapping[str, str], currency: str) -> str:
    if group.match == "none":  # none of them is: not this and not that
        turned = (one._replace(is_not=not one.is_not) for one in group.conditions)
        return _group(Group("all", tuple(turned)), names, currency)
    phrases = [_words(one, names, currency) for one in group.conditions]
    return join_words(phrases, "and" if group.match == "all" else "or")


def _words(condition: Condition, names: Mapping[str, str], currency: str) -> str:
    field = FIELDS[condition.field]
    number = condition.number or 0
    said = field.says_not if condition.is_not else field.says
    words = said.format(
        value=value_words(condition.field, condition.value, names),
        number=money(number, currency, 0) if field.number == "money" else f"{number:,}",
    )
    for exact, better in BETTER.items():
        words = words.replace(exact, better)
    return words

"""Answering a definition from columns: whole columns at a time, so that a million take no time."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import TYPE_CHECKING, NamedTuple

from campaigns.audience.definition import Condition, Definition, Group
from campaigns.audience.fields import FIELDS, SCORES
from campaigns.audience.traits import (
    COMPLAINT,
    EVERYBODY,
    LAST_ORDERED,
    PARTS,
    YEAR_DAYS,
    day_number,
    key,
)
from customers.memory.recall import CASE_OPEN

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from campaigns.audience.traits import Column

    type Mask = npt.NDArray[np.bool_]


class Known(NamedTuple):
    """What a definition is answered by, besides the columns.

    `today` is the day in the company's zone on which days are counted back from; `cuts` are the
    four numbers between the fifths of each score's column; `goes_with` names, for a category, the
    categories whose buyers buy it too.
    """

    today: date
    cuts: Mapping[str, list[int]]
    goes_with: Mapping[str, list[str]]


def columns_of(definition: Definition, goes_with: Mapping[str, list[str]]) -> list[str]:
    """Return the names of the columns that answering needs, EVERYBODY among them."""
    names = [EVERYBODY]
    for one in definition.conditions:
        names += _names(one, goes_with)
    return list(dict.fromkeys(names))


def members(definition: Definition, columns: "Mapping[str, Column]", known: Known) -> "Mask":
    """Return who fits, one answer for each place of the columns, which are all of one length."""
    there: Mask = columns[EVERYBODY] != 0
    if not definition.groups:
        return there
    answers = [_group(group, columns, known) for group in definition.groups]
    found = answers[0]
    for answer in answers[1:]:
        found = found & answer if definition.match == "all" else found | answer
    return found & there


def scores(column: "Column", ordered: "Column", cuts: list[int], today: date) -> "Column":
    """Return scores of 1 to 5, 5 the best, and 0 for who ordered nothing in the last 365 days."""
    import numpy as np  # noqa: PLC0415  heavy

    lately = ordered > _since(today, YEAR_DAYS)
    ranked = np.searchsorted(np.asarray(cuts, dtype=np.int64), column, side="left") + 1
    return np.where(lately, ranked, 0).astype("<u1")


def _group(group: Group, columns: "Mapping[str, Column]", known: Known) -> "Mask":
    answers = [_answer(one, columns, known) for one in group.conditions]
    found = answers[0]
    for answer in answers[1:]:
        found = found & answer if group.match == "all" else found | answer
    return ~found if group.match == "none" else found


def _answer(condition: Condition, columns: "Mapping[str, Column]", known: Known) -> "Mask":
    answer = _holds(condition, columns, known)
    return ~answer if condition.is_not else answer


def _holds(condition: Condition, columns: "Mapping[str, Column]", known: Known) -> "Mask":
    field, names = FIELDS[condition.field], _names(condition, known.goes_with)
    if field.name in SCORES:
        return _scores_at_least(condition.number or 0, field.name, columns, known)
    if field.name == "likes_with":
        own, *others = (columns[name] != 0 for name in names)
        some: Mask = sum(others, start=own & False) & ~own
        return some
    column, today = columns[names[0]], day_number(known.today)
    if field.name == "due":
        return (column >> 16 <= today) & (column & 0xFFFF > today)
    if field.number in {"least", "money"}:
        return column >= (condition.number or 0) * (PARTS if field.number == "money" else 1)
    days = CASE_OPEN.days if field.name == COMPLAINT else condition.number
    return column > _since(known.today, days) if days else column != 0


def _scores_at_least(
    number: int, score: str, columns: "Mapping[str, Column]", known: Known
) -> "Mask":
    """Return whose score is so high, as `scores` has it, by one comparison."""
    lately: Mask = columns[LAST_ORDERED] > _since(known.today, YEAR_DAYS)
    cuts = known.cuts.get(score, [])[: number - 1]
    return lately & (columns[SCORES[score]] > cuts[-1]) if cuts else lately


def _names(condition: Condition, goes_with: Mapping[str, list[str]]) -> list[str]:
    field = FIELDS[condition.field]
    if field.name in SCORES:
        return [SCORES[field.name], LAST_ORDERED]
    if field.name == "likes_with":
        others = goes_with.get(condition.value, [])
        return [key("category", name) for name in (condition.value, *others)]
    if not condition.value:
        return [field.name]
    return [key(field.family, condition.value)]


def _since(today: date, days: int) -> int:
    """Return the day before the window of so many days that ends with today."""
    return day_number(today - timedelta(days=days))

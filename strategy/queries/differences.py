"""What changed between two versions of the sheet, in the order in which it is read."""

from collections.abc import Iterator
from difflib import SequenceMatcher
from itertools import zip_longest
from typing import Literal, NamedTuple

from strategy.queries.sheets import RuleRow, SheetText, TermRow

ALIKE = 0.5
"""Two lines that share less than half of their text are two lines, not a changed one."""


class Difference(NamedTuple):
    """One line that differs; `before` is empty where added, `after` where removed."""

    part: str
    change: Literal["added", "removed", "changed"]
    before: str
    after: str


def differences(older: SheetText, newer: SheetText) -> list[Difference]:
    """Return every line of the two texts that differs. No query."""
    before, after = _lines(older), _lines(newer)
    return [
        difference for part in after for difference in _changes(part, before[part], after[part])
    ]


def _lines(sheet: SheetText) -> dict[str, list[str]]:
    return {
        "Vision": sheet.vision.splitlines(),
        "What we mean": [line for line in sheet.definition.splitlines() if line.strip()],
        "Kinds": [_term(term) for term in sheet.terms],
        "Do": [_rule(rule) for rule in sheet.dos],
        "Don’t": [_rule(rule) for rule in sheet.donts],
        "Contact policy": sheet.policy,
        "Review": [sheet.review_on],
    }


def _term(term: TermRow) -> str:
    return f"{term.kind}: {term.test}, as in {term.example}. Personalisation: {term.counts}."


def _rule(rule: RuleRow) -> str:
    return f"{rule.text} (checked: {rule.check})" if rule.check else rule.text


def _changes(part: str, before: list[str], after: list[str]) -> Iterator[Difference]:
    for what, first, last, new_first, new_last in SequenceMatcher(
        a=before, b=after, autojunk=False
    ).get_opcodes():
        if what == "equal":
            continue
        pairs = zip_longest(before[first:last], after[new_first:new_last], fillvalue="")
        for old, new in pairs:
            yield from _change(part, old, new)


def _change(part: str, old: str, new: str) -> Iterator[Difference]:
    if old and new and SequenceMatcher(a=old, b=new).ratio() >= ALIKE:
        yield Difference(part, "changed", old, new)
        return
    if old:
        yield Difference(part, "removed", old, "")
    if new:
        yield Difference(part, "added", "", new)

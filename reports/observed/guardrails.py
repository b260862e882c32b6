"""Guardrails where chance did not choose: how they stand, and what may be said of all of them."""

from collections.abc import Mapping
from enum import StrEnum

from reports.observed.effect import Effect
from strategy.language.words import inside, join_words, plural


class Standing(StrEnum):
    """Where a guardrail stands beside places that nobody drew by lot; none of them is "safe"."""

    INSIDE = "inside the margin"
    OPEN = "not shown safe"
    WORSE = "may be worse"
    UNKNOWN = "not compared"

    @property
    def tag(self) -> str:
        """The status of the page's tag."""
        return "near" if self in {Standing.OPEN, Standing.WORSE} else "none"


def stands(effect: Effect, *, margin: float, fewer_is_better: bool) -> Standing:
    """Return where a guardrail stands by its 95% interval over places.

    Inside the margin: the whole interval is less than so much worse than expected, relative to
    that. Else it may be worse where the whole interval is on the wrong side of 0.

    >>> from reports.observed.effect import Method, described
    >>> fell = described(Method.ANCOVA, -2, -3, -1, 0.01, expected=20, units=(2, 9))
    >>> stands(fell, margin=0.25, fewer_is_better=False).value
    'inside the margin'
    >>> stands(fell, margin=0.1, fewer_is_better=False).value
    'may be worse'
    >>> stands(fell, margin=0.1, fewer_is_better=True).value
    'inside the margin'
    """
    ends = (effect.low, effect.high) if fewer_is_better else (-effect.high, -effect.low)
    best, worst = ends
    if effect.expected > 0 and worst < margin * effect.expected:
        return Standing.INSIDE
    return Standing.WORSE if best > 0 else Standing.OPEN


def guardrails_say(standings: Mapping[str, Standing]) -> str:
    """Return the sentence about guardrails by their names, "" without any.

    >>> guardrails_say({"Complaints": Standing.INSIDE, "Opt-outs": Standing.WORSE})
    'Opt-outs may be worse than agreed.'
    >>> guardrails_say({"Complaints": Standing.OPEN, "Return rate": Standing.UNKNOWN})
    'Not shown to be as agreed: complaints and return rate.'
    """
    if not standings:
        return ""
    if set(standings.values()) == {Standing.UNKNOWN}:
        return "No guardrail could be compared."
    worse = [name for name, one in standings.items() if one is Standing.WORSE]
    if worse:
        return f"{_listed(worse)} may be worse than agreed."
    unshown = [name for name, one in standings.items() if one is not Standing.INSIDE]
    if unshown:
        listed = join_words([inside(name) for name in unshown])
        return f"Not shown to be as agreed: {listed}."
    every = plural(len(standings), "The guardrail", "Every guardrail")
    return f"{every} stayed inside what was agreed."


def _listed(names: list[str]) -> str:
    return join_words([names[0], *map(inside, names[1:])])

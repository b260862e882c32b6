"""How far two values of one attribute are alike, for somebody who compares them by eye."""

from collections.abc import Iterable
from enum import Enum
from itertools import product

from anyascii import anyascii
from rapidfuzz.distance import OSA

SHORTEST_NEAR = 3
"""Letters; of shorter texts one letter is too much of the whole."""


class Likeness(Enum):
    """How two people's values compare; its value is what to call it."""

    SAME = "Same"
    LETTER = "One letter off"
    DIGIT = "One digit off"
    DIFFERS = "Differs"
    ONE_SIDED = "Only one known"


def likeness(one: Iterable[str], other: Iterable[str]) -> Likeness:
    """Compare all values of one person with all of another; the closest two count.

    Capitals, accents, punctuation, spaces and the order of words do not matter. Two letters that
    changed places are one letter off.

    >>> likeness(["Holt, Maria"], ["maria holt"]).value, likeness(["YO1 7HH"], ["YO1 7HK"]).value
    ('Same', 'One letter off')
    >>> likeness(["01904 555123"], ["01904 555 132"]).value, likeness(["York"], []).value
    ('One digit off', 'Only one known')
    """
    pairs = list(product(filter(None, map(_words, one)), filter(None, map(_words, other))))
    if not pairs:
        return Likeness.ONE_SIDED
    if any("".join(a) == "".join(b) or sorted(a) == sorted(b) for a, b in pairs):
        return Likeness.SAME
    near = [one_off for one_off in pairs if _is_near(*one_off)]
    if not near:
        return Likeness.DIFFERS
    return Likeness.DIGIT if "".join(near[0][0]).isdigit() else Likeness.LETTER


def _words(text: str) -> list[str]:
    kept = (letter if letter.isalnum() else " " for letter in anyascii(text).casefold())
    return "".join(kept).split()


def _is_near(one: list[str], other: list[str]) -> bool:
    a, b = "".join(one), "".join(other)
    return min(len(a), len(b)) >= SHORTEST_NEAR and OSA.distance(a, b, score_cutoff=1) <= 1

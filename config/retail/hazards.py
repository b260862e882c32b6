"""What makes linking hard, each with a rate, and how it is done to columns of text."""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

type Bools = npt.NDArray[np.bool_]
type Ints = npt.NDArray[np.int64]
type Texts = npt.NDArray[np.object_]

PLACEHOLDERS = ("test@test.com", "none@none.com", "noreply@noreply.com", "x@x.com", "a@a.com")
MONTHS = 12
DIGITS, LETTERS = "0123456789", "abcdefghijklmnopqrstuvwxyz"


class Rates(NamedTuple):
    """How often each hazard happens, in [0, 1].

    Attributes:
        shared_email: people who use the e-mail address of the first in their household.
        joint_token: people who pay by the card of the first in their household.
        cashier_card: records on which the cashier's own loyalty card was scanned.
        kiosk_device: records with a device that are made at a store's kiosk.
        recycled_phone: people whose telephone number had belonged to somebody else here.
        placeholder: records with test@test.com or the like, or a telephone of zeros.
        twins: households with two children where these are twins.
        namesake: households with a child that has its parent's full name.
        typing: cells with one typing error (names, e-mail, phone, postcode, birth day).
        missing: cells left empty beyond what the source would leave empty anyway.
        moved: people of whom some records have the former address.
        married: people of whom some records have the former family name.
        nickname: people of whom some records have a nickname, among those whose name has one.

    """

    shared_email: float = 0.03
    joint_token: float = 0.05
    cashier_card: float = 0.003
    kiosk_device: float = 0.02
    recycled_phone: float = 0.01
    placeholder: float = 0.005
    twins: float = 0.02
    namesake: float = 0.02
    typing: float = 0.02
    missing: float = 0.05
    moved: float = 0.06
    married: float = 0.03
    nickname: float = 0.2


def rates(changes: list[str]) -> Rates:
    """Return the usual rates with changes such as "twins=0.1".

    Raises:
        ValueError: no such hazard, or no rate in [0, 1].

    """
    found = Rates()
    for change in changes:
        name, _, text = change.partition("=")
        if name not in Rates._fields:
            raise ValueError(f"There is no hazard “{name}”; there are: {', '.join(Rates._fields)}.")
        try:
            rate = float(text)
        except ValueError:
            rate = -1.0
        if not 0 <= rate <= 1:
            raise ValueError(f"The rate of {name} is to be from 0 to 1, not “{text}”.")
        found = found._replace(**{name: rate})
    return found


def mistyped(texts: Texts, rate: float, rng: np.random.Generator) -> Texts:
    """Return texts of which a share has one sign left out, doubled, swapped or replaced."""
    typed = texts.copy()
    at = np.flatnonzero((rng.random(len(texts)) < rate) & (texts != ""))
    kinds = rng.integers(len(SLIPS), size=len(at)).tolist()
    luck = rng.random((len(at), 2)).tolist()
    for row, kind, (where, sign) in zip(at.tolist(), kinds, luck, strict=True):
        text = texts[row]
        place = int(where * len(text))
        signs = DIGITS if text[place].isdigit() else LETTERS
        typed[row] = SLIPS[kind](
            text[:place], text[place], text[place + 1 :], signs[int(sign * len(signs))]
        )
    return typed


SLIPS: tuple[Callable[[str, str, str, str], str], ...] = (
    lambda before, here, behind, _: before + behind or here,
    lambda before, here, behind, _: before + here * 2 + behind,
    lambda before, here, behind, _: before + behind[:1] + here + behind[1:],
    lambda before, _, behind, other: before + other + behind,
)
"""What becomes of the text before a sign, the sign, the text behind it, and another sign."""


def mistyped_days(days: Ints, rate: float, rng: np.random.Generator) -> Ints:
    """Return year, month and day (a row each): a share has the year or day off, or two swapped.

    Where the day is no month, it is off instead.
    """
    typed = days.copy()
    at = np.flatnonzero(rng.random(days.shape[1]) < rate)
    kind = rng.integers(3, size=len(at))
    year, month, day = days[:, at]
    off = rng.integers(1, 9, len(at))
    swap = (kind == 0) & (day <= MONTHS)
    older = kind == 1
    typed[0, at] = np.where(older, year - off % 3 * 10 - 1, year)
    typed[1, at] = np.where(swap, day, month)
    typed[2, at] = np.where(swap, month, np.where(older, day, (day + off) % 28 + 1))
    return typed

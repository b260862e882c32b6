"""How alike the arms of an initiative are, and the strata that they may be drawn in."""

from datetime import datetime
from typing import TYPE_CHECKING, Any, NamedTuple

from django.utils import timezone
from psycopg import sql

from campaigns.audience.balance import WORTH_A_LOOK, Sample, standardised_difference
from campaigns.audience.fields import FIELDS, SCORES
from campaigns.audience.members import scores
from campaigns.audience.traits import (
    LAST_BOUGHT,
    LAST_ORDERED,
    ORDERS,
    PARTS,
    SPEND,
    day_number,
    family_of,
    value_of,
)
from campaigns.audience.words import value_words
from campaigns.models import Draw, Trait, TraitState
from campaigns.queries.columns import columns
from campaigns.queries.packed import packed
from strategy.language.numbers import number, percent

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from campaigns.audience.arms import Codes, Mask

    type Values = npt.NDArray[np.float64]

NUMBERS = {
    ORDERS: "Days on which they bought, in a year",
    SPEND: "Spent in a year",
}
SHARES = ("consent", "channel", "store")

ARMS = """
    SELECT DISTINCT ON (r.customer_id) r.customer_id, (a.arm = 'treated')::int AS part
    FROM campaigns_assignment a JOIN customers_record r ON r.id = a.record_id
    WHERE a.initiative_id = {} ORDER BY r.customer_id, a.record_id
"""
"""Each customer's arm, that of the eldest record."""


class BalanceRow(NamedTuple):
    """One trait in both arms; `difference` is in standard deviations, "" where nobody differs."""

    trait: str
    treated: str
    holdout: str
    difference: str
    is_small: bool


def balance_of(initiative_id: int, now: datetime) -> list[dict[str, Any]]:
    """Return every trait's number, mean and variance in both arms, as `Draw.balance` keeps it.

    Of today's columns, so right after drawing it is what was known before. Three queries.
    """
    import numpy as np  # noqa: PLC0415  heavy, worker only

    arms = packed(sql.SQL(ARMS).format(initiative_id), "customer_id")
    if not arms:
        return []
    names = Trait.objects.values_list("key", flat=True).distinct().order_by("key")
    shares = [name for name in names if family_of(name) in SHARES]
    known = columns([LAST_BOUGHT, *NUMBERS, *shares])
    ids = np.concatenate([people for (people,) in arms.values()])
    treated = np.repeat([arm == 1 for arm in arms], [people.size for people in arms.values()])
    there = ids < len(known[SPEND])
    ids, treated = ids[there], treated[there]
    today = day_number(timezone.localdate(now))
    bought = known[LAST_BOUGHT][ids]
    ever = bought > 0
    found = [
        _arms("days", "Days since they last bought", today - bought[ever].astype(float),
              treated[ever])
    ]  # fmt: skip
    found += [
        _arms("number", label, known[name][ids] / (PARTS if name == SPEND else 1), treated)
        for name, label in NUMBERS.items()
    ]
    return found + [
        _arms("share", _label(name), (known[name][ids] != 0).astype(float), treated)
        for name in shares
    ]


def _arms(kind: str, label: str, values: "Values", treated: "Mask") -> dict[str, Any]:
    """Return number, mean and variance in each arm, one trait at a time to spare memory."""
    return {"kind": kind, "trait": label} | {
        arm: [len(of), float(of.mean()), float(of.var())] if len(of) else [0, 0.0, 0.0]
        for arm, of in (("treated", values[treated]), ("holdout", values[~treated]))
    }


def balance_rows(draw: Draw) -> list[BalanceRow]:
    """Return what was kept of the arms' balance, in words. No query."""
    return [_row(one) for one in draw.balance]


def strata_of(ids: "Codes", by: str, now: datetime) -> "tuple[Codes, list[str]]":
    """Return each customer's stratum as its place among the names of all, and the names.

    It is their three scores, or the store they last came to. Two queries.
    """
    import numpy as np  # noqa: PLC0415  heavy, worker only

    if by == Draw.Strata.STORE:
        keys = Trait.objects.filter(key__startswith="store:").order_by("key")
        stores = list(keys.values_list("key", flat=True).distinct())
        known = columns(stores)
        last, store = np.zeros(len(ids), dtype=np.uint16), np.zeros(len(ids), dtype=np.int64)
        for place, name in enumerate(stores, start=1):
            days = known[name][ids]
            is_later = days > last
            last[is_later], store[is_later] = days[is_later], place
        return store, ["", *map(value_of, stores)]
    state = TraitState.objects.first()
    known = columns([LAST_ORDERED, *SCORES.values()])
    today = timezone.localdate(now)
    code = np.zeros(len(ids), dtype=np.int64)
    for score, of in SCORES.items():
        cuts = state.cuts[score] if state else []
        code = code * 10 + scores(known[of][ids], known[LAST_ORDERED][ids], cuts, today)
    found, places = np.unique(code, return_inverse=True)
    return places, [f"{digits:03}" for digits in found.tolist()]


def _label(name: str) -> str:
    field = FIELDS[family_of(name)]
    return f"{field.label}: {value_words(field.name, value_of(name), {})}"


def _row(kept: dict[str, Any]) -> BalanceRow:
    treated, holdout = Sample(*kept["treated"]), Sample(*kept["holdout"])
    difference = standardised_difference(treated, holdout)
    written = percent if kept["kind"] == "share" else number
    return BalanceRow(
        trait=kept["trait"],
        treated=written(treated.mean) if treated.n else "",
        holdout=written(holdout.mean) if holdout.n else "",
        difference="" if difference is None else number(difference, 3),
        is_small=difference is None or abs(difference) < WORTH_A_LOOK,
    )

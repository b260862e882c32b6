"""How alike the arms of an initiative are, and the strata that they may be drawn in."""

from datetime import datetime
from typing import Any, NamedTuple

from django.db import connection
from django.utils import timezone

from campaigns.audience.balance import WORTH_A_LOOK, Sample, standardised_difference
from campaigns.audience.fields import FIELDS, SCORES
from campaigns.audience.members import scores
from campaigns.audience.traits import LAST_BOUGHT, ORDERS, SPEND, day_number, family_of, value_of
from campaigns.audience.words import value_words
from campaigns.models import Draw, Trait, TraitState
from campaigns.queries.columns import columns
from strategy.language.numbers import number, percent

NUMBERS = {
    ORDERS: "Days on which they bought, in a year",
    SPEND: "Spent in a year",
}
SHARES = ("consent", "channel", "store")


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

    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT DISTINCT ON (r.customer_id) r.customer_id, a.arm = 'treated'
            FROM campaigns_assignment a JOIN customers_record r ON r.id = a.record_id
            WHERE a.initiative_id = %s ORDER BY r.customer_id, a.record_id
            """,
            [initiative_id],
        )
        rows = cursor.fetchall()
    if not rows:
        return []
    ids, treated = (np.array(column) for column in zip(*rows, strict=True))
    names = Trait.objects.values_list("key", flat=True).distinct().order_by("key")
    shares = [name for name in names if family_of(name) in SHARES]
    known = columns([LAST_BOUGHT, *NUMBERS, *shares])
    there = ids < len(known[SPEND])
    ids, treated = ids[there], treated[there]
    today = day_number(timezone.localdate(now))
    ever = known[LAST_BOUGHT][ids] > 0
    asked = [("days", "Days since they last bought", today - known[LAST_BOUGHT][ids].astype(float),
              ever)]  # fmt: skip
    everybody = np.ones(len(ids), bool)
    asked += [("number", label, known[name][ids].astype(float), everybody)
              for name, label in NUMBERS.items()]  # fmt: skip
    asked += [("share", _label(name), (known[name][ids] != 0).astype(float), everybody)
              for name in shares]  # fmt: skip
    return [
        {"kind": kind, "trait": label}
        | {
            arm: [len(values[of]), float(values[of].mean()), float(values[of].var())]
            if of.any()
            else [0, 0.0, 0.0]
            for arm, of in (("treated", treated & over), ("holdout", ~treated & over))
        }
        for kind, label, values, over in asked
    ]


def balance_rows(draw: Draw) -> list[BalanceRow]:
    """Return what was kept of the arms' balance, in words. No query."""
    return [_row(one) for one in draw.balance]


def strata_of(customer_ids: list[int], by: str, now: datetime) -> list[str]:
    """Return the stratum of each customer: their three scores, or the store they last came to.

    Two queries.
    """
    import numpy as np  # noqa: PLC0415  heavy, worker only

    ids = np.array(customer_ids, dtype=np.int64)
    if by == Draw.Strata.STORE:
        keys = Trait.objects.filter(key__startswith="store:").order_by("key")
        names = list(keys.values_list("key", flat=True).distinct())
        known = columns(names)
        if not names:
            return [""] * len(ids)
        days = np.stack([known[name][ids] for name in names])
        last = days.argmax(axis=0)
        return [value_of(names[place]) if days[place, at] else "" for at, place in enumerate(last)]
    state = TraitState.objects.first()
    known = columns([LAST_BOUGHT, *SCORES.values()])
    today = timezone.localdate(now)
    three = [
        scores(known[of][ids], known[LAST_BOUGHT][ids], state.cuts[score] if state else [], today)
        for score, of in SCORES.items()
    ]
    return ["".join(map(str, of_one)) for of_one in zip(*(part.tolist() for part in three),
                                                        strict=True)]  # fmt: skip


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

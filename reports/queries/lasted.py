"""What retests make of a verdict: a win is provisional until one at 90 days says that it lasts."""

from collections.abc import Iterable
from typing import NamedTuple

from reports.evidence.persistence import Lasting
from reports.models import RetestResult
from strategy.language.dates import span
from strategy.language.numbers import interval, number, signed_number
from strategy.language.words import counted

SETTLES_AFTER = 90
"""Days after the end at which a retest settles whether a win may stand."""

WON = {"win", "hollow"}
PROVISIONAL = "provisional"
LASTED = (PROVISIONAL, *Lasting)
"""What a won verdict may be found to be."""


class Lasted(NamedTuple):
    """How a verdict reads with its retests.

    `found` is "provisional", "lasting", "faded", "borrowed" or "unknown", "" where nothing was won;
    `word` is the verdict's with that, and `says` what is to be said of it, "" for nothing.
    """

    found: str
    word: str
    says: str

    @property
    def is_lost(self) -> bool:
        """Whether a retest has taken the win back."""
        return self.found in {Lasting.FADED, Lasting.BORROWED}


class RetestFound(NamedTuple):
    """One retest that is done, written out; differences with their 90 % interval."""

    after: str
    tag: str
    word: str
    sentence: str
    days: str
    customers: str
    late: str
    kept: str


TAGS = {"lasting": "ok", "faded": "near", "borrowed": "breach", "unknown": "none"}


def lasted(verdict: str, verdict_word: str, results: Iterable[RetestResult]) -> Lasted:
    """Return how a verdict reads after its retests, the earliest first. No query.

    Only wins change. The newest retest that knows decides: faded and borrowed at any time,
    lasting from 90 days after the end on. Where no retest from then on knows, it is unknown.
    """
    if verdict not in WON:
        return Lasted("", verdict_word, "")
    done = list(results)
    known = [one for one in done if one.word != Lasting.UNKNOWN]
    newest = known[-1] if known else None
    if newest is not None and newest.word != Lasting.LASTING:
        return Lasted(newest.word, f"{verdict_word}, {newest.word}", newest.sentence)
    if newest is not None and newest.retest.days >= SETTLES_AFTER:
        return Lasted(newest.word, f"{verdict_word}, lasting", newest.sentence)
    if done and done[-1].retest.days >= SETTLES_AFTER:
        return Lasted(Lasting.UNKNOWN, f"{verdict_word}, lasting unknown", done[-1].sentence)
    says = f"Provisional until the retest {SETTLES_AFTER} days after its end says that it lasts."
    return Lasted(PROVISIONAL, f"{verdict_word}, provisional", says)


def results_of(initiatives: Iterable[int]) -> dict[int, list[RetestResult]]:
    """Return the retests that are done, by initiative, the earliest first. One query."""
    found: dict[int, list[RetestResult]] = {}
    rows = RetestResult.objects.filter(retest__initiative__in=list(initiatives))
    for one in rows.select_related("retest").order_by("retest__days"):
        found.setdefault(one.retest.initiative_id, []).append(one)
    return found


def retests_found(results: Iterable[RetestResult]) -> list[RetestFound]:
    """Return the retests of one initiative as its page shows them. No query."""
    return [
        RetestFound(
            after=counted(one.retest.days, "day"),
            tag=TAGS[one.word],
            word=one.get_word_display(),
            sentence=one.sentence,
            days=span(one.starts_on, one.ends_on),
            customers=f"{number(one.treated_count)} treated, {number(one.holdout_count)} held out"
            if one.late is not None
            else "",
            late=_change(one.late, one.late_low, one.late_high),
            kept=_change(one.kept, one.kept_low, one.kept_high),
        )
        for one in results
    ]


def _change(effect: float | None, low: float | None, high: float | None) -> str:
    """Return a difference a customer and 30 days, so that it is not all zeroes."""
    if effect is None or low is None or high is None:
        return ""
    return f"{signed_number(30 * effect, 3)} {interval(30 * low, 30 * high, 3)}"

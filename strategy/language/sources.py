"""Answers to “can I rely on what we have?”, for all sources and for one."""

from strategy.language.dates import inside
from strategy.language.words import all_of, count_words, counted, join_words, plural

NAMED = 3
"""How many late sources a sentence names."""


def reliance(late: list[str], total: int) -> str:
    """Answer for all sources; `late` names those that have not come as promised, or not yet.

    >>> reliance(["Tills"], 4)
    'Not on everything: one of four sources has not come as promised: Tills.'

    Raises:
        ValueError: more are late than there are.

    """
    if len(late) > total:
        raise ValueError(f"{len(late)} late of {total}")
    if not total:
        return "Not known: there is no source yet."
    if not late:
        return f"Yes. {all_of(total, 'source', capital=True)} came as promised."
    if len(late) == total:
        if total == 1:
            return f"No. {late[0]}, the one source, has not come as promised."
        return f"No. None of {count_words(total)} sources has come as promised."
    share = f"{count_words(len(late))} of {counted(total, 'source')}"
    has = plural(len(late), "has", "have")
    return f"Not on everything: {share} {has} not come as promised: {_named(late)}."


def source_reliance(seen: str, promise: str, *, is_fresh: bool) -> str:
    """Answer for one source; `seen` as `dates.ago` says it, "" for never, `promise` as `every`.

    >>> source_reliance("Today 05:40", "Every 6 hours", is_fresh=True)
    'Yes. Its newest data came today 05:40, as promised: every 6 hours.'
    """
    if not seen:
        return f"Not yet: nothing has come. It promises data {promise.lower()}."
    if is_fresh:
        return f"Yes. Its newest data came {inside(seen)}, as promised: {promise.lower()}."
    return f"No. Nothing has come since {inside(seen)}; it promises data {promise.lower()}."


def _named(late: list[str]) -> str:
    more = len(late) - NAMED
    return join_words([*late[:NAMED], *([f"{count_words(more)} more"] if more > 0 else [])])

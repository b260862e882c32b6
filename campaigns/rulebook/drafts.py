"""What the answers of a draft may not say together, whoever sends them: a form or a program."""

from datetime import date, timedelta

from strategy.language.numbers import Number

LONGEST_RUN = timedelta(days=3_660)


def contradictions(
    *,
    holdout_share: Number | None,
    no_holdout_reason: str,
    unit: str,
    starts_on: date | None,
    ends_on: date | None,
) -> dict[str, str]:
    """Return what is wrong, in a sentence by the name of the answer that would mend it.

    The window is [starts_on, ends_on). An answer that is None is not given yet.

    >>> days = {"starts_on": date(2026, 11, 9), "ends_on": date(2026, 11, 9)}
    >>> contradictions(holdout_share=0.1, no_holdout_reason="", unit="customer", **days)
    {'ends_on': 'The last day is before the first. Choose a later one.'}
    """
    wrong = {}
    if holdout_share == 0 and not no_holdout_reason:
        wrong["no_holdout_reason"] = "Say why nobody can be held out."
    if holdout_share and unit == "none":
        wrong["unit"] = "Say what is held out by chance, or set the holdout to 0."
    if starts_on and ends_on and ends_on <= starts_on:
        wrong["ends_on"] = "The last day is before the first. Choose a later one."
    elif starts_on and ends_on and ends_on - starts_on > LONGEST_RUN:
        wrong["ends_on"] = "It would run for more than ten years. Choose an earlier last day."
    return wrong

"""How far initiatives are, in words."""

from collections.abc import Mapping
from datetime import date

from strategy.language.dates import day, long_day
from strategy.language.words import count_words, join_words, plural


def running(counts: Mapping[str, int]) -> str:
    """Answer "What is running?" from how many initiatives stand at each status.

    >>> running({"live": 1, "draft": 3, "ended": 8, "reviewed": 1})
    'One is live; three are drafts and nine are over.'
    >>> running({"draft": 1})
    'None is live; one is a draft.'

    """
    live = counts.get("live", 0)
    rest = [
        (counts.get("paused", 0), "is paused", "are paused"),
        (counts.get("agreed", 0), "is agreed", "are agreed"),
        (counts.get("proposed", 0), "is proposed", "are proposed"),
        (counts.get("draft", 0), "is a draft", "are drafts"),
        (counts.get("ended", 0) + counts.get("reviewed", 0), "is over", "are over"),
    ]
    said = [
        f"{count_words(count)} {plural(count, one, many)}" for count, one, many in rest if count
    ]
    first = f"{count_words(live, zero='none', capital=True)} {plural(live or 1, 'is', 'are')} live"
    return f"{first}; {join_words(said)}." if said else f"{first}."


def unmeasured(status: str, starts_on: date, *, is_held_out: bool) -> str:
    """Answer "Did it work?" where there is no result; `status` as in campaigns.Initiative."""
    if status in {"draft", "proposed", "agreed"}:
        return f"Not known yet: it is planned to start on {long_day(starts_on)}."
    if not is_held_out:
        return "Not measured: no customers were held out."
    if status in {"live", "paused"}:
        return "Not known yet: the first numbers come with the next refresh."
    return "Not measured: no numbers came in."


def no_number(status: str, starts_on: date, *, is_held_out: bool) -> str:
    """Say in a few words why a row has no number."""
    if status in {"draft", "proposed", "agreed"}:
        return f"Starts {day(starts_on)}" + ("" if is_held_out else ", no holdout")
    if not is_held_out:
        return "No holdout, so no number"
    return "No numbers yet" if status in {"live", "paused"} else "No numbers came in"

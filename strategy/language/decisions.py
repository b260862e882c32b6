"""What waits for a decision, as an act and its reason: the list beside the overview's answers."""

from typing import NamedTuple

from strategy.language.dates import inside
from strategy.language.words import count_words, counted, join_words, plural

NAMED_AT_MOST = 3


class Decision(NamedTuple):
    """The act that is asked for, and why."""

    title: str
    reason: str


def on_verdict(name: str, change: str, *, harmed: list[str], unsafe: list[str]) -> Decision:
    """Ask what becomes of an initiative that harms.

    `change` is its success measure with interval ("" where there is none), `harmed` and
    `unsafe` the short names of guardrails that are broken or not shown safe.
    """
    parts = [change] if change else []
    if harmed:
        parts.append(f"Harmed: {join_words([word.lower() for word in harmed])}")
    if unsafe:
        parts.append(f"Not shown safe: {join_words([word.lower() for word in unsafe])}")
    return Decision(f"Decide on {name}", "".join(f"{part}. " for part in parts).strip())


def on_hold(name: str, failed: list[str]) -> Decision:
    """Ask for an explanation of data that cannot be right."""
    reason = "No verdict before it is explained."
    if failed:
        reason = f"{join_words(failed)} failed. {reason}"
    return Decision(f"Explain the data of {name}", reason)


def unsigned(version: int, missing: list[str], days: int) -> Decision:
    """Ask for the signatures that a sheet lacks; `days` since it was published."""
    if len(missing) > NAMED_AT_MOST:
        who = f"{count_words(len(missing), capital=True)} departments"
    else:
        who = join_words(missing)
    verb = plural(len(missing), "has", "have")
    return Decision(
        f"Get sheet v{version} signed",
        f"{who} {verb} not signed. {counted(days, 'day', capital=True)} open.",
    )


def stale(names: list[str], last: str) -> Decision:
    """Ask for fresh data; `last` says when the oldest of the sources was seen, "" for never."""
    what = names[0] if len(names) == 1 else counted(len(names), "source")
    whose = "" if len(names) == 1 else f"{names[0]}: "
    came = f"nothing since {inside(last)}" if last else "nothing came yet"
    text = f"{whose}{came}"
    return Decision(
        f"Bring {what} up to date", f"{text[0].upper()}{text[1:]}. Do not quote its numbers."
    )


def over_limit(name: str, value: str, limit: str, weeks: int, *, is_floor: bool) -> Decision:
    """Ask to bring a company guardrail back; `weeks` in a row on the wrong side."""
    place = (
        ("above the floor", "floor", "under") if is_floor else ("under the limit", "limit", "over")
    )
    return Decision(
        f"Bring {name.lower()} back {place[0]}",
        f"{value} against a {place[1]} of {limit}, {place[2]} it for {counted(weeks, 'week')}.",
    )


def not_agreed(name: str, starts: str, *, is_proposed: bool) -> Decision:
    """Ask to propose, or to approve, what starts soon; `starts` is its first day."""
    if is_proposed:
        return Decision(f"Approve {name}", f"Starts {starts} and is not agreed yet.")
    return Decision(f"Propose {name}", f"Starts {starts} and is still a draft.")

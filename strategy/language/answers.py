"""The sentence under each question of a page, written from the same counts as its evidence.

Counts that contradict each other raise ValueError: a page fails rather than saying what its
own table denies. What is not measured is said to be so, never counted as good or as zero.
"""

from datetime import date, timedelta
from typing import Literal, NamedTuple

from strategy.language.dates import WEEK_DAYS, day, weekday
from strategy.language.words import all_of, count_words, counted, join_words, plural

NAMES_IN_A_SENTENCE = 3


class GoalCounts(NamedTuple):
    """How many goals stand where; together all goals of the page."""

    on_track: int = 0
    behind: int = 0
    too_old: int = 0
    unmeasured: int = 0


def goals(counts: GoalCounts) -> str:
    """Answer "Are we reaching the goals?"."""
    total = sum(counts)
    unknown = [(counts.too_old, "too old to judge"), (counts.unmeasured, "not measured")]
    if not counts.on_track + counts.behind:
        return _not_known("goals", unknown, counts.unmeasured)
    if total in {counts.on_track, counts.behind}:
        start, place = ("Yes", "on track") if counts.on_track else ("No", "behind")
        verb = plural(total, "is", "are")
        return f"{start}. {all_of(total, 'goal', capital=True)} {verb} {place}."
    on_track = count_words(counts.on_track, zero="none", capital=True)
    rest = _listed([(counts.behind, "behind"), *unknown])
    start = "Partly" if counts.on_track else "No"
    return f"{start}. {on_track} of {count_words(total)} on track, {rest}."


class Broken(NamedTuple):
    """A broken guardrail: its short name, and for how many whole weeks (0: less than one)."""

    name: str
    weeks: int = 0
    is_plural: bool = True
    is_floor: bool = False


class GuardrailCounts(NamedTuple):
    """The broken guardrails by name, the others by number; together all of the page.

    `close` ones are inside their limits and not counted in `inside`; `unclear` ones are
    measured, but their interval reaches past the agreed margin.
    """

    broken: tuple[Broken, ...] = ()
    close: int = 0
    inside: int = 0
    unclear: int = 0
    too_old: int = 0
    unmeasured: int = 0


def guardrails(counts: GuardrailCounts) -> str:
    """Answer "Is the customer experience safe?"; one broken guardrail makes it a no."""
    safe = counts.close + counts.inside
    unknown = [
        (counts.unclear, "too uncertain to judge"),
        (counts.too_old, "too old to judge"),
        (counts.unmeasured, "not measured"),
    ]
    total = len(counts.broken) + safe + sum(count for count, _ in unknown)
    if counts.broken:
        return f"No. {_broken(counts.broken, total)}."
    if not safe:
        return _not_known("guardrails", unknown, counts.unmeasured)
    if safe < total:
        inside = f"{count_words(safe, capital=True)} of {count_words(total)} guardrails"
        return f"Not fully known. {inside} inside {_limits(safe)}, {_listed(unknown)}."
    if counts.close:
        close = _share(counts.close, total, "guardrail")
        verb = plural(counts.close, "is", "are")
        return f"Yes, but {close} {verb} close to {_limits(counts.close)}."
    whole = all_of(total, "guardrail", capital=True)
    return f"Yes. {whole} {plural(total, 'is', 'are')} inside {_limits(total)}."


def _broken(broken: tuple[Broken, ...], total: int) -> str:
    first, *others = broken
    if others:
        share = _share(len(broken), total, "guardrail")
        return f"{share[0].upper()}{share[1:]} are broken"
    place = "under the floor" if first.is_floor else "over the limit"
    if not first.weeks:
        return f"{first.name} {'are' if first.is_plural else 'is'} {place}"
    verb = "have" if first.is_plural else "has"
    return f"{first.name} {verb} been {place} for {counted(first.weeks, 'week')}"


def _limits(count: int) -> str:
    return plural(count, "its limit", "their limits")


class Signatures(NamedTuple):
    """Departments by name that have and have not signed the published sheet."""

    signed: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    is_published: bool = True


def signatures(sheet: Signatures) -> str:
    """Answer "Who has signed?"."""
    total = len(sheet.signed) + len(sheet.missing)
    if not sheet.is_published or not total:
        reason = "there are no departments" if sheet.is_published else "no sheet is published"
        return f"Nobody: {reason} yet."
    if not sheet.missing:
        return f"{all_of(total, 'department', capital=True)}."
    if not sheet.signed:
        return f"Nobody yet, of {counted(total, 'department')}."
    signed = f"{count_words(len(sheet.signed), capital=True)} of {count_words(total)} departments."
    if len(sheet.missing) > NAMES_IN_A_SENTENCE:
        return f"{signed} {count_words(len(sheet.missing), capital=True)} have not."
    return f"{signed} {join_words(sheet.missing)} {plural(len(sheet.missing), 'has', 'have')} not."


class VerdictCounts(NamedTuple):
    """How many initiatives have which verdict; `biggest` is that of the largest change."""

    wins: int = 0
    hollow: int = 0
    harm: int = 0
    unproven: int = 0
    hold: int = 0
    unmeasured: int = 0
    biggest: Literal["", "wins", "hollow", "harm", "unproven"] = ""


ONE_VERDICT = {
    "wins": "One proven win, the only one measured.",
    "hollow": "No proven win: the one measured is hollow.",
    "harm": "No proven win: the one measured does harm.",
    "unproven": "No proven win: the one measured is unproven.",
}
BIGGEST = {"hollow": "hollow", "harm": "a harm", "unproven": "unproven"}


def working(counts: VerdictCounts) -> str:
    """Answer "What is working?"; an initiative on hold does not count as measured.

    Raises:
        ValueError: `biggest` is a verdict that no initiative has.

    """
    verdicts = {name: getattr(counts, name) for name in ONE_VERDICT}
    if counts.biggest and not verdicts[counts.biggest]:
        raise ValueError(f"no initiative has the verdict {counts.biggest!r}")
    measured = sum(verdicts.values())
    if not measured:
        unknown = [(counts.hold, "on hold"), (counts.unmeasured, "not measured")]
        return _not_known("initiatives", unknown, counts.unmeasured, "logged")
    if measured == 1:
        return next(ONE_VERDICT[name] for name, count in verdicts.items() if count)
    wins = counted(counts.wins, "proven win", capital=True)
    return f"{wins} out of {count_words(measured)} measured.{_caution(counts)}"


def _caution(counts: VerdictCounts) -> str:
    if counts.biggest in BIGGEST:
        return f" The biggest number is {BIGGEST[counts.biggest]}."
    if counts.harm:
        harm = count_words(counts.harm, capital=True)
        return f" {harm} {plural(counts.harm, 'does', 'do')} harm."
    if counts.hold:
        hold = count_words(counts.hold, capital=True)
        return f" {hold} {plural(counts.hold, 'is', 'are')} on hold."
    return ""


def decisions(count: int, first_due_on: date | None, today: date) -> str:
    """Answer "What needs a decision this week?"; `first_due_on` is the earliest due day."""
    if first_due_on and not count:
        raise ValueError(f"nothing to decide, yet due on {first_due_on}")
    if not count:
        return "Nothing. No decision is waiting."
    things = counted(count, "thing", capital=True)
    first = "" if count == 1 else "the first "
    if first_due_on is None:
        return f"{things}, {'without a date' if count == 1 else 'none with a date'}."
    if first_due_on < today:
        return f"{things}, {first}overdue since {day(first_due_on)}."
    if first_due_on == today:
        return f"{things}, {first}today."
    soon = first_due_on < today + timedelta(days=WEEK_DAYS)
    return f"{things}, {first}by {weekday(first_due_on) if soon else day(first_due_on)}."


class Stage(NamedTuple):
    """A stage of the customer's journey, as in "nobody looks after delivery"."""

    name: str
    initiatives: int
    is_after_sale: bool = False


def coverage(stages: tuple[Stage, ...]) -> str:
    """Answer "Where are we helping?": the side of the sale with more, and the gaps."""
    after = sum(stage.initiatives for stage in stages if stage.is_after_sale)
    before = sum(stage.initiatives for stage in stages) - after
    if not before + after:
        return "Nowhere yet: no initiative looks after any stage."
    side = "before" if before > after else "after"
    where = f"{'Mostly' if min(before, after) else 'Only'} {side} the sale."
    if before == after:
        where = "As much after the sale as before it."
    gaps = [stage.name for stage in stages if not stage.initiatives]
    missing = f"Nobody looks after {join_words(gaps, 'or')}." if gaps else "No stage is left out."
    return f"{where} {missing}"


def freshness(fresh: int, total: int) -> str:
    """Say how many sources are as fresh as promised; a source never loaded is not."""
    _check_share(fresh, total)
    if not total:
        return "No sources yet"
    if total == 1:
        return f"The one source is {'fresh' if fresh else 'not fresh'}"
    if not fresh:
        return f"None of {total} sources is fresh"
    if fresh == total:
        return f"All {total} sources are fresh"
    return f"{fresh} of {total} sources {plural(fresh, 'is', 'are')} fresh"


class ImportCounts(NamedTuple):
    """Rows of one import; what is neither accepted nor rejected its mapping left out."""

    read: int
    accepted: int
    rejected: int


def imports(last: ImportCounts | None) -> str:
    """Say what the last finished import took; None: there was none."""
    if last is None:
        return "Nothing has been imported yet."
    if not last.read:
        return "The last import held no rows."
    _check_share(last.accepted + last.rejected, last.read)
    if last.accepted == last.read:
        rows = "the one row" if last.read == 1 else f"all {last.read:,} rows"
        return f"The last import took {rows}."
    left_out = last.read - last.accepted - last.rejected
    rest = [
        f"{count:,} {what}"
        for count, what in (
            (last.rejected, "could not be read"),
            (left_out, f"{plural(left_out, 'was', 'were')} left out by the mapping"),
        )
        if count
    ]
    took = f"{last.accepted:,}" if last.accepted else "none"
    rows = plural(last.read, "row")
    return f"The last import took {took} of {last.read:,} {rows}; {', '.join(rest)}."


type Parts = list[tuple[int, str]]


def _listed(parts: Parts) -> str:
    return ", ".join(f"{count_words(count)} {what}" for count, what in parts if count)


def _not_known(subjects: str, unknown: Parts, unmeasured: int, made: str = "set") -> str:
    total = sum(count for count, _ in unknown)
    if not total:
        return f"Not known: no {subjects} are {made} yet."
    return f"Not known: {'nothing measured yet' if unmeasured == total else _listed(unknown)}."


def _share(count: int, total: int, one: str) -> str:
    if count == total:
        return all_of(total, one)
    return f"{count_words(count)} of {counted(total, one)}"


def _check_share(count: int, total: int) -> None:
    if not 0 <= count <= total:
        raise ValueError(f"{count} of {total} is no share")

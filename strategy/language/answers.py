"""The sentence under each question of a page, written from the same counts as its evidence.

Counts that contradict each other raise ValueError: a page fails rather than saying what its
own table denies. What is not measured is said to be so, never counted as good or as zero.
"""

from datetime import date, timedelta
from typing import Literal, NamedTuple

from strategy.language.dates import WEEK_DAYS, day, weekday
from strategy.language.numbers import number, percent
from strategy.language.words import all_of, count_words, counted, join_words, plural

NAMES_IN_A_SENTENCE = 3
TWO = 2
NOT_JUDGED = "Not judged before the data are explained."


class GoalCounts(NamedTuple):
    """How many goals stand where; together all goals of the page.

    `worse` ones are among those behind: further from the target than their baseline.
    """

    on_track: int = 0
    behind: int = 0
    too_old: int = 0
    unmeasured: int = 0
    worse: int = 0


def goals(counts: GoalCounts) -> str:
    """Answer "Are we reaching the goals?"."""
    _check_share(counts.worse, counts.behind)
    total = counts.on_track + counts.behind + counts.too_old + counts.unmeasured
    unknown = [(counts.too_old, "too old to judge"), (counts.unmeasured, "not measured")]
    if not counts.on_track + counts.behind:
        return _not_known("goals", unknown, counts.unmeasured)
    if total in {counts.on_track, counts.behind}:
        start, place = ("Yes", "on track") if counts.on_track else ("No", "behind")
        verb = plural(total, "is", "are")
        worse = _worse(counts)
        return f"{start}. {all_of(total, 'goal', capital=True)} {verb} {place}{worse}."
    on_track = count_words(counts.on_track, zero="none", capital=True)
    rest = _listed([(counts.behind, f"behind{_worse(counts)}"), *unknown])
    start = "Partly" if counts.on_track else "No"
    return f"{start}. {on_track} of {count_words(total)} on track, {rest}."


def _worse(counts: GoalCounts) -> str:
    if not counts.worse:
        return ""
    if counts.behind == 1:
        return " and further away than when we began"
    all_ = "both" if counts.worse == TWO else "all"
    some = all_ if counts.worse == counts.behind else count_words(counts.worse)
    return f" ({some} of them further away than when we began)"


class Broken(NamedTuple):
    """A broken guardrail: its short name, and for how many whole weeks (0: less than one).

    `weeks` are in a row up to now; `weeks_in_all` of the last `weeks_seen` were broken.
    """

    name: str
    weeks: int = 0
    is_plural: bool = True
    is_floor: bool = False
    weeks_in_all: int = 0
    weeks_seen: int = 0


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
    said = f"{first.name} {verb} been {place} for {counted(first.weeks, 'week')}"
    if first.weeks_in_all <= first.weeks:
        return said
    _check_share(first.weeks_in_all, first.weeks_seen)
    return f"{said}, and in {count_words(first.weeks_in_all)} of the last {first.weeks_seen}"


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
    """How many initiatives have which verdict; `biggest` is that of the largest change.

    `wins` stand on evidence of grade A or B and are proven; `weaker` are wins on less, `lost` those
    that a retest has taken back.
    """

    wins: int = 0
    hollow: int = 0
    harm: int = 0
    unproven: int = 0
    hold: int = 0
    unmeasured: int = 0
    biggest: Literal["", "wins", "weaker", "lost", "hollow", "harm", "unproven"] = ""
    weaker: int = 0
    lost: int = 0


ONE_VERDICT = {
    "wins": "One proven win, the only one measured.",
    "weaker": "No proven win: the one measured stands on weaker evidence.",
    "lost": "No proven win: the one measured has not lasted.",
    "hollow": "No proven win: the one measured is hollow.",
    "harm": "No proven win: the one measured does harm.",
    "unproven": "No proven win: the one measured is unproven.",
}
BIGGEST = {
    "lost": "from a win that has not lasted",
    "hollow": "hollow",
    "harm": "a harm",
    "unproven": "unproven",
}


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
    more = " more" if counts.wins else ""
    weaker = f"; {count_words(counts.weaker)}{more} on weaker evidence" if counts.weaker else ""
    lost = f"; {count_words(counts.lost)} {plural(counts.lost, 'has', 'have')} not lasted"
    more = f"{weaker}{lost if counts.lost else ''}"
    return f"{wins} of {count_words(measured)} measured{more}.{_caution(counts)}"


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


class Served(NamedTuple):
    """A goal or a department, and how many initiatives it has live or planned."""

    name: str
    initiatives: int


def coverage(goals: tuple[Served, ...], departments: tuple[Served, ...]) -> str:
    """Answer "Where are we helping?": goals that nobody serves, departments that serve none."""
    if not goals:
        return "Not known: no goals are set yet."
    gaps = [goal.name for goal in goals if not goal.initiatives]
    if len(gaps) == len(goals):
        return "Nowhere yet: no initiative serves a goal."
    idle = [department.name for department in departments if not department.initiatives]
    served = len(goals) - len(gaps)
    verb = plural(served, "is", "are")
    if not gaps:
        answer = f"{all_of(served, 'goal', capital=True)} {verb} served."
    else:
        share = (
            f"{count_words(served, capital=True)} of {counted(len(goals), 'goal')} {verb} served"
        )
        missing = f"{count_words(len(gaps))} {plural(len(gaps), 'has', 'have')} no initiative"
        answer = f"{share}, {missing}."
    if not idle:
        return answer
    if len(idle) > NAMES_IN_A_SENTENCE:
        return f"{answer} {count_words(len(idle), capital=True)} departments run none."
    return f"{answer} {join_words(idle)} {plural(len(idle), 'runs', 'run')} none."


def contact_pressure(
    per_customer: float | None, cap: int | None, biggest: str, share: float, week: str
) -> str:
    """Answer "Who is contacting customers?" from the last week's contacts per customer contacted.

    `biggest` is the department that sent the largest `share`, a fraction of one; `week` says
    which week, such as "week to Sun 22 Nov".
    """
    if per_customer is None:
        return "Not known: no contacts are measured yet."
    start = f"In the {week}, {biggest} sent {percent(share, 0)} of all contacts."
    got = f"{start} Customers contacted got {number(per_customer, 1)} each"
    if cap is None:
        return f"{got}."
    place = "over" if per_customer > cap else "inside"
    return f"{got}, {place} the limit of {cap} a week."


def checks(found: int, unknown: int, total: int) -> str:
    """Say how many ways to mislead have found something; `unknown` ones could not be run."""
    _check_share(found + unknown, total)
    if not total:
        return "Not checked yet."
    if not found + unknown:
        return f"{all_of(total, 'check', capital=True)} passed."
    parts = [(found, "found something"), (unknown, "could not be run")]
    first, *rest = [(count, what) for count, what in parts if count]
    start = f"{count_words(first[0], capital=True)} of {counted(total, 'check')} {first[1]}"
    return f"{start}, {_listed(rest)}." if rest else f"{start}."


def matching(shown: int, total: int) -> str:
    """Say how many initiatives the filters leave."""
    _check_share(shown, total)
    if shown == total:
        return counted(total, "initiative", capital=True)
    return f"{number(shown)} of {counted(total, 'initiative')}"


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


def imports(last: ImportCounts | None, *, which: str = "The last import") -> str:
    """Say what the last finished import, or the one named, took; None: there was none."""
    if last is None:
        return "Nothing has been imported yet."
    if not last.read:
        return f"{which} held no rows."
    _check_share(last.accepted + last.rejected, last.read)
    if last.accepted == last.read:
        rows = "the one row" if last.read == 1 else f"all {last.read:,} rows"
        return f"{which} took {rows}."
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
    return f"{which} took {took} of {last.read:,} {rows}; {', '.join(rest)}."


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

"""Refreshing: counting again what an import has touched, and nothing else."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any

from django.db import connection, transaction
from django.db.models import F, Min, Q
from django.utils import timezone

from campaigns.models import OVER, Initiative
from customers.actions import work as ledger
from customers.models import StaleWeek
from customers.queries.retention import horizon, horizons
from reports.actions.facts import Step, copy_stale, take_stale, take_turn
from reports.actions.feeds import note_feeds
from reports.actions.results import judge_initiative
from reports.facts.engines import Engine
from reports.measures.definition import factor
from reports.measures.reach import Reach, reach_of
from reports.models import Reading, Result
from reports.queries.definitions import definition
from reports.queries.engine import opened
from reports.queries.facts import (
    WEEK,
    first_event_on,
    totals,
    weeks_with_events,
)
from strategy.models import Goal, Guardrail, Measure

QUARTER_WEEKS = 13
SPANS = {Reading.Span.WEEK: 1, Reading.Span.QUARTER: QUARTER_WEEKS}
"""Weeks of the windows that readings are taken of; each ends on a Monday."""
BEFORE = timedelta(days=365)
"""How far before a start a result reads: the year by which customers are put into segments.
Covariates reach less far (`reports.actions.tested`), and so do placebos
(`reports.actions.observed`)."""

ANALYSE = "ANALYZE campaigns_assignment"
"""Tells the planner who was assigned a moment ago: guessing, judging can take a hundred times as
long, and the database's own round comes a minute too late. Imports do it for their own tables."""


def refresh(
    *, progress: Step, at: datetime, everything: bool = False, **_later: Any
) -> dict[str, Any]:
    """Take the readings of stale weeks and judge the initiatives that they, or a change, touch.

    First the copy of the facts is brought up to date; all that is counted is counted from that
    one version of it.

    The work of kind "refresh": it runs in the caller's transaction, and done twice it finds
    nothing left to do. With `everything` all weeks and initiatives are done again, except those
    from before the day since when all their events are kept: what was read then stays, and `kept`
    counts the weeks of which that is true of some measure.

    No initiative is locked while it is judged, so that nobody's click waits for a refresh. One
    that was written meanwhile, which the version of its row (`xmin`) shows, stays stale for the
    next.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        take_turn(cursor)
        stale = take_stale(cursor)
        version = copy_stale(cursor, stale, progress=progress, at=at, everything=everything)
        weeks = sorted(stale.counted.union(weeks_with_events() if everything else ()))
        cursor.execute(ANALYSE)
        cursor.execute("SELECT id, xmin::text FROM campaigns_initiative")
        versions = dict(cursor.fetchall())
        whole = horizons(timezone.localdate(at))
        touched = [
            one
            for one in _touched(set(weeks), today=timezone.localdate(at), everything=everything)
            if not _was_judged_whole(one, whole)
        ]
        versions = {one.pk: versions[one.pk] for one in touched if one.pk in versions}
        measures = 0
        if weeks or touched:
            with opened(version=version, initiative_ids=versions) as engine:
                progress.step = "Counting the weeks"
                measures = take_readings(engine, weeks, at=at) if weeks else 0
                for place, initiative in enumerate(touched, start=1):
                    progress.step = f"Judging initiative {place} of {len(touched)}"
                    judge_initiative(initiative, at=at, engine=engine)
        cursor.execute(
            """
            UPDATE campaigns_initiative i SET is_stale = false
            FROM unnest(%s::bigint[], %s::text[]) AS judged (id, version)
            WHERE i.id = judged.id AND i.xmin::text = judged.version AND i.is_stale
            """,
            [list(versions), list(versions.values())],
        )
    first = horizon(whole, whole)
    kept = sum(week < first for week in weeks) if first else 0
    outcome = {"weeks": len(weeks), "measures": measures, "initiatives": len(touched)}
    return outcome | ({"kept": kept} if kept else {})


def take_readings(engine: Engine, weeks: Iterable[date], *, at: datetime) -> int:
    """Replace the readings of every window that looks at the weeks; return how many measures.

    `weeks` are Mondays. Windows that would end after the current week are left out, and so are
    those that begin before the week of the first event: they would be divided by too many weeks.
    Readings of windows whose events are no longer all kept stay as they are; of windows that only
    look at the weeks from afar, so do those whose events before them are not.
    """
    weeks = list(weeks)
    measures = _measures_to_read()
    whole = horizons(timezone.localdate(at))
    alike: dict[tuple[date | None, Reach], list[Measure]] = {}
    for measure in measures:
        reach = reach_of(definition(measure))
        alike.setdefault((_whole_since(measure, whole), reach), []).append(measure)
    for (day, reach), those in alike.items():
        _read(
            engine,
            [one for one in those if not one.window_days],
            weeks,
            reach=reach,
            whole_since=day,
            all_since=horizon(whole, whole),
            at=at,
        )
        _read_own(engine, [one for one in those if one.window_days], whole_since=day, at=at)
    note_feeds(weeks)
    return len(measures)


def _read(
    engine: Engine,
    measures: list[Measure],
    weeks: list[date],
    *,
    reach: Reach,
    whole_since: date | None,
    all_since: date | None,
    at: datetime,
) -> None:
    """Replace the readings of some measures, of one reach, for every window that the weeks tell.

    From `whole_since` on all that they count is kept, from `all_since` on every kind of event.
    """
    first_week = _first_week()
    this_week_ends_on = timezone.localdate(at) + WEEK
    told = reach.told_by(weeks, until=this_week_ends_on)
    definitions = [definition(measure) for measure in measures]
    for span, length in SPANS.items():
        ends = _ends_with(weeks, length) | _reached_back(span, length, first_week)
        ends = {end for end in ends if not whole_since or end - length * WEEK >= whole_since}
        ends |= {
            end
            for end in _ends_with(told, length)
            if not all_since or reach.is_within(end - length * WEEK, since=all_since)
        }
        Reading.objects.filter(span=span, ends_on__in=ends, measure__in=measures).delete()
        first_end = (first_week or this_week_ends_on) + length * WEEK
        ends = {end for end in ends if first_end <= end <= this_week_ends_on}
        Reading.objects.bulk_create(
            (
                Reading(
                    measure_id=one.measure_id,
                    department_id=one.department_id,
                    span=span,
                    starts_on=one.starts_on,
                    ends_on=one.ends_on,
                    numerator=one.numerator,
                    denominator=one.denominator,
                    value=_value(one.numerator, one.denominator, factors[one.measure_id]),
                    left_out=one.left_out,
                    as_of=at,
                )
                for factors in [{d.measure_id: factor(d, 7 * length) for d in definitions}]
                for one in totals(engine, definitions, weeks=length, ends_on=ends)
            ),
            batch_size=2_000,
        )


def _read_own(
    engine: Engine, measures: list[Measure], *, whole_since: date | None, at: datetime
) -> None:
    """Read the measures with a window of their own, up to the newest full week and no further.

    Such windows hold a year of weeks each: what an older one came to stays as it was read. Each
    stands among the readings of thirteen weeks, with its own first day.
    """
    today = timezone.localdate(at)
    end = today - timedelta(days=today.weekday())
    first = max(filter(None, [_first_week(), whole_since]), default=end)
    due = [one for one in measures if end - timedelta(days=one.window_days or 0) >= first]
    Reading.objects.filter(span=Reading.Span.QUARTER, ends_on=end, measure__in=measures).delete()
    definitions = {one.pk: definition(one) for one in due}
    Reading.objects.bulk_create(
        Reading(
            measure_id=one.measure_id,
            department_id=one.department_id,
            span=Reading.Span.QUARTER,
            starts_on=end - timedelta(days=of.window_days or 0),
            ends_on=end,
            numerator=one.numerator,
            denominator=one.denominator,
            value=_value(one.numerator, one.denominator, of.scale),
            left_out=one.left_out,
            as_of=at,
        )
        for one in totals(engine, list(definitions.values()), weeks=QUARTER_WEEKS, ends_on=[end])
        for of in [definitions[one.measure_id]]
    )


def _whole_since(measure: Measure, whole: dict[str, date]) -> date | None:
    """Return the day from which all that a measure looks at is kept; per customer, all kinds."""
    of_all = measure.per == Measure.Per.CUSTOMERS
    return horizon(whole if of_all else {*measure.counted, *measure.per_events}, whole)


def _was_judged_whole(initiative: Initiative, whole: dict[str, date]) -> bool:
    """Say whether it was judged when events of its window were kept that are no longer."""
    if not whole or not Result.objects.filter(initiative=initiative).exists():
        return False
    kinds = {k for one in _looked_at(initiative) for k in (*one.counted, *one.per_events)}
    first = horizon(kinds, whole)
    return first is not None and initiative.starts_on < first


def freshen(*, at: datetime) -> int | None:
    """Give a refresh where something waits to be counted and no import asked for it.

    A day that has passed can end a test or a week, so the day's first call judges anew whatever
    is live, and what is over but was judged before the data of its last days were in. Returns the
    work's id, or None where nothing waits.
    """
    today = timezone.localdate(at)
    is_live = ~Q(status__in=OVER)
    lacks_days = Q(result__ends_on__lt=F("ends_on"), ended_at__date__gte=F("result__ends_on"))
    Initiative.objects.planned().filter(is_stale=False).filter(
        is_live & Q(result__isnull=True)
        | (is_live | lacks_days) & Q(result__as_of__lt=_midnight(today))
    ).update(is_stale=True)
    waits = Initiative.objects.planned().filter(is_stale=True)
    if StaleWeek.objects.exists() or waits.exists():
        return ledger.give(kind="refresh", arguments={}, at=at, once="all")
    return None


def _touched(weeks: set[date], *, today: date, everything: bool) -> list[Initiative]:
    """Return the initiatives with a locked plan to judge again: stale, or of measures told anew.

    Told anew is the time before the start as well, once it has come.
    """
    planned = Initiative.objects.planned().select_related("success_measure").order_by("pk")
    return [
        one
        for one in planned.prefetch_related("further_measures", "guardrails__measure")
        if everything
        or one.is_stale
        or any(
            _compared_from(one, today) < week + WEEK and one.ends_on > week
            for reach in {reach_of(definition(measure)) for measure in _looked_at(one)}
            for week in reach.told_by(weeks, until=one.ends_on)
        )
    ]


def _compared_from(initiative: Initiative, today: date) -> date:
    """Return the first day whose events judging it reads: `BEFORE` its start where it compares."""
    has_others = initiative.holdout_share or initiative.places
    if has_others and initiative.starts_on <= today:
        return initiative.starts_on - BEFORE
    return initiative.starts_on


def _looked_at(initiative: Initiative) -> list[Measure]:
    """Return every measure that judging an initiative looks at."""
    rails = initiative.guardrails.all()
    return [*initiative.success_measures, *(rail.measure for rail in rails)]


def _measures_to_read() -> list[Measure]:
    """Return the newest version of each measure, and the older ones that something stands on.

    Amounts are added up in the company's money: one in another unit comes with tests only.
    """
    newest = Measure.objects.order_by("key", "-version").distinct("key").values("pk")
    unfinished = Initiative.objects.exclude(status__in=OVER)
    used = (
        Q(pk__in=Goal.objects.values("measure"))
        | Q(pk__in=Guardrail.objects.values("measure"))
        | Q(pk__in=unfinished.values("success_measure"))
        | Q(pk__in=unfinished.values("further_measures"))
    )
    foreign = Q(fold=Measure.Fold.AMOUNT) & ~Q(unit=Measure.Unit.MONEY)
    return list(Measure.objects.filter(Q(pk__in=newest) | used).exclude(foreign))


def _ends_with(weeks: Iterable[date], length: int) -> set[date]:
    """Return the ends of all windows of so many weeks that hold one of these."""
    return {week + n * WEEK for week in weeks for n in range(1, length + 1)}


def _first_week() -> date | None:
    first = first_event_on()
    return first - timedelta(days=first.weekday()) if first else None


def _reached_back(span: str, length: int, first_week: date | None) -> set[date]:
    """Return the ends of windows that older events let begin, up to the first one read."""
    oldest = Reading.objects.filter(span=span).aggregate(Min("starts_on"))["starts_on__min"]
    if oldest is None or first_week is None:
        return set()
    missing = range((oldest - first_week).days // 7)
    return {first_week + (n + length) * WEEK for n in missing}


def _value(numerator: Any, denominator: int, by: float) -> float | None:
    return float(numerator) / denominator * by if denominator else None


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, datetime.min.time()))

"""The demo retailer's story, told through the actions and the import that people use."""

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

from django.contrib.auth.hashers import make_password
from django.utils import timezone

from campaigns.actions import contact_counts, overlaps, traits
from campaigns.actions.initiatives import log_initiative
from campaigns.actions.plans import end, launch, lock_plan
from campaigns.actions.proposals import propose
from campaigns.actions.waivers import waive_rule
from campaigns.models import Initiative
from config.demo import ahead, company, stated, truth
from config.demo.retailer import File, generate
from config.demo.talk import talk
from customers.actions import work as ledger
from customers.actions.imports import hand_in
from customers.actions.kinds import KINDS
from customers.intake.mapping import parse
from customers.models import Import, Source, Work
from reports.queries.definitions import definition
from reports.queries.engine import database
from reports.queries.facts import totals
from strategy.actions.sheets import draft_next_sheet, publish_sheet, sign_sheet
from strategy.models import (
    ContactPolicy,
    Department,
    Goal,
    Guardrail,
    Measure,
    Membership,
    Person,
    Rule,
    Sheet,
    Term,
)

Say = Callable[[str], None]

FIRST_PUBLISHED, FIRST_CAP = -400, 4
"""The day on which the sheet before the last was published, and how many contacts it allowed."""

ADDED_IN_LAST = (
    "Name the one measure that shall move.",
    "Market by email, text, post, call or app without consent.",
    "Market between nine in the evening and eight in the morning.",
    "Ask the owner of each goal before anything is agreed.",
    "Ask the data team before anything is agreed.",
)
"""Rules that the sheet before the last did not have."""


class StoryError(Exception):
    """The demo cannot be told here; the message says why."""


class Told(NamedTuple):
    """What was loaded: rows read, and rows that were refused."""

    read: int
    rejected: int


def is_told() -> bool:
    """Return whether this database has a company in it already. One query."""
    return Department.objects.exists()


def tell(*, seed: int, customers: int, until: date, password: str, at: datetime, say: Say) -> Told:
    """Fill an empty database with the demo retailer.

    `until` is the day after the last of its 104 weeks; everything that people did is dated
    before it. Raises StoryError where there is a company already or a file is not taken.
    """
    if is_told():
        raise StoryError("There is a company here already; the demo is for an empty database.")
    say("Making the retailer’s files")
    with TemporaryDirectory() as folder:
        retailer = generate(Path(folder), seed=seed, customers=customers, until=until)
        _people(password)
        _sheet(company.SHEET_VERSION - 1, _moment(until, FIRST_PUBLISHED))
        told = [
            _load(file, at=at, say=say)
            for file in retailer.files
            if not file.path.name.startswith("assignments")
        ]
        say("Setting goals from the first year’s readings")
        _goals(until)
        for initiative in (*retailer.initiatives, *truth.CHOSEN):
            _initiative(initiative, until=until)
        talk(until=until)
        _sheet(company.SHEET_VERSION, _moment(until, company.PUBLISHED), sign=until)
        told += [
            _load(file, at=at, say=say)
            for file in retailer.files
            if file.path.name.startswith("assignments")
        ]
    say("Counting every week and judging every initiative")
    refresh_all(at=at)
    _see_through("companions", at=at)
    _see_through("breaches", at=at)
    say("Holding what suppliers state against the data")
    stated.state(until=until, at=at)
    say("Counting whom the drafts are for, and where they clash")
    ahead.plan(at=_moment(until, -2))
    _see_through(traits.KIND, at=at)
    _see_through(overlaps.KIND, at=at)
    _see_through(contact_counts.KIND, at=at)
    return Told(sum(one.read for one in told), sum(one.rejected for one in told))


def refresh_all(*, at: datetime) -> None:
    """Count everything and judge every initiative, here and now."""
    _see_through("refresh", at=at)


def _see_through(kind: str, *, at: datetime) -> None:
    """Do a kind of work here and now. Raises StoryError with the reason if it is not done."""
    work_id = ledger.give(kind=kind, arguments={}, at=at, once="all", ring_now=False)
    work = ledger.see_through(work_id, clock=timezone.now)
    if work.state != Work.State.DONE:
        raise StoryError(work.error)


def see_in(source: Source, path: Path, mapping: str, *, at: datetime) -> Import:
    """Import a file here and now. Raises StoryError with the reason if it is not taken."""
    kinds = {name: registered.kind for name, registered in KINDS.items()}
    file_import = hand_in(
        source=source,
        path=path,
        file_name=path.name,
        mapping=parse(mapping, kinds),
        at=at,
        by=None,
        ring_now=False,
    )
    work = ledger.see_through(file_import.work_id, clock=timezone.now)
    if work.state != Work.State.DONE:
        raise StoryError(work.error)
    file_import.refresh_from_db()
    return file_import


def _load(file: File, *, at: datetime, say: Say) -> Told:
    say(f"Importing {file.path.name}: {file.row_count:,} rows")
    source = Source.objects.get(key=file.source)
    found = see_in(source, file.path, file.mapping.read_text(encoding="utf-8"), at=at)
    return Told(found.read_count or 0, found.rejected_count or 0)


def _moment(until: date, days: int, hour: int = 10) -> datetime:
    return timezone.make_aware(datetime.combine(until + timedelta(days=days), time(hour)))


def _people(password: str) -> None:
    departments = {
        one.key: Department.objects.create(key=one.key, name=one.name, position=place)
        for place, one in enumerate(company.DEPARTMENTS)
    }
    hashed = make_password(password)  # once for all: hashing is slow on purpose
    for one in company.PEOPLE:
        person = Person.objects.filter(email=one.email).first()
        if person is None:
            is_admin = one.role == "admin"
            person = Person.objects.create(
                email=one.email,
                password=hashed,
                name=one.name,
                title=one.title,
                is_staff=is_admin,
                is_superuser=is_admin,
            )
        Membership.objects.create(
            person=person,
            role=one.role,
            department=departments[one.department] if one.department else None,
        )
    Source.objects.bulk_create(
        Source(
            key=one.key,
            name=one.name,
            department=departments[one.department],
            owner=Person.objects.get(email=one.owner),
            feeds=one.feeds,
            promise_hours=one.promise_hours,
            trust_rank=one.trust_rank,
            identifier_kinds=[*one.confirms, *one.claims],
            confirmed_kinds=list(one.confirms),
        )
        for one in company.SOURCES
    )
    Guardrail.objects.bulk_create(
        Guardrail(
            measure=_measure(one.measure),
            limit=Decimal(str(one.limit)),
            margin=Decimal(str(one.margin)),
            position=place,
        )
        for place, one in enumerate(company.GUARDRAILS)
    )


def _sheet(version: int, at: datetime, *, sign: date | None = None) -> None:
    """Publish the last sheet (`sign`: who has signed it by then), or the one before it."""
    is_last = sign is not None
    executive = Person.objects.get(email=company.EXECUTIVE)
    if is_last:
        sheet = draft_next_sheet(by=executive, at=at)
    else:
        sheet = Sheet(version=version, vision=company.VISION, definition=company.DEFINITION)
    sheet.contact_cap = company.CONTACT_CAP if is_last else FIRST_CAP
    sheet.contact_gap_hours = company.CONTACT_GAP_HOURS
    sheet.holdout_share = Decimal(str(company.HOLDOUT_SHARE))
    sheet.exempt = list(company.EXEMPT)
    sheet.review_on = timezone.localdate(at) + timedelta(days=company.REVIEW)
    sheet.save()
    if not is_last:
        Term.objects.bulk_create(
            Term(sheet=sheet, position=place, **term._asdict())
            for place, term in enumerate(company.TERMS)
        )
    Rule.objects.filter(sheet=sheet).delete()
    Rule.objects.bulk_create(
        Rule(
            sheet=sheet,
            position=place,
            polarity=rule.polarity,
            text=rule.text,
            check_key=rule.check,
        )
        for place, rule in enumerate(company.RULES)
        if is_last or rule.text not in ADDED_IN_LAST
    )
    if is_last:
        quiet_from, quiet_until = company.QUIET
        ContactPolicy.objects.create(sheet=sheet, quiet_from=quiet_from, quiet_until=quiet_until)
    publish_sheet(sheet=sheet, by=executive, at=at)
    for one in company.DEPARTMENTS:
        if sign is None:
            signed_at = at + timedelta(days=2)
        elif one.signed is not None:
            signed_at = _moment(sign, one.signed, hour=15)
        else:
            continue
        sign_sheet(
            sheet=sheet,
            department=Department.objects.get(key=one.key),
            content_hash=sheet.content_hash,
            by=Person.objects.get(email=one.head),
            at=signed_at,
        )


def _goals(until: date) -> None:
    """Set goals from the readings that ended a year before the history does."""
    monday = until + timedelta(days=company.GOAL_STARTS)
    monday -= timedelta(days=monday.weekday())
    weeks = company.GOAL_WINDOW // 7
    measures = {one.measure: _measure(one.measure) for one in company.GOALS}
    readings = {
        (one.measure_id, one.department_id): one
        for one in totals(
            database(),
            [definition(measure) for measure in measures.values()],
            weeks=weeks,
            ends_on=[monday],
        )
    }
    for place, goal in enumerate(company.GOALS):
        measure = measures[goal.measure]
        reading = readings[measure.pk, None]
        baseline = float(reading.numerator) / reading.denominator * measure.scale
        Goal.objects.create(
            key=goal.key,
            name=goal.name,
            measure=measure,
            department=Department.objects.filter(key=goal.department).first(),
            owner=Person.objects.get(email=goal.owner),
            baseline=_rounded(baseline),
            commit=_rounded(baseline * goal.commit),
            target=_rounded(baseline * goal.target),
            starts_on=monday,
            due_on=until + timedelta(days=company.GOAL_DUE),
            position=place,
        )


def _initiative(one: truth.Initiative, *, until: date) -> None:
    """Log an initiative and take it as far as it was by `until`."""
    owner = Person.objects.get(email=one.owner)
    starts_on = until + timedelta(weeks=one.starts)
    ends_on = until + timedelta(weeks=one.ends)
    logged = min(timedelta(weeks=one.starts, days=-25), timedelta(days=-6)).days
    initiative = log_initiative(
        key=one.key,
        by=owner,
        at=_moment(until, logged),
        name=one.name,
        notice=one.notice,
        department=Department.objects.get(key=one.department),
        goals=list(Goal.objects.filter(key__in=one.goals)),
        uses=list(one.uses),
        mode=one.mode,
        channel=one.channel,
        audience=one.audience,
        holdout_share=Decimal(str(one.holdout_share)),
        no_holdout_reason=one.no_holdout_reason,
        unit=Initiative.Unit.STORE if one.places else Initiative.Unit.CUSTOMER,
        places=list(one.places),
        success_measure=_measure(one.success),
        further_measures=[_measure(key) for key in one.further],
        guardrails=list(Guardrail.objects.filter(measure__key__in=one.guardrails)),
        smallest_effect=Decimal(str(one.smallest_effect)),
        starts_on=starts_on,
        ends_on=ends_on,
        cost=Decimal(one.cost) if one.cost else None,
    )
    if one.starts >= 0:
        return
    if one.waiver:
        check, reason = one.waiver
        waive_rule(
            initiative=initiative,
            rule=Rule.objects.get(sheet__version=company.SHEET_VERSION - 1, check_key=check),
            reason=reason,
            ends_on=ends_on,
            by=owner,
            at=_moment(until, one.starts * 7 - 9),
        )
    propose(initiative=initiative, by=owner, at=_moment(until, one.starts * 7 - 8))
    lock_plan(initiative=initiative, by=owner, at=_moment(until, one.starts * 7 - 7))
    launch(initiative=initiative, by=owner, at=_moment(until, one.starts * 7, hour=7))
    if one.ends <= 0:
        end(
            initiative=Initiative.objects.get(pk=initiative.pk),
            reason="The planned window is over.",
            by=owner,
            at=_moment(until, one.ends * 7, hour=9),
        )


def _measure(key: str) -> Measure:
    return Measure.objects.filter(key=key).order_by("-version")[0]


def _rounded(value: float) -> Decimal:
    return Decimal(value).quantize(Decimal("0.00001"))


def logins() -> list[tuple[str, str]]:
    """Return each demo person's e-mail and what they may see as."""
    told: dict[str, str] = {}
    for one in company.PEOPLE:
        told.setdefault(one.email, f"{one.name}, {one.title} ({one.role})")
    return list(told.items())

"""Landing initiatives from a spreadsheet: each row a draft, each refused row with its reason."""

import re
from collections.abc import Iterable
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, NamedTuple

from django.db.backends.utils import CursorWrapper
from django.utils.text import slugify

from campaigns.actions.initiatives import (
    KEY_LENGTH,
    Fields,
    cap_unfit,
    in_words,
    kind_sentence,
    listed_changes,
    named_twice,
    one_key_at_a_time,
    places_unfit,
    write,
)
from campaigns.models import Initiative
from campaigns.queries.initiatives import measures_in_use
from customers.actions.kinds import Landed
from customers.intake.fields import Choice, Day, Email, Field, Kind, Money, Number, Text, Whole
from customers.intake.rejected import Rejected
from customers.models import Source
from strategy import permissions
from strategy.actions import audit
from strategy.language.words import join_words
from strategy.models import Department, Goal, Guardrail, Measure, Person, Role

ONE_DAY = timedelta(days=1)
LONGEST_PLACE = 80
LEAST_CAP, MOST_CAP = Decimal("0.01"), Decimal(10) ** 12
BETWEEN = re.compile(r"\s*[;|\n]\s*")
"""What stands between several goals, uses, measures or guardrails in one cell."""


def _choice(options: list[str]) -> Choice:
    return Choice(frozenset(options), f"one of {', '.join(options)}")


KIND = Kind(
    name="initiatives",
    fields=(
        Field("key", Text(longest=KEY_LENGTH)),
        Field("name", Text(longest=120)),
        Field("notice", Text(longest=300)),
        Field("department", Text(longest=80)),
        Field("owner", Email()),
        Field("goals", Text()),
        Field("uses", Text()),
        Field("mode", _choice(Initiative.Mode.values)),
        Field("channel", _choice(Initiative.Channel.values)),
        Field("purpose", _choice(Initiative.Purpose.values)),
        Field("audience", Text(longest=300)),
        Field("unit", _choice(Initiative.Unit.values)),
        Field("holdout_percent", Number()),
        Field("no_holdout_reason", Text(longest=300)),
        Field("places", Text()),
        Field("success_measure", Text()),
        Field("further_measures", Text()),
        Field("cap", Money()),
        Field("smallest_effect_percent", Number()),
        Field("guardrails", Text()),
        Field("planned_customers", Whole()),
        Field("planned_reads", Whole()),
        Field("cost", Money()),
        Field("starts_on", Day(may_be_ahead=True)),
        Field("last_on", Day(may_be_ahead=True)),
    ),
    required=(
        *("name", "notice", "department", "goals", "mode", "channel", "audience"),
        *("holdout_percent", "success_measure", "smallest_effect_percent", "starts_on", "last_on"),
    ),
)
"""Shares are in per cent and `last_on` is the last day, as people write them."""

COLUMNS = tuple(field.name for field in KIND.fields)


class _UnfitError(Exception):
    """A cell that cannot be taken: its field, its text, and what was expected there."""

    def __init__(self, field: str, text: object, expected: str) -> None:
        super().__init__(expected)
        self.field, self.text, self.expected = field, "" if text is None else str(text), expected


class _Company(NamedTuple):
    """What rows may name, each by key and by name in lower case."""

    departments: dict[str, Department]
    goals: dict[str, Goal]
    measures: dict[str, Measure]
    guardrails: dict[str, Guardrail]
    people: dict[str, Person]
    heads: dict[int, Person]


def land(cursor: CursorWrapper, *, source_id: int, at: datetime) -> Landed:
    """Log the initiatives that are new as drafts, and change drafts that a row says otherwise.

    An initiative is known by its key, made from the name where a row has none. Rejected, each row
    with its reason: what the company does not have, an owner who may not log for the department,
    impossible shares or days, a second row for the same key, and initiatives that are no drafts
    any more.
    """
    one_key_at_a_time(cursor)
    cursor.execute(f"SELECT row, {', '.join(COLUMNS)} FROM staged ORDER BY row")  # noqa: S608  our own field names
    rows = [(row, dict(zip(COLUMNS, cells, strict=True))) for row, *cells in cursor.fetchall()]
    company, source = _company(), Source.objects.get(pk=source_id)
    rejected: list[Rejected] = []
    first: dict[str, int] = {}
    changed = 0
    for row, cells in rows:
        key = slugify(cells["key"] or cells["name"])[:KEY_LENGTH]
        try:
            _check_first(key, row, first)
            fields, owner = _fields(cells, company)
            changed += _land(key, fields, owner, source, at=at)
        except _UnfitError as unfit:
            rejected.append(Rejected(row, unfit.field, unfit.text, unfit.expected))
    return Landed(changed=changed, unchanged=len(rows) - changed - len(rejected), rejected=rejected)


def _check_first(key: str, row: int, first: dict[str, int]) -> None:
    """Remember the key's first row; raise _UnfitError for a further one."""
    if first.setdefault(key, row) != row:
        expected = f"one row for each initiative; row {first[key]} is about it already"
        raise _UnfitError("key", key, expected)


def _land(key: str, fields: Fields, owner: Person, source: Source, *, at: datetime) -> bool:
    """Log or change one draft; return whether anything changed."""
    found = Initiative.objects.select_for_update(of=("self",)).select_related("department")
    draft = found.filter(key=key).first()
    if draft is None:
        logged = Initiative(key=key, owner=owner, created_at=at)
        write(logged, fields)
        sentence = f"Logged as a draft from a file of {source}. {kind_sentence(logged)}"
        audit.record(act="initiative.log", subject=logged, sentence=sentence, by=None, at=at)
        return True
    if draft.status != Initiative.Status.DRAFT:
        state = draft.get_status_display().lower()
        raise _UnfitError("key", key, f"an initiative that is still a draft; it is {state}")
    if draft.department != fields["department"]:
        raise _UnfitError("key", key, f"a key that names no initiative of {draft.department}")
    before = in_words(draft)
    write(draft, fields)
    changes = listed_changes(before, in_words(draft))
    if changes:
        labels = join_words([label.lower() for label, *_ in changes])
        sentence = f"Changed by a file of {source}: {labels}."
        audit.record(
            act="initiative.change",
            subject=draft,
            sentence=sentence,
            by=None,
            at=at,
            changes=changes,
        )
    return bool(changes)


def _fields(cells: dict[str, Any], company: _Company) -> tuple[Fields, Person]:
    """Return what a row says as the actions take it, and its owner; raise _UnfitError."""
    department = _one("department", cells["department"], company.departments)
    holdout = _share("holdout_percent", cells["holdout_percent"], low=0, high=90)
    unit = cells["unit"] or Initiative.Unit.CUSTOMER
    if holdout and unit == Initiative.Unit.NONE:
        raise _UnfitError("unit", unit, "what is held out: customer, household, store or region")
    if not holdout and not cells["no_holdout_reason"]:
        raise _UnfitError("no_holdout_reason", "", "a reason, as nobody is held out")
    if cells["last_on"] < cells["starts_on"]:
        raise _UnfitError("last_on", cells["last_on"], f"a day from {cells['starts_on']} on")
    leading = _one("success_measure", cells["success_measure"], company.measures)
    further = _several("further_measures", cells["further_measures"], company.measures)
    if twice := named_twice([leading, *further]):
        raise _UnfitError("further_measures", twice.key, "each success measure once")
    if cells["cap"] is not None and not LEAST_CAP <= cells["cap"] < MOST_CAP:
        raise _UnfitError("cap", cells["cap"], f"an amount from {LEAST_CAP} on")
    if cells["cap"] is not None and (reason := cap_unfit(leading)):
        raise _UnfitError("cap", cells["cap"], f"no cap: {reason}")
    places = list(dict.fromkeys(filter(None, BETWEEN.split(cells["places"] or ""))))
    if places and (reason := places_unfit(unit, holdout)):
        raise _UnfitError("places", cells["places"], f"none: {reason}")
    if too_long := next((name for name in places if len(name) > LONGEST_PLACE), None):
        raise _UnfitError("places", too_long, f"names of at most {LONGEST_PLACE} letters")
    fields = Fields(
        name=cells["name"],
        notice=cells["notice"],
        department=department,
        goals=_several("goals", cells["goals"], company.goals),
        uses=_uses(cells["uses"]),
        mode=cells["mode"],
        channel=cells["channel"],
        audience=cells["audience"],
        holdout_share=holdout,
        no_holdout_reason="" if holdout else cells["no_holdout_reason"],
        success_measure=leading,
        further_measures=further,
        cap=cells["cap"],
        places=places,
        guardrails=_several("guardrails", cells["guardrails"], company.guardrails),
        smallest_effect=_share(
            "smallest_effect_percent", cells["smallest_effect_percent"], low=0.1, high=1000
        ),
        starts_on=cells["starts_on"],
        ends_on=cells["last_on"] + ONE_DAY,
        purpose=cells["purpose"] or Initiative.Purpose.MARKETING,
        unit=unit,
        planned_customers=_counted("planned_customers", cells["planned_customers"]),
        planned_reads=_counted("planned_reads", cells["planned_reads"]) or 1,
        cost=cells["cost"],
    )
    return fields, _owner(cells["owner"], department, company)


def _owner(email: str | None, department: Department, company: _Company) -> Person:
    """Return who owns the row's initiative: who is named, else the department's head."""
    person = company.people.get(email.lower()) if email else company.heads.get(department.pk)
    if person is None and not email:
        raise _UnfitError("owner", email, f"an e-mail address, as {department} has no head")
    if person is None or not permissions.can_log_initiative(person, department):
        raise _UnfitError("owner", email, f"somebody who may log initiatives of {department}")
    return person


def _one[Named](field: str, text: str, known: dict[str, Named]) -> Named:
    if text.lower() not in known:
        raise _UnfitError(field, text, _listed(known))
    return known[text.lower()]


def _several[Named](field: str, text: str | None, known: dict[str, Named]) -> list[Named]:
    return [_one(field, one, known) for one in BETWEEN.split(text or "") if one]


def _uses(text: str | None) -> list[str]:
    by_name = {
        name: use.value for use in Initiative.Uses for name in (use.value, use.label.lower())
    }
    return _several("uses", text, by_name)


def _share(field: str, percent: float, *, low: float, high: float) -> Decimal:
    """Return a share of what is written in per cent, with one decimal at most."""
    exact = Decimal(repr(percent))
    if not low <= percent <= high or exact != round(exact, 1):
        raise _UnfitError(field, percent, f"per cent from {low:g} to {high:g}, one decimal at most")
    return round(exact, 1) / 100


def _counted(field: str, count: int | None) -> int | None:
    if count is not None and count < 1:
        raise _UnfitError(field, count, "a whole number from 1 on")
    return count


def _listed(known: Iterable[str]) -> str:
    return f"one of {', '.join(sorted(known))}" if known else "one that the company has: none yet"


def _company() -> _Company:
    """Return what rows may name. Six queries."""
    rails = Guardrail.objects.select_related("measure")
    people = Person.objects.filter(is_active=True).prefetch_related("memberships")
    heads = {
        membership.department_id: person
        for person in people
        for membership in person.memberships.all()
        if membership.role == Role.HEAD and membership.department_id
    }
    return _Company(
        departments=_by_name((one, one.key, one.name) for one in Department.objects.all()),
        goals=_by_name((one, one.key, one.name) for one in Goal.objects.all()),
        measures=_by_name((one, one.key, one.name) for one in measures_in_use()),
        guardrails=_by_name((one, one.measure.key, one.measure.name) for one in rails),
        people={person.email.lower(): person for person in people},
        heads=heads,
    )


def _by_name[Named](rows: Iterable[tuple[Named, str, str]]) -> dict[str, Named]:
    """Return rows by name and by key; a key is taken before a name."""
    found = list(rows)
    names = {name.lower(): one for one, _, name in found}
    return names | {key.lower(): one for one, key, _ in found}

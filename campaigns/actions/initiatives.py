"""Logging an initiative, changing its draft, discarding it."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any, NotRequired, TypedDict, Unpack

from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper
from django.db.models import Model
from django.utils.text import slugify

from campaigns.models import AudienceVersion, ChangedMembers, Initiative
from campaigns.queries.rules import percent_as_said
from campaigns.queries.steps import Step, refusal
from campaigns.rulebook.kinds import classify
from strategy import permissions
from strategy.actions import audit
from strategy.language.dates import day_with_year
from strategy.language.numbers import number
from strategy.language.words import join_words
from strategy.models import Department, Goal, Guardrail, Measure, Person

KEY_LENGTH = 80
KEYS_LOCK = 7_412_003
"""The advisory lock that lets one transaction choose a key at a time."""


class Fields(TypedDict):
    """What a department says about an initiative. Its window is [starts_on, ends_on).

    `holdout_share` lies in [0, 1); `smallest_effect` is relative, 0.05 for 5%. `cost` is all that
    it costs, in the company's money. What is not said stays as it was.
    """

    name: str
    notice: str
    department: Department
    goals: Sequence[Goal]
    uses: Sequence[str]
    mode: str
    channel: str
    audience: str
    holdout_share: Decimal
    no_holdout_reason: str
    success_measure: Measure
    guardrails: Sequence[Guardrail]
    smallest_effect: Decimal
    starts_on: date
    ends_on: date
    purpose: NotRequired[str]
    audience_version: NotRequired[AudienceVersion | None]
    unit: NotRequired[str]
    further_measures: NotRequired[Sequence[Measure]]
    cap: NotRequired[Decimal | None]
    places: NotRequired[Sequence[str]]
    planned_customers: NotRequired[int | None]
    planned_reads: NotRequired[int]
    cost: NotRequired[Decimal | None]


class RefusedError(Exception):
    """An act that cannot be done as asked; the text says why, for the page."""


class WrongStatusError(RefusedError):
    """The step does not fit how far the initiative is; the text says what to do instead."""


class HasAssignmentsError(RefusedError):
    """Customers are assigned to it already, so it cannot be thrown away."""


class KeyTakenError(RefusedError):
    """Another initiative has this key."""


class MeasureTwiceError(RefusedError):
    """A success measure is named twice, so that its chance of luck would count twice."""


class CapUnfitError(RefusedError):
    """The leading measure cannot be shown capped at what the plan says."""


class PlacesUnfitError(RefusedError):
    """Places are named although chance decides who gets it, or it goes to no places."""


class ReasonMissingError(RefusedError):
    """Without a reason nobody can learn from it."""


@transaction.atomic
def log_initiative(
    *, by: Person, at: datetime, key: str = "", **fields: Unpack[Fields]
) -> Initiative:
    """Log a draft owned by `by`; without a key it gets one made from its name.

    Raises:
        NotAllowed: `by` may not log for the department.
        KeyTakenError: another initiative has the given key.

    """
    permissions.check_can_log_initiative(by, fields["department"])
    with connection.cursor() as cursor:
        one_key_at_a_time(cursor)
    if key and Initiative.objects.filter(key=key).exists():
        raise KeyTakenError(f"“{key}” names another initiative.")
    initiative = Initiative(key=key or free_key(fields["name"]), owner=by, created_at=at)
    write(initiative, fields)
    audit.record(
        act="initiative.log",
        subject=initiative,
        sentence=f"Logged as a draft. {kind_sentence(initiative)}",
        by=by,
        at=at,
    )
    return initiative


@transaction.atomic
def change_initiative(
    *, initiative: Initiative, by: Person, at: datetime, **fields: Unpack[Fields]
) -> Initiative:
    """Change a draft; what changed stands in the log, from and to. No change, no entry.

    Raises:
        NotAllowed: `by` may not edit the department's initiatives, old or new.
        WrongStatusError: it is no draft any more.

    """
    draft = held(initiative)
    permissions.check_can_change_initiative(by, draft.department)
    permissions.check_can_log_initiative(by, fields["department"])
    check_status(draft, "change")
    before = in_words(draft)
    kind = draft.kind
    write(draft, fields)
    changes = listed_changes(before, in_words(draft))
    if not changes:
        return draft
    sentence = f"Changed: {join_words([label.lower() for label, *_ in changes])}."
    if draft.kind != kind:
        sentence += f" {kind_sentence(draft)}"
    audit.record(
        act="initiative.change",
        subject=draft,
        sentence=sentence,
        by=by,
        at=at,
        changes=changes,
    )
    return draft


@transaction.atomic
def discard_draft(*, initiative: Initiative, by: Person, at: datetime) -> None:
    """Throw a draft away; what it said stays in the log.

    Raises:
        NotAllowed: `by` may not edit the department's initiatives.
        WrongStatusError: it is no draft any more.
        HasAssignmentsError: a file has assigned customers to it.

    """
    draft = held(initiative)
    permissions.check_can_change_initiative(by, draft.department)
    check_status(draft, "change")
    if draft.assignments.exists():
        raise HasAssignmentsError(
            "Customers are assigned to it already. Propose it, then call it off with a reason."
        )
    audit.record(
        act="initiative.discard",
        subject=draft,
        sentence=f"The draft “{draft}” was deleted.",
        by=by,
        at=at,
        said=in_words(draft),
    )
    draft.delete()


def check_status(initiative: Initiative, step: Step) -> None:
    """Raise WrongStatusError unless the initiative is far enough, and not too far, for the step."""
    if reason := refusal(initiative.status, step):
        raise WrongStatusError(reason)


def check_reason(reason: str) -> None:
    """Raise ReasonMissingError for an empty reason."""
    if not reason.strip():
        raise ReasonMissingError("Give a reason, so that others can learn from it.")


def held(initiative: Initiative) -> Initiative:
    """Return the initiative afresh, its row held until the transaction ends."""
    rows = Initiative.objects.select_for_update(of=("self",), no_key=True)
    return rows.select_related("department").get(pk=initiative.pk)


def one_key_at_a_time(cursor: CursorWrapper) -> None:
    """Let nobody else choose a key until the transaction ends, so that no two take the same."""
    cursor.execute("SELECT pg_advisory_xact_lock(%s)", [KEYS_LOCK])


def free_key(name: str) -> str:
    """Return a key made from the name that no initiative has: spring-offer, spring-offer-2."""
    base = slugify(name)[: KEY_LENGTH - 4] or "initiative"
    taken = set(Initiative.objects.filter(key__startswith=base).values_list("key", flat=True))
    number, key = 1, base
    while key in taken:
        number += 1
        key = f"{base}-{number}"
    return key


def write(initiative: Initiative, fields: Fields) -> None:
    """Write what is said into the tables; its kind follows from the data it uses.

    Where it is for another audience than before, it is compared with all others again.

    Raises:
        MeasureTwiceError: a success measure is named twice, in any version.
        CapUnfitError: the leading measure takes no cap.
        PlacesUnfitError: somebody is held out by chance, or the unit is no place.

    """
    if fields.get("cap") and (reason := cap_unfit(fields["success_measure"])):
        raise CapUnfitError(reason)
    unit = fields.get("unit", initiative.unit)
    has_places = fields.get("places", initiative.places)
    if has_places and (reason := places_unfit(unit, fields["holdout_share"])):
        raise PlacesUnfitError(reason)
    before = initiative.audience_version_id
    for name, value in fields.items():
        if name not in {"goals", "guardrails", "uses", "further_measures"}:
            setattr(initiative, name, value)
    initiative.uses = [use for use in Initiative.Uses.values if use in fields["uses"]]
    initiative.kind = classify(frozenset(initiative.uses)).key
    initiative.save()
    initiative.goals.set(fields["goals"])
    initiative.guardrails.set(fields["guardrails"])
    if "further_measures" in fields:
        initiative.further_measures.set(fields["further_measures"])
    if twice := named_twice(initiative.success_measures):
        raise MeasureTwiceError(f"“{twice}” is named as a success measure twice.")
    if initiative.audience_version_id != before:
        ChangedMembers.objects.create(initiative=initiative)


def named_twice(measures: Iterable[Measure]) -> Measure | None:
    """Return the first measure that is there already, in any version; None where none is."""
    seen: set[str] = set()
    for measure in measures:
        if measure.key in seen:
            return measure
        seen.add(measure.key)
    return None


def cap_unfit(measure: Measure) -> str:
    """Return why a plan cannot cap what one customer adds to a measure, "" where it can."""
    if measure.cap is not None:
        return f"“{measure}” has a cap of its own. Leave this one out."
    if measure.shape or measure.fold == Measure.Fold.PEOPLE:
        return f"“{measure}” adds nothing up that could be capped. Leave the cap out."
    return ""


def places_unfit(unit: str, holdout_share: Decimal) -> str:
    """Return why places that get it cannot be named, "" where they can."""
    if unit not in {Initiative.Unit.STORE, Initiative.Unit.REGION}:
        return "Places are named where the unit is a store or a region."
    if holdout_share:
        return "Chance decides who gets it. Leave the places out, or set the holdout to 0."
    return ""


def kind_sentence(initiative: Initiative) -> str:
    """Say which kind it is."""
    return f"Its kind is {initiative.get_kind_display().lower()}."


def listed_changes(before: dict[str, str], after: dict[str, str]) -> list[list[str]]:
    """Return [label, before, after] for each field in words that changed."""
    return [[label, text, after[label]] for label, text in before.items() if text != after[label]]


def in_words(initiative: Initiative) -> dict[str, str]:
    """Return every field that a department fills in, label and value as a reader sees them."""
    uses = [Initiative.Uses(use).label for use in initiative.uses]
    facts: dict[str, Any] = {
        "Name": initiative.name,
        "What the customer will notice": initiative.notice,
        "Department": initiative.department,
        "Goals": ", ".join(goal.name for goal in initiative.goals.all()),
        "Uses": ", ".join(uses) or "Nothing about the customer",
        "Mode": initiative.get_mode_display(),
        "Channel": initiative.get_channel_display(),
        "Purpose": initiative.get_purpose_display(),
        "Audience": initiative.audience,
        "Customers": initiative.audience_version or "Not chosen",
        "Unit": initiative.get_unit_display(),
        "Holdout": percent_as_said(initiative.holdout_share)
        if initiative.holdout_share
        else "None",
        "Why no holdout": initiative.no_holdout_reason,
        "Places": ", ".join(initiative.places),
        "Success measure": initiative.success_measure,
        "Further success measures": _listed(initiative.further_measures.all()),
        "Shown capped at": _whole(initiative.cap),
        "Guardrails": _listed(initiative.guardrails.all()),
        "Worth having": percent_as_said(initiative.smallest_effect),
        "Planned customers": _whole(initiative.planned_customers),
        "Planned reads": str(initiative.planned_reads),
        "Cost": _whole(initiative.cost),
        "First day": day_with_year(initiative.starts_on),
        "Last day": day_with_year(initiative.last_on),
    }
    return {label: str(value) for label, value in facts.items()}


def _listed(rows: Iterable[Model]) -> str:
    return ", ".join(map(str, rows)) or "None"


def _whole(count: int | Decimal | None) -> str:
    return "Not said" if count is None else number(count)

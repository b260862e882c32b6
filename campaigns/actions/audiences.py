"""Making audiences, changing what they say, and choosing one for an initiative."""

from datetime import datetime

from django.db import transaction

from campaigns.actions.initiatives import RefusedError
from campaigns.audience.definition import Definition, NotADefinitionError, mistakes_in
from campaigns.models import Audience, AudienceVersion, ChangedMembers, Draw, Initiative
from campaigns.queries.audiences import words_of
from strategy import permissions
from strategy.actions import audit
from strategy.models import Department, Person


class NameTakenError(RefusedError):
    """Another audience has this name."""


class ChosenTooLateError(RefusedError):
    """The initiative's arms are drawn, or it has ended: who it is for stands."""


@transaction.atomic
def make_audience(
    *,
    name: str,
    department: Department,
    way: str,
    definition: Definition,
    by: Person,
    at: datetime,
) -> AudienceVersion:
    """Make an audience with its first version.

    Raises:
        NotAllowed: `by` may not make audiences for the department.
        NameTakenError: there is one of this name.
        NotADefinitionError: the definition cannot be asked.

    """
    permissions.check_can_make_audience(by, department)
    if Audience.objects.filter(name__iexact=name).exists():
        raise NameTakenError(f"There is an audience “{name}” already. Change that one.")
    audience = Audience.objects.create(
        name=name, department=department, way=way, made_at=at, made_by=by
    )
    return _add_version(audience, definition, by=by, at=at)


@transaction.atomic
def change_audience(
    *, audience: Audience, way: str, definition: Definition, by: Person, at: datetime
) -> AudienceVersion:
    """Let an audience say something else from now on, as a new version; the same is no change.

    Initiatives that chose an older version keep it.

    Raises:
        NotAllowed: `by` may not change the department's audiences.
        NotADefinitionError: the definition cannot be asked.

    """
    fresh = Audience.objects.select_for_update(of=["self"]).select_related("department").get(
        pk=audience.pk
    )  # fmt: skip
    permissions.check_can_make_audience(by, fresh.department)
    if fresh.way != way:
        fresh.way = way
        fresh.save(update_fields=["way"])
        label = Audience.Way(way).label.lower()
        audit.record(
            act="audience.way", subject=fresh, sentence=f"From now on it is {label}.", by=by, at=at
        )
    newest = fresh.versions.first()
    if newest is not None and newest.definition == definition.to_json():
        return newest
    return _add_version(fresh, definition, by=by, at=at)


@transaction.atomic
def choose_audience(
    *, initiative: Initiative, version: AudienceVersion | None, by: Person, at: datetime
) -> None:
    """Say who an initiative is for; None takes it back.

    Raises:
        NotAllowed: `by` may not make audiences for the department.
        ChosenTooLateError: its arms are drawn already or about to be, or it has ended.

    """
    fresh = Initiative.objects.select_for_update(of=["self"]).select_related("department").get(
        pk=initiative.pk
    )  # fmt: skip
    permissions.check_can_make_audience(by, fresh.department)
    draw = Draw.objects.select_related("work").filter(initiative=fresh).first()
    if (draw and not draw.has_failed) or fresh.ended_at is not None:
        raise ChosenTooLateError("Who it is for stands: its arms are drawn, or it has ended.")
    fresh.audience_version = version
    fresh.save(update_fields=["audience_version"])
    ChangedMembers.objects.create(initiative=fresh)
    sentence = f"Audience: {version}. {version.says}" if version else "No audience chosen any more."
    audit.record(act="initiative.audience", subject=fresh, sentence=sentence, by=by, at=at)


def _add_version(
    audience: Audience, definition: Definition, *, by: Person, at: datetime
) -> AudienceVersion:
    if mistakes := mistakes_in(definition):
        raise NotADefinitionError(mistakes)
    newest = audience.versions.first()
    version = AudienceVersion.objects.create(
        audience=audience,
        version=newest.version + 1 if newest else 1,
        definition=definition.to_json(),
        says=words_of(definition),
        made_at=at,
        made_by=by,
    )
    audit.record(
        act="audience.change" if newest else "audience.make",
        subject=audience,
        sentence=f"Version {version.version}: {version.says}",
        by=by,
        at=at,
        version=version.version,
    )
    return version

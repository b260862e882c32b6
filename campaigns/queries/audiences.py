"""Audiences: how many and who, what can be asked, and what was made of it."""

from collections.abc import Collection
from datetime import datetime
from typing import TYPE_CHECKING, Any, NamedTuple
from uuid import UUID

from django.conf import settings
from django.db import connection
from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery
from django.utils import timezone

from campaigns.audience.definition import Definition, definition_of
from campaigns.audience.fields import FIELDS
from campaigns.audience.members import Known, columns_of, members
from campaigns.audience.traits import EVERYBODY, family_of, value_of
from campaigns.audience.words import sentence, value_words
from campaigns.models import Audience, AudienceVersion, Initiative, Trait, TraitState
from campaigns.queries.columns import columns
from customers.models import Neighbour
from strategy.language.dates import ago, inside
from strategy.language.numbers import number, percent
from strategy.language.privacy import masked_name
from strategy.language.words import plural

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from campaigns.audience.members import Mask

SAMPLE = 6
LEAST_SHOWN = 20
"""Of fewer people no sample is shown: a definition could be narrowed until it is one person."""


class SampleRow(NamedTuple):
    """Somebody of an audience; the name is masked."""

    public_id: UUID
    name: str
    city: str


class Counted(NamedTuple):
    """How many fit, out of all customers, as of when; None before anything was ever counted.

    `answer` says it in a sentence, `says` who is meant.
    """

    customers: int | None
    everybody: int | None
    as_of: datetime | None
    answer: str
    says: str
    sample: list[SampleRow]


class Chosen(NamedTuple):
    """An audience counted, and the ids of everybody in it, ascending."""

    counted: Counted
    customers: "NDArray[np.int64]"


class AudienceRow(NamedTuple):
    """An audience in the list."""

    pk: int
    name: str
    department: str
    department_key: str
    says: str
    version: int
    way: str
    initiatives: int


class VersionRow(NamedTuple):
    """One version of an audience; `used_by` are the initiatives that chose it."""

    version: int
    says: str
    made: str
    by: str
    used_by: list[tuple[int, str]]


class AudiencePage(NamedTuple):
    """All that an audience's page shows besides the count."""

    pk: int
    name: str
    department: str
    department_key: str
    way: str
    newest: int
    versions: list[VersionRow]


def counted(definition: Definition, now: datetime) -> Counted:
    """Count an audience and look at a few of it. At most six queries; `now` is local."""
    return chosen(definition, now).counted


def chosen(definition: Definition, now: datetime) -> Chosen:
    """Count an audience, and return who is in it too. At most six queries; `now` is local."""
    import numpy as np  # noqa: PLC0415  heavy

    fits, everybody, state = _answered(definition, now)
    places, says = np.flatnonzero(fits), words_of(definition)
    if state is None:
        answer = "Nothing is counted yet: it follows the first import."
        return Chosen(Counted(None, None, None, answer, says, []), places)
    count = len(places)
    when = inside(ago(timezone.localtime(state.as_of), now))
    share = f", {percent(count / everybody)} of all" if everybody else ""
    answer = f"{number(count)} {plural(count, 'customer')}{share}, as of {when}."
    shown = places[:: max(count // SAMPLE, 1)][:SAMPLE] if count >= LEAST_SHOWN else places[:0]
    sample = _sample(shown.tolist())
    return Chosen(Counted(count, everybody, state.as_of, answer, says, sample), places)


def customers_of(definition: Definition, now: datetime) -> "NDArray[np.int64]":
    """Return the ids of all customers who fit, ascending, as of the last count. Three queries."""
    import numpy as np  # noqa: PLC0415  heavy

    fits, *_ = _answered(definition, now)
    return np.flatnonzero(fits)


def customer_count() -> int:
    """Return how many customers there are as of the last count, 0 before the first. One query."""
    return int((columns({EVERYBODY})[EVERYBODY] != 0).sum())


def known(now: datetime, state: TraitState | None, definition: Definition) -> Known:
    """Return what a definition is answered by, besides columns. One query, or none."""
    asked = [one.value for one in definition.conditions if one.field == "likes_with"]
    goes_with: dict[str, list[str]] = {}
    for category, other in (
        Neighbour.objects.filter(goes_with__in=asked).values_list("goes_with", "category")
        if asked
        else ()
    ):
        goes_with.setdefault(category, []).append(other)
    return Known(timezone.localdate(now), state.cuts if state else {}, goes_with)


def values_of() -> dict[str, list[str]]:
    """Return the values that each family of columns has, in order. One query."""
    families = {field.family for field in FIELDS.values() if field.family}
    found: dict[str, list[str]] = {family: [] for family in families}
    for column in Trait.objects.order_by("key").values_list("key", flat=True).distinct():
        if family_of(column) in found and value_of(column):
            found[family_of(column)].append(value_of(column))
    return found


def value_names(values: Collection[str]) -> dict[str, str]:
    """Return the names of initiatives by their columns' values. One query, none without."""
    wanted = [int(value) for value in values if value.isdecimal()]
    if not wanted:
        return {}
    named = Initiative.objects.filter(pk__in=wanted).values_list("pk", "name")
    return {f"in:{pk}": name for pk, name in named}


def choices() -> dict[str, list[tuple[str, str]]]:
    """Return what can be chosen for each field: values with their words. Two queries."""
    values = values_of()
    names = value_names(values["in"])
    made = {
        name: [(value, value_words(name, value, names)) for value in values[field.family]]
        for name, field in FIELDS.items()
        if field.family
    }
    return made | {"due": [("", "Anything"), *made["due"]]}


def words_of(definition: Definition) -> str:
    """Say who is meant in one sentence. One query, or none."""
    chosen = [one.value for one in definition.conditions if one.field == "in"]
    return sentence(definition, value_names(chosen), settings.CURRENCY)


def newest_versions(kept: int | None = None) -> QuerySet[AudienceVersion]:
    """Return the newest version of every audience, and the one of the id `kept`, by name."""
    newer = AudienceVersion.objects.filter(
        audience=OuterRef("audience"), version__gt=OuterRef("version")
    )
    found = AudienceVersion.objects.filter(~Exists(newer) | Q(pk=kept))
    return found.select_related("audience").order_by("audience__name", "-version")


def audiences_today() -> QuerySet[Any]:
    """Return every audience with what its newest version says, as further columns. One query."""
    newest = AudienceVersion.objects.filter(audience=OuterRef("pk")).order_by("-version")
    return Audience.objects.select_related("department").annotate(
        version_id=Subquery(newest.values("pk")[:1]),
        **{name: Subquery(newest.values(name)[:1]) for name in ("version", "says", "definition")},
    )


def audience_rows() -> list[AudienceRow]:
    """Return every audience with its newest version. One query."""
    found = audiences_today().annotate(used=Count("versions__initiatives", distinct=True))
    return [
        AudienceRow(
            pk=one.pk,
            name=one.name,
            department=one.department.name,
            department_key=one.department.key,
            says=one.says,
            version=one.version,
            way=Audience.Way(one.way).label,
            initiatives=one.used,
        )
        for one in found
    ]


def audience_page(audience: Audience, now: datetime) -> AudiencePage:
    """Return an audience with all its versions, newest first. Two queries; `now` is local."""
    found = list(audience.versions.select_related("made_by").prefetch_related("initiatives").all())
    return AudiencePage(
        pk=audience.pk,
        name=audience.name,
        department=audience.department.name,
        department_key=audience.department.key,
        way=Audience.Way(audience.way).label,
        newest=found[0].version,
        versions=[
            VersionRow(
                version=one.version,
                says=one.says,
                made=ago(timezone.localtime(one.made_at), now),
                by=one.made_by.name,
                used_by=[(each.pk, each.name) for each in one.initiatives.all()],
            )
            for one in found
        ],
    )


def newest_definition(audience: Audience) -> Definition:
    """Return what an audience says today. One query."""
    return definition_of(audience.versions.first().definition)  # type: ignore[union-attr]  # there is one


def _answered(definition: Definition, now: datetime) -> "tuple[Mask, int, TraitState | None]":
    """Return who fits, out of how many, and as of when."""
    state = TraitState.objects.first()
    facts = known(now, state, definition)
    found = columns(columns_of(definition, facts.goes_with))
    everybody = int((found[EVERYBODY] != 0).sum())
    return members(definition, found, facts), everybody, state


def _sample(customer_ids: list[int]) -> list[SampleRow]:
    if not customer_ids:
        return []
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT public_id, full_name, city FROM customers_customer
            WHERE id = ANY(%s) ORDER BY id
            """,
            [customer_ids],
        )
        return [
            SampleRow(public_id, masked_name(name) or "No name known", city)
            for public_id, name, city in cursor.fetchall()
        ]

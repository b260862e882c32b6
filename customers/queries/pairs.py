"""Two records that may be one person, side by side: what each says, and what speaks for it."""

from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from django.db.models import Q
from django.utils import timezone

from customers.identity.likeness import Likeness, likeness
from customers.identity.rules import ALIAS, State
from customers.identity.survivorship import Place, golden
from customers.models import Proposal, Ruling
from customers.queries.linked import NAMES, WHY_NOT, ruling_sentence
from customers.queries.people import IdentifierOf, RecordOf, identifiers_of, records_of
from strategy.language.dates import long_day
from strategy.language.likeness import how_sure, what_sure_means
from strategy.language.privacy import DOT, masked, masked_name
from strategy.language.words import counted

IDENTIFIERS = [kind for kind in NAMES if kind != ALIAS]
HIDDEN = DOT * 3
NOWHERE = Place("", "", "", "")
MARKS = {
    Likeness.SAME: ("ok", "ok"),
    Likeness.LETTER: ("near", "near"),
    Likeness.DIGIT: ("near", "near"),
    Likeness.DIFFERS: ("breach", "no"),
    Likeness.ONE_SIDED: ("none", "none"),
}
"""The colour and the shape of each."""

TOLD_APART = "does not join them, as their names, birth days, accounts or cards differ"
"""Why a value that joins others does not join two who carry it."""


class Value(NamedTuple):
    """One thing that is said of a person: in clear, and as anybody may see it."""

    clear: str
    masked: str


class Side(NamedTuple):
    """One of the two people: where the eldest record comes from, and how many there are."""

    source: str
    department: str
    department_key: str
    since: str
    more: str
    public_id: UUID


class Attribute(NamedTuple):
    """What both say of one thing, masked or in clear; `tag` and `word` how far it is alike."""

    name: str
    both: tuple[list[str], list[str]]
    tag: str
    icon: str
    word: str


class Pair(NamedTuple):
    """The whole comparison; `surely` is "" where nobody could say how sure it is.

    `hidden_at` says when what is in clear will be masked again, "" where it is masked.
    `is_open` unless it was decided, or is certain anyway.
    """

    pk: int
    sides: tuple[Side, Side]
    attributes: list[Attribute]
    evidence: list[str]
    surely: str
    meaning: str
    standing: str
    joining: str
    hidden_at: str
    is_open: bool


class Person(NamedTuple):
    """The records that are certainly the same person as one of the two, the eldest first."""

    records: list[RecordOf]
    identifiers: list[IdentifierOf]


def find_proposal(pk: int) -> Proposal | None:
    """Return a proposal with its records and their customers. One query."""
    related = Proposal.objects.select_related("a__customer", "b__customer")
    return related.filter(pk=pk).first()


def pair(proposal: Proposal, revealed_until: datetime | None) -> Pair:
    """Return a proposal out of `find_proposal` as it is shown. Three queries."""
    a, b = proposal.a, proposal.b
    records = records_of(a.customer_id, b.customer_id)
    identifiers = identifiers_of([record.pk for record in records])
    one, other = (_person(each, records, identifiers) for each in (a.certain_id, b.certain_id))
    touching = Q(a__certain_id=a.certain_id, b__certain_id=b.certain_id)
    touching |= Q(a__certain_id=b.certain_id, b__certain_id=a.certain_id)
    related = Ruling.objects.select_related("a__source", "b__source", "by")
    ruling = related.filter(touching, undone_at=None).first()
    is_certain = a.certain_id == b.certain_id
    return Pair(
        pk=proposal.pk,
        sides=(_side(one, a.customer.public_id), _side(other, b.customer.public_id)),
        attributes=_attributes(one, other, in_clear=revealed_until is not None),
        evidence=[f"{word[0].upper()}{word[1:]}" for word in map(str, proposal.evidence)],
        surely="" if proposal.probability is None else how_sure(proposal.probability),
        meaning=_meaning(proposal),
        standing=_standing(proposal, one, other, ruling),
        joining=_joining(proposal, len(records)),
        hidden_at=f"{timezone.localtime(revealed_until):%H:%M}" if revealed_until else "",
        is_open=ruling is None and not is_certain,
    )


def _person(certain_id: int, records: list[RecordOf], identifiers: list[IdentifierOf]) -> Person:
    own = [record for record in records if record.certain_id == certain_id]
    ids = {record.pk for record in own}
    return Person(own, [each for each in identifiers if each.record_id in ids])


def _side(person: Person, public_id: UUID) -> Side:
    eldest, *others = person.records
    more = f"and {counted(len(others), 'more record', 'more records')}" if others else ""
    since = long_day(timezone.localdate(eldest.since))
    return Side(eldest.source, eldest.department, eldest.department_key, since, more, public_id)


def _attributes(one: Person, other: Person, *, in_clear: bool) -> list[Attribute]:
    left, right = _said(one), _said(other)
    shared = {kind for kind, _, _ in _shared(one, other)}
    found = []
    for name in left:
        a, b = left[name], right[name]
        if not a and not b:
            continue
        alike = likeness([each.clear for each in a], [each.clear for each in b])
        if name in shared:
            alike = Likeness.SAME
        tag, icon = MARKS[alike]
        found.append(
            Attribute(
                name=f"{name[0].upper()}{name[1:]}",
                both=(_shown(a, in_clear=in_clear), _shown(b, in_clear=in_clear)),
                tag=tag,
                icon=icon,
                word=alike.value,
            )
        )
    return found


def _said(person: Person) -> dict[str, list[Value]]:
    """Return what a person's records say, by the names of the rows, in their order."""
    chosen = golden(record.told for record in person.records)
    name = chosen.name.value if chosen.name else ""
    born = chosen.born_on.value if chosen.born_on else None
    place = chosen.place.value if chosen.place else NOWHERE
    said = {
        "name": _value(name, masked_name(name)),
        "birth day": _value(long_day(born) if born else "", HIDDEN),
    }
    for kind in IDENTIFIERS:
        values = [each.value for each in person.identifiers if each.kind == kind]
        shown = [Value(each, masked(kind, each) if each else HIDDEN) for each in values]
        said[NAMES[kind]] = list(dict.fromkeys(shown))
    return said | {
        "address": _value(place.address, HIDDEN),
        "postcode": _value(place.postcode, HIDDEN),
        "town": _value(place.city, place.city),
        "country": _value(place.country, place.country),
    }


def _value(clear: str, mask: str) -> list[Value]:
    return [Value(clear, mask)] if clear else []


def _shown(values: list[Value], *, in_clear: bool) -> list[str]:
    if in_clear:
        return [each.clear or "Known by its hash only" for each in values]
    return [each.masked for each in values]


def _shared(one: Person, other: Person) -> list[tuple[str, State, State]]:
    """Return the kinds of identifiers that both carry, with what became of each one's tie."""
    ids = {each.record_id for each in other.identifiers}
    theirs = {(each.record_id, each.kind): each for each in other.identifiers}
    return [
        (NAMES[mine.kind], State(mine.state), State(theirs[pk, mine.kind].state))
        for mine in one.identifiers
        for pk in mine.shared_with
        if pk in ids and mine.kind in NAMES
    ]


def _standing(proposal: Proposal, one: Person, other: Person, ruling: Ruling | None) -> str:
    """Say why the two are, or are not, one customer now."""
    if ruling is not None:
        return f"Decided: {ruling_sentence(ruling)} {ruling.by.name} said so."
    if proposal.a.certain_id == proposal.b.certain_id:
        return "They are certainly one customer already."
    if proposal.a.customer_id == proposal.b.customer_id:
        return (
            "They are shown as one customer, by likeness only. Until somebody decides, "
            "nobody is contacted on the strength of it."
        )
    held = dict.fromkeys(
        f"Both have the same {name}, but it {WHY_NOT.get(max(states), TOLD_APART)}."
        for name, *states in _shared(one, other)
    )
    if held:
        return f"They are not linked. {' '.join(held)}"
    return "They are not linked: they share no identifier, and likeness alone is not enough here."


def _joining(proposal: Proposal, count: int) -> str:
    of = counted(count, "record", capital=True)
    if proposal.a.customer_id == proposal.b.customer_id:
        return f"{of} are shown as one customer already; joining makes it certain."
    return f"{of} become one customer."


def _meaning(proposal: Proposal) -> str:
    if proposal.probability is None:
        return "No machine can say how sure this is: an identifier points to two people."
    return what_sure_means(proposal.probability)

"""Why a customer's records are one person, in words."""

from collections import defaultdict
from datetime import datetime
from typing import NamedTuple

from django.db.models import Q
from django.utils import timezone

from customers.identity.rules import ALIAS, State
from customers.models import Proposal, Ruling
from customers.queries.people import IdentifierOf, RecordOf
from strategy.language.dates import long_day
from strategy.language.numbers import percent
from strategy.language.privacy import masked
from strategy.language.words import counted, join_words

NAMES = {
    "email": "e-mail address",
    "phone": "phone number",
    "loyalty_card": "loyalty card",
    "payment_token": "payment token",
    "wifi_device": "wi-fi device",
    "account_id": "account number",
    ALIAS: "earlier visits before signing in",
}
NAMED = 2
WHY_NOT = {
    State.BLOCKED: "is a placeholder and stands for nobody",
    State.GENERIC: "is shared by too many people to join any",
    State.CUT: "would join people who are not one, so it does not count",
    State.AMBIGUOUS: "could be either of two people, so it waits for a decision",
}


class LinkedRecord(NamedTuple):
    """One record, what joins it to the others, and what does not; `tag` and `word` how surely."""

    pk: int
    source: str
    department: str
    department_key: str
    since: str
    joined_by: str
    asides: list[str]
    tag: str
    word: str


class Suggestion(NamedTuple):
    """A record of somebody else who may be the same person, with the evidence in words."""

    pk: int
    source: str
    evidence: str
    word: str
    surely: str


class Decided(NamedTuple):
    """What somebody ruled of two of the records."""

    sentence: str
    reason: str
    by: str


class Linked(NamedTuple):
    """All of it."""

    records: list[LinkedRecord]
    suggestions: list[Suggestion]
    rulings: list[Decided]


def linked(customer_id: int, records: list[RecordOf], identifiers: list[IdentifierOf]) -> Linked:
    """Return why these records are one person. Two queries."""
    own = [record.pk for record in records]
    touching = Q(a__in=own) | Q(b__in=own)
    proposals = list(Proposal.objects.filter(touching).select_related("a__source", "b__source"))
    rulings = list(
        Ruling.objects.filter(touching, undone_at=None).select_related(
            "a__source", "b__source", "by"
        )
    )
    sources = {record.pk: record.source for record in records}
    by_record: dict[int, list[IdentifierOf]] = defaultdict(list)
    for identifier in identifiers:
        by_record[identifier.record_id].append(identifier)
    inside: dict[int, list[str]] = defaultdict(list)
    for one in proposals:
        if one.a_id in sources and one.b_id in sources:
            for pk in (one.a_id, one.b_id):
                inside[pk].append(evidence_sentence(one))
    return Linked(
        records=[
            _record(record, customer_id, by_record[record.pk], sources, inside[record.pk])
            for record in records
        ],
        suggestions=[
            _suggestion(one, sources)
            for one in proposals
            if (one.a_id in sources) != (one.b_id in sources)
        ],
        rulings=[_ruling(one) for one in rulings],
    )


def _record(
    record: RecordOf,
    customer_id: int,
    identifiers: list[IdentifierOf],
    sources: dict[int, str],
    proposed: list[str],
) -> LinkedRecord:
    joins: dict[str, list[str]] = defaultdict(list)
    asides = []
    for one in identifiers:
        name = NAMES.get(one.kind, one.kind)
        if one.state != State.OK:
            asides.append(f"Its {name} {WHY_NOT[State(one.state)]}.")
        elif one.shared_with:
            others = _others(list(dict.fromkeys(sources[pk] for pk in one.shared_with)))
            joins[others].append(f"{name} {masked(one.kind, one.value)}" if one.value else name)
    joined = [f"Same {join_words(names)} as {others}" for others, names in joins.items()]
    if not joined:
        joined = proposed[:1]
    if not joined:
        is_only = len(sources) == 1
        joined = [_alone(record, customer_id, is_only=is_only)]
    return LinkedRecord(
        pk=record.pk,
        source=record.source,
        department=record.department,
        department_key=record.department_key,
        since=long_day(timezone.localdate(record.since)),
        joined_by=f"{'. '.join(joined)}.",
        asides=asides,
        tag="ok" if record.is_certain else "near",
        word="Certain" if record.is_certain else "Likely",
    )


def _others(names: list[str]) -> str:
    if len(names) <= NAMED:
        return join_words(names)
    return f"{names[0]} and {counted(len(names) - 1, 'more', 'more')}"


def _alone(record: RecordOf, customer_id: int, *, is_only: bool) -> str:
    if is_only:
        return "The only record: no other shares anything with it"
    if record.pk == customer_id:
        return "The eldest record, which the others joined"
    return "Joined by a decision, or through another record"


def evidence_sentence(one: Proposal) -> str:
    """Say what speaks for and against a proposal, without a full stop."""
    words = [str(word) for word in one.evidence]
    said = join_words(words) if words else "looks like the same person"
    return f"{said[0].upper()}{said[1:]}"


def _suggestion(one: Proposal, sources: dict[int, str]) -> Suggestion:
    other = one.b if one.a_id in sources else one.a
    return Suggestion(
        pk=one.pk,
        source=other.source.name,
        evidence=evidence_sentence(one),
        word=Proposal.Tier(one.tier).label,
        surely="" if one.probability is None else percent(one.probability, 1),
    )


def _ruling(one: Ruling) -> Decided:
    return Decided(
        sentence=ruling_sentence(one),
        reason=one.reason,
        by=f"{one.by.name}, {_day(one.at)}",
    )


def ruling_sentence(one: Ruling) -> str:
    """Say what was ruled; the sources of both records must be there."""
    same = "are the same person" if one.answer == Ruling.Answer.JOINED else "are two people"
    return f"{one.a.source.name} and {one.b.source.name} {same}."


def _day(moment: datetime) -> str:
    return long_day(timezone.localdate(moment))

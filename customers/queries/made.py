"""Links that are there or were: what people ruled, and what likeness linked."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import CharField, Exists, F, OuterRef, QuerySet, Value

from customers.models import Proposal, Ruling
from customers.queries.linked import evidence_sentence, ruling_sentence
from strategy.language.dates import ago
from strategy.language.likeness import how_sure
from strategy.models import Person

RULED, LIKENESS = "ruling", "proposal"


class Made(NamedTuple):
    """A line of the list; `key` names it when it is sent back, "" where nothing can be undone.

    `one` and `other` are the public ids of the customers that the two records belong to now.
    """

    key: str
    sentence: str
    why: str
    by: str
    at: str
    one: UUID
    other: UUID
    tag: str
    word: str


def made(
    *, by: int | None = None, answer: str = "", tier: str = "", state: str = ""
) -> QuerySet[Any, Mapping[str, Any]]:
    """Return which lines the list has, newest first; nothing asked for is everything.

    `by` is a person's id, `answer` one of Ruling's, `tier` "ruled", "confirmed" or "probable",
    `state` "holds" or "undone".
    """
    rulings = Ruling.objects.all()
    if by is not None:
        rulings = rulings.filter(by=by)
    if answer:
        rulings = rulings.filter(answer=answer)
    if state:
        rulings = rulings.filter(undone_at__isnull=state == "holds")
    liked = liked_and_linked()
    if tier in Proposal.Tier:
        liked = liked.filter(tier=tier)
        rulings = rulings.none()
    if by is not None or answer == Ruling.Answer.APART or state == "undone" or tier == "ruled":
        liked = liked.none()
    return (
        _lines(rulings, RULED, "at")
        .union(_lines(liked, LIKENESS, "proposed_at"), all=True)
        .order_by("-when", "-pk")
    )


def liked_and_linked() -> QuerySet[Proposal]:
    """Return the proposals that link by themselves, and on which nobody has ruled."""
    ruled = Ruling.objects.filter(undone_at=None, a=OuterRef("a"), b=OuterRef("b"))
    linking = Proposal.objects.exclude(tier=Proposal.Tier.REVIEW)
    return linking.filter(a__customer=F("b__customer")).exclude(Exists(ruled))


def made_rows(lines: list[Mapping[str, Any]], now: datetime) -> list[Made]:
    """Return a page of `made` in words. Two queries; `now` in the reader's time zone."""
    ids = {
        kind: [line["pk"] for line in lines if line["kind"] == kind] for kind in (RULED, LIKENESS)
    }
    related = ("a__source", "b__source", "a__customer", "b__customer")
    rulings = Ruling.objects.select_related(*related, "by", "undone_by").in_bulk(ids[RULED])
    liked = Proposal.objects.select_related(*related).in_bulk(ids[LIKENESS])
    return [
        _ruled(rulings[line["pk"]], now)
        if line["kind"] == RULED
        else _liked(liked[line["pk"]], now)
        for line in lines
    ]


def who_ruled() -> list[tuple[int, str]]:
    """Return the people who ever ruled, by id and name. One query."""
    people = Person.objects.filter(pk__in=Ruling.objects.values("by")).order_by("name")
    return list(people.values_list("pk", "name"))


def chosen(keys: list[str]) -> tuple[QuerySet[Ruling], QuerySet[Proposal]]:
    """Return what a list's keys name; keys that are none are left aside. No query yet."""
    named = [key.partition("-") for key in keys]
    ids = {
        kind: [int(pk) for which, _, pk in named if which == kind and pk.isdecimal()]
        for kind in (RULED, LIKENESS)
    }
    rulings = Ruling.objects.filter(pk__in=ids[RULED])
    return rulings, liked_and_linked().filter(pk__in=ids[LIKENESS])


def _lines(rows: QuerySet[Any], kind: str, at: str) -> QuerySet[Any, Mapping[str, Any]]:
    text: CharField[str, str] = CharField()
    return rows.order_by().values("pk", kind=Value(kind, output_field=text), when=F(at))


def _ruled(one: Ruling, now: datetime) -> Made:
    holds = one.undone_at is None
    word = "Holds"
    if one.undone_at and one.undone_by:
        word = f"Undone by {one.undone_by.name}, {ago(one.undone_at, now)}"
    return Made(
        key=f"{RULED}-{one.pk}" if holds else "",
        sentence=ruling_sentence(one),
        why=one.reason,
        by=one.by.name,
        at=ago(one.at, now),
        one=one.a.customer.public_id,
        other=one.b.customer.public_id,
        tag="lock" if holds else "none",
        word=word,
    )


def _liked(one: Proposal, now: datetime) -> Made:
    return Made(
        key=f"{LIKENESS}-{one.pk}",
        sentence=f"{one.a.source.name} and {one.b.source.name} are linked by likeness.",
        why=f"{evidence_sentence(one)}. {how_sure(one.probability or 0)}",
        by="Hymnsheet",
        at=ago(one.proposed_at, now),
        one=one.a.customer.public_id,
        other=one.b.customer.public_id,
        tag="ok" if one.tier == Proposal.Tier.CONFIRMED else "near",
        word=one.get_tier_display(),
    )

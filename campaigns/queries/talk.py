"""Who follows an initiative, whom a text mentions, and what somebody was told."""

from datetime import datetime
from typing import NamedTuple

from django.db.models import Q
from django.utils import timezone

from campaigns.models import Follow, Initiative, Notice
from strategy.language.dates import ago
from strategy.models import Person

SHOWN = 100
"""Notices that the page shows at most, the newest."""


class NoticeRow(NamedTuple):
    """One thing that somebody was told: who did it, when, on which initiative, and why they."""

    pk: int
    when: str
    by: str
    initiative_id: int
    initiative: str
    sentence: str
    why: str
    is_unread: bool


def follows(initiative: Initiative, person: Person) -> bool:
    """Return whether somebody follows an initiative; its owner does by default. One query."""
    said = Follow.objects.filter(initiative=initiative, person=person).values_list("is_on")
    return next((is_on for (is_on,) in said), person.pk == initiative.owner_id)


def followers_of(initiative: Initiative) -> list[Person]:
    """Return who follows an initiative and may still sign in, by name. One query."""
    stopped = Q(pk__in=Follow.objects.filter(initiative=initiative, is_on=False).values("person"))
    following = Q(pk__in=Follow.objects.filter(initiative=initiative, is_on=True).values("person"))
    people = Person.objects.filter(following | Q(pk=initiative.owner_id), is_active=True)
    return list(people.exclude(stopped))


def mentioned_in(text: str) -> list[Person]:
    """Return whom a text mentions as “@Tom Reyes”, by name, in any case of letters. One query.

    The longest name that fits counts, so that “@Ann Marie Lee” is not Ann Marie. Of two people
    with one name both are meant.
    """
    if "@" not in text:
        return []
    people = list(Person.objects.filter(is_active=True))
    named = {_longest(said, people) for said in text.casefold().split("@")[1:]}
    return [person for person in people if person.name.casefold() in named]


def _longest(said: str, people: list[Person]) -> str | None:
    """Return the longest name with which this begins, whole words only."""
    names = {person.name.casefold() for person in people}
    fit = [name for name in names if said.startswith(name) and not said[len(name) :][:1].isalnum()]
    return max(fit, key=len, default=None)


def notices_of(person: Person, now: datetime) -> list[NoticeRow]:
    """Return what somebody was told, the newest first. One query."""
    here = timezone.localtime(now)
    rows = Notice.objects.filter(person=person).select_related("entry__by", "initiative")
    return [
        NoticeRow(
            pk=row.pk,
            when=ago(row.entry.at, here),
            by=row.entry.by.name if row.entry.by else "Hymnsheet",
            initiative_id=row.initiative_id,
            initiative=row.initiative.name,
            sentence=row.entry.sentence,
            why=row.get_why_display(),
            is_unread=row.read_at is None,
        )
        for row in rows[:SHOWN]
    ]


def unread_count(person: Person) -> int:
    """Return how many notices somebody has not read. One query."""
    return Notice.objects.filter(person=person, read_at=None).count()


def people_to_mention() -> list[str]:
    """Return the names of everybody who may sign in, each once. One query."""
    names = Person.objects.filter(is_active=True).order_by("name").values_list("name", flat=True)
    return list(dict.fromkeys(names))

"""What a person has typed and not saved."""

from typing import NamedTuple

from django.utils import timezone

from campaigns.models import Initiative, Sketch
from strategy.language.dates import stamp
from strategy.models import Person

MOST = 5


class SketchRow(NamedTuple):
    """A new initiative that was begun and not saved; `kept` says when, in local time."""

    pk: int
    name: str
    kept: str


class Typed(NamedTuple):
    """The answers of a sketch as the form takes them, {field: [text, …]}."""

    pk: int
    answers: dict[str, list[str]]
    kept: str


def sketches_of(person: Person) -> list[SketchRow]:
    """Return the newest sketches of new initiatives, at most five. One query."""
    rows = Sketch.objects.filter(person=person, initiative=None)[:MOST]
    return [SketchRow(row.pk, str(row), kept(row)) for row in rows]


def sketch_of(person: Person, pk: int) -> Typed | None:
    """Return one of the person's sketches of a new initiative, None if there is none. One query."""
    row = Sketch.objects.filter(person=person, initiative=None, pk=pk).first()
    return Typed(row.pk, row.answers, kept(row)) if row else None


def sketch_of_draft(person: Person, initiative: Initiative) -> Typed | None:
    """Return what the person has typed into a draft and not saved. One query."""
    row = Sketch.objects.filter(person=person, initiative=initiative).first()
    return Typed(row.pk, row.answers, kept(row)) if row else None


def kept(sketch: Sketch) -> str:
    """Return when it was kept, in local time and in words."""
    return stamp(timezone.localtime(sketch.kept_at))

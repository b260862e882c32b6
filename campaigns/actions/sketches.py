"""Keeping what is typed into the form of an initiative, before it is saved."""

from datetime import datetime

from django.db import transaction

from campaigns.models import Initiative, Sketch
from strategy.models import Person

MOST_LETTERS = 20_000
"""Answers of more text than this are not kept: no sound form has them."""


@transaction.atomic
def keep_sketch(
    *,
    answers: dict[str, list[str]],
    initiative: Initiative | None,
    sketch_id: int | None,
    by: Person,
    at: datetime,
) -> Sketch | None:
    """Keep the answers as typed, in the sketch that this person has of it already, if any.

    Args:
        answers: the form's fields as they were sent.
        initiative: the draft that they would change; None for a new one.
        sketch_id: of a new one, the sketch that was begun; another person's counts as none.
        by: who types.
        at: when.

    Returns None where there is nothing worth keeping yet, or too much.

    """
    said = {name: texts for name, texts in answers.items() if any(texts)}
    length = sum(len(text) for texts in said.values() for text in texts)
    if not (said.get("name") or said.get("notice")) or length > MOST_LETTERS:
        return None
    mine = Sketch.objects.select_for_update().filter(person=by, initiative=initiative)
    sketch = mine.first() if initiative else mine.filter(pk=sketch_id or 0).first()
    sketch = sketch or Sketch(person=by, initiative=initiative)
    sketch.answers, sketch.kept_at = said, at
    sketch.save()
    return sketch


def drop_sketch(*, sketch_id: int, by: Person) -> bool:
    """Forget what was typed; return whether it was there. Another person's is left alone."""
    return bool(Sketch.objects.filter(pk=sketch_id, person=by).delete()[0])

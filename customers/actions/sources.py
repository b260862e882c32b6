"""Adding a source, and changing what is said of it."""

from datetime import datetime
from typing import TypedDict, Unpack

from django.db import transaction

from customers.models import Source
from strategy.actions.audit import record
from strategy.models import Department, Person
from strategy.permissions import check_can_change_sources


class Described(TypedDict):
    """What is said of a source; `confirmed_kinds` are among its `identifier_kinds`.

    `promise_hours` is 1 or more, `trust_rank` from 1 (trusted most) to 9.
    """

    name: str
    department: Department
    owner: Person | None
    feeds: str
    promise_hours: int
    trust_rank: int
    identifier_kinds: list[str]
    confirmed_kinds: list[str]


@transaction.atomic
def add_source(*, key: str, by: Person, at: datetime, **described: Unpack[Described]) -> Source:
    """Add a source; `key` names it in commands and addresses for ever. Raises NotAllowed."""
    check_can_change_sources(by)
    source = Source.objects.create(key=key, **described)
    record(act="source.add", subject=source, sentence=f"Added the source {source}.", by=by, at=at)
    return source


@transaction.atomic
def change_source(
    *, source: Source, by: Person, at: datetime, **described: Unpack[Described]
) -> None:
    """Change what is said of a source; its history keeps the rest. Raises NotAllowed."""
    check_can_change_sources(by)
    source = Source.objects.select_for_update(of=("self",)).get(pk=source.pk)
    for name, value in described.items():
        setattr(source, name, value)
    source.save(update_fields=list(described))
    sentence = f"Changed the source {source}."
    record(act="source.change", subject=source, sentence=sentence, by=by, at=at)

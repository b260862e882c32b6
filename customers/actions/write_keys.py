"""Write keys: made, shown once, found again by their digest, and retired."""

import hashlib
import secrets
from datetime import datetime

from django.db import transaction

from customers.models import Source, WriteKey
from strategy.actions.audit import record
from strategy.models import Person
from strategy.permissions import check_can_change_sources

HINT = 4


class KeyIsRetiredError(Exception):
    """The key was retired before; the message says when."""


@transaction.atomic
def make_write_key(*, source: Source, by: Person | None, at: datetime) -> str:
    """Make a further key for a source and return it; it is shown now and never again.

    `by` None is whoever runs a command on the server. Raises NotAllowed.
    """
    if by is not None:
        check_can_change_sources(by)
    key = secrets.token_urlsafe(32)
    made = WriteKey.objects.create(
        source=source, digest=_digest(key), hint=key[-HINT:], created_at=at, created_by=by
    )
    sentence = f"Made the write key …{made.hint} of {source}."
    record(act="write_key.make", subject=made, sentence=sentence, by=by, at=at)
    return key


@transaction.atomic
def retire_write_key(*, write_key: WriteKey, by: Person, at: datetime) -> None:
    """Refuse a key from now on; the source's other keys stay good.

    Raises NotAllowed or KeyIsRetiredError.
    """
    check_can_change_sources(by)
    locked = WriteKey.objects.select_for_update(of=("self",)).select_related("source")
    write_key = locked.get(pk=write_key.pk)
    if write_key.retired_at is not None:
        raise KeyIsRetiredError(f"{write_key} was retired before.")
    write_key.retired_at = at
    write_key.save(update_fields=["retired_at"])
    sentence = f"Retired the write key …{write_key.hint} of {write_key.source}."
    record(act="write_key.retire", subject=write_key, sentence=sentence, by=by, at=at)


def source_of(key: str) -> Source | None:
    """Return whose key this is, None where it is nobody's or retired. One query."""
    found = WriteKey.objects.filter(digest=_digest(key), retired_at=None)
    write_key = found.select_related("source").first()
    return write_key.source if write_key else None


def _digest(key: str) -> bytes:
    """Return what a key is found by. A key is 256 random bits, so no salt or slow hash is due."""
    return hashlib.sha256(key.encode(errors="replace")).digest()

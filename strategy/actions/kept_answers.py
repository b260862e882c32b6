"""Answering a request that is sent again as it was answered before, and doing it once."""

from collections.abc import Collection
from datetime import datetime, timedelta

from django.db import connection
from django.db.backends.utils import CursorWrapper

from strategy.models import ApiToken, KeptAnswer, Person

KEPT_FOR = timedelta(hours=24)


class OtherRequestError(Exception):
    """The key was used for another request; the message says so."""


def begin_answer(
    *, person: Person, token: ApiToken | None, key: str, request_hash: bytes, at: datetime
) -> KeptAnswer:
    """Return what a key is kept for: an answer with a status, or a new one without, to be filled.

    Whoever sends the same key at the same moment waits until the first transaction ends, and then
    has its answer; where that one came to nothing, it is the first itself. To be called in the
    transaction that does what is asked. Two queries.

    Raises:
        OtherRequestError: the key came with another request.

    """
    with connection.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO strategy_keptanswer
                (person_id, token_id, key, request_hash, status, body, at)
            VALUES (%s, %s, %s, %s, 0, '', %s)
            ON CONFLICT DO NOTHING
            """,
            [person.pk, token.pk if token else None, key, request_hash, at],
        )
    kept = KeptAnswer.objects.get(person=person, token=token, key=key)
    if bytes(kept.request_hash) != request_hash:
        raise OtherRequestError("This Idempotency-Key was used for another request.")
    return kept


def forget_answers(*, at: datetime) -> int:
    """Delete the answers that are older than 24 hours; return how many. One query."""
    deleted, _ = KeptAnswer.objects.filter(at__lt=at - KEPT_FOR).delete()
    return deleted


def forget_answers_about(cursor: CursorWrapper, texts: Collection[str]) -> int:
    """Delete the answers in which one of these texts stands; return how many. One query."""
    cursor.execute(
        """
        DELETE FROM strategy_keptanswer k
        WHERE EXISTS (SELECT FROM unnest(%s::text[]) AS about (text) WHERE strpos(k.body, text) > 0)
        """,
        [list(texts)],
    )
    return int(cursor.rowcount)


def keep_answer(*, kept: KeptAnswer, status: int, body: str) -> None:
    """Keep what a request was answered. One query."""
    kept.status, kept.body = status, body
    kept.save(update_fields=["status", "body"])

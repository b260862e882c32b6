"""Asking the facts for a page: what takes longer than a page is counted in the background."""

import hashlib
import json
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from django.db import transaction

from customers.actions import work as ledger
from customers.models import Work
from reports.models import Ask
from reports.queries.engine import NotCopiedError, opened
from reports.queries.freshness import counted_at
from reports.queries.questions import Question, Rows, answer_to

KEPT = timedelta(days=30)
"""How long an answer stays after it was last asked for."""
NOTED_EVERY = timedelta(days=1)


class Answer(NamedTuple):
    """What is known: `rows` from the facts `as_of` a refresh, both None before the first count.

    `is_counting` says whether newer ones are under way; `refusal` why none can be had.
    """

    rows: Rows | None
    as_of: datetime | None
    is_counting: bool
    refusal: str


def ask(question: Question, *, at: datetime) -> Answer:
    """Return the newest answer, and have it counted where there is none since the last refresh.

    Three queries where it is there; of people who ask the same, one has it counted.
    """
    key = _key(question)
    with transaction.atomic():
        found, is_new = Ask.objects.select_related("work").get_or_create(
            key=key, defaults={"question": question, "asked_at": at}
        )
        newest = counted_at()
        work = found.work
        is_old = found.as_of is None or (newest is not None and found.as_of < newest)
        is_counting = work is not None and not work.is_over
        has_failed = (
            work is not None
            and work.state == Work.State.FAILED
            and (newest is None or work.created_at >= newest)
        )
        if is_old and not is_counting and not has_failed:
            work_id = ledger.give(kind="answer", arguments={"key": key}, at=at, once=key)
            Ask.objects.filter(pk=found.pk).update(work_id=work_id, asked_at=at)
            is_counting = True
        elif not is_new and found.asked_at < at - NOTED_EVERY:
            Ask.objects.filter(pk=found.pk).update(asked_at=at)
    refusal = work.error if work is not None and has_failed else ""
    return Answer(found.answer, found.as_of, is_counting, refusal)


def answer(*, progress: Any, at: datetime, key: str, **_later: Any) -> dict[str, Any]:
    """Count the answer to a question: the work of kind "answer". Old questions are forgotten."""
    progress.step = "Counting"
    Ask.objects.filter(asked_at__lt=at - KEPT).exclude(key=key).delete()
    found = Ask.objects.filter(key=key).first()
    if found is None:
        return {"rows": 0}
    as_of = counted_at() or at  # read first: facts that come meanwhile are asked about again
    rows = _counted(found.question)
    Ask.objects.filter(pk=found.pk).update(answer=rows, as_of=as_of)
    return {"rows": len(rows)}


def _counted(question: Question) -> Rows:
    """Ask the engine at once.

    Raises:
        WorkRefusedError: there is no copy of the facts yet.

    """
    initiative = question.get("initiative")
    try:
        with opened(initiative_ids=[initiative] if initiative else []) as engine:
            return answer_to(question, engine)
    except NotCopiedError as error:
        raise ledger.WorkRefusedError(str(error)) from error


def _key(question: Question) -> str:
    return hashlib.sha256(json.dumps(question, sort_keys=True).encode()).hexdigest()

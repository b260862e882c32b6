"""The one way into the audit log."""

from datetime import datetime
from typing import Any

from django.db import models

from strategy.models import AuditEntry, Person


def record(
    *,
    act: str,
    subject: models.Model,
    sentence: str,
    by: Person | None,
    at: datetime,
    **details: Any,
) -> AuditEntry:
    """Write that somebody did something to `subject`, in the caller's transaction.

    `act` is a short name such as "sheet.publish"; `sentence` says it in words without the name
    of the person; `by` None is Hymnsheet itself. Details must be JSON.
    """
    return AuditEntry.objects.create(
        act=act,
        subject_kind=subject._meta.label_lower,  # noqa: SLF001  public in spite of its name
        subject_id=subject.pk,
        sentence=sentence,
        by=by,
        at=at,
        details=details,
    )

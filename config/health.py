"""Whether this process lives, and whether everything that it needs answers."""

from datetime import timedelta

from django.contrib.auth.decorators import login_not_required
from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from kombu.exceptions import OperationalError

from config.celery import app
from customers.queries.freshness import source_ages
from customers.queries.work import is_stuck, last_sweep
from strategy.language.words import counted

QUIET = timedelta(seconds=20)
"""A worker that has not swept for so long is taken for dead."""

STUCK = timedelta(seconds=60)
"""Work that nobody has taken for so long, while nothing else ran, has no worker."""


@require_safe
@login_not_required
@never_cache
def healthz(_request: HttpRequest) -> HttpResponse:
    """Answer that the process lives; touches nothing else."""
    return HttpResponse("ok\n", content_type="text/plain")


@require_safe
@login_not_required
@never_cache
def readyz(_request: HttpRequest) -> JsonResponse:
    """Answer 200 when database, broker and worker answer, else 503 and which does not.

    How fresh the data are is told beside it: late files make nothing less ready.
    """
    parts = {"database": database_answers(), "broker": broker_answers()}
    parts["worker"] = worker_answers() if parts["database"] == "ok" else "not known"
    status = 200 if set(parts.values()) == {"ok"} else 503
    parts["freshness"] = freshness() if parts["database"] == "ok" else "not known"
    return JsonResponse(parts, status=status)


def database_answers() -> str:
    """Return "ok" or what is wrong with the database."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return "does not answer"
    return "ok"


def broker_answers() -> str:
    """Return "ok" or what is wrong with the broker."""
    try:
        with app.connection_for_write(connect_timeout=2) as broker:
            broker.ensure_connection(max_retries=1, timeout=2)
    except (OperationalError, OSError):
        return "does not answer"
    return "ok"


def worker_answers() -> str:
    """Return "ok", or since when nobody has swept the ledger, or that nobody takes its work.

    One worker sweeps and another does the work, and two long imports keep the latter busy: it is
    taken for dead only where something is due for a while and nothing runs.
    """
    try:
        swept_at = last_sweep()
    except DatabaseError:
        return "not known: the database is not ready"
    if swept_at is None:
        return "has not swept yet"
    now = timezone.now()
    if now - swept_at > QUIET:
        return f"has not swept since {swept_at.isoformat(timespec='seconds')}"
    if is_stuck(now - STUCK):
        return "takes no work"
    return "ok"


def freshness() -> str:
    """Return "ok" or how many sources have not come within their promise."""
    try:
        late = sum(not source.is_fresh for source in source_ages(timezone.now()))
    except DatabaseError:
        return "not known: the database is not ready"
    return f"{counted(late, 'source')} late" if late else "ok"

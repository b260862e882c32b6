"""How machines are answered that send us something, and what they show to be let in."""

import base64
import logging

from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse, JsonResponse
from psycopg.errors import DeadlockDetected, LockNotAvailable, QueryCanceled

log = logging.getLogger(__name__)

RETRY_SECONDS = 5
_BUSY = (QueryCanceled, LockNotAvailable, DeadlockDetected)


class AwayError(Exception):
    """Whoever vouches for the sender does not answer now; the sender may try again."""


def basic_key(request: HttpRequest) -> str:
    """Return the user name of Basic auth, "" where there is none to be read."""
    scheme, _, credentials = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "basic":
        return ""
    try:
        return base64.b64decode(credentials, validate=True).decode().partition(":")[0]
    except ValueError:
        return ""


def later(error: DatabaseError) -> HttpResponse:
    """Ask for the request again: 429 where the database is busy, 503 where it is away.

    What it can never keep was refused before, so whatever else it says is ours to mend.
    """
    cause = error.__cause__
    log.warning("Live events wait at their senders: %s.", type(cause or error).__name__)
    if isinstance(cause, _BUSY):
        answer = fault(429, "busy", "Too much at once; send it again.")
        answer["Retry-After"] = str(RETRY_SECONDS)
        return answer
    return fault(503, "database", "The database does not answer; send it again.")


def fault(status: int, code: str, message: str) -> HttpResponse:
    """Return what a client's developer reads of a request that was not taken."""
    return JsonResponse({"code": code, "message": message}, status=status)

"""How long a request may wait for a database that accepts connections and then says nothing.

A server that is stopped or cut off keeps its sockets open, and neither its own
`statement_timeout` nor libpq's timeouts are heard of again.
"""

import time
from collections.abc import Callable
from contextvars import ContextVar
from typing import Any

import psycopg
from django.http import HttpRequest, HttpResponse
from psycopg.errors import OperationalError

LIVE_EVENTS_SECONDS = 8.0
_until: ContextVar[float | None] = ContextVar("until", default=None)


class Connection(psycopg.Connection[Any]):
    """A connection that gives up, and is closed, once the request's deadline has passed."""

    def wait(self, gen: Any, interval: float = 0.1, timeout: float | None = None) -> Any:
        """Wait for the server. Raises OperationalError at the deadline, where there is one."""
        until = _until.get()
        if until is None or timeout is not None:
            return super().wait(gen, interval, timeout)
        try:
            return super().wait(gen, interval, max(0.0, until - time.monotonic()))
        except OperationalError:
            if time.monotonic() >= until:
                self.pgconn.finish()
            raise


def live_events_have_a_deadline(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Bound how long a sender of events is kept waiting; it sends them again after a 503."""

    def middleware(request: HttpRequest) -> HttpResponse:
        if not request.path_info.startswith("/v1/"):
            return get_response(request)
        token = _until.set(time.monotonic() + LIVE_EVENTS_SECONDS)
        try:
            return get_response(request)
        finally:
            _until.reset(token)

    return middleware

"""How long a request may wait for the database, and what it answers then.

config.wsgi has the server end a page's query and its wait for a lock; `Deadlines` tells the reader,
and `failure` does where there is no server to be had.
A server that is stopped or cut off keeps its sockets open, and then neither its own
`statement_timeout` nor libpq's timeouts are heard of again: for live events, whose senders wait and
send again, `Connection` gives up by itself.
"""

import sys
import time
from collections.abc import Callable
from contextvars import ContextVar
from http import HTTPStatus
from typing import Any

import psycopg
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.template.loader import render_to_string
from django.views.defaults import server_error
from psycopg.errors import LockNotAvailable, QueryCanceled

LIVE_EVENTS_SECONDS = 8.0
_until: ContextVar[float | None] = ContextVar("until", default=None)


class Deadlines:
    """Answers 503 with a sentence where a query or a lock took longer than pages may wait."""

    def __init__(self, answer: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self._answer(request)

    def process_exception(self, _request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Return the page, or None where something else went wrong."""
        late = isinstance(exception.__cause__, (QueryCanceled, LockNotAvailable))
        return _page() if isinstance(exception, OperationalError) and late else None


def failure(request: HttpRequest) -> HttpResponseBase:
    """Answer 503 where the database cannot be had, also to a middleware; else Django's 500."""
    return _page() if isinstance(sys.exception(), OperationalError) else server_error(request)


class Connection(psycopg.Connection[Any]):
    """A connection that gives up, and is closed, once the request's deadline has passed."""

    def wait(self, gen: Any, interval: float = 0.1, timeout: float | None = None) -> Any:
        """Wait for the server. Raises OperationalError at the deadline, where there is one."""
        until = _until.get()
        if until is None or timeout is not None:
            return super().wait(gen, interval, timeout)
        try:
            return super().wait(gen, interval, max(0.0, until - time.monotonic()))
        except psycopg.OperationalError:
            if time.monotonic() >= until:
                self.pgconn.finish()
            raise


def _page() -> HttpResponse:
    """Return a page that asks the database nothing, since that has no time now."""
    page = HttpResponse(render_to_string("503.html"), status=HTTPStatus.SERVICE_UNAVAILABLE)
    page["Retry-After"] = "10"
    return page


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

"""The page for an answer that the database could not give in time; config.wsgi sets the time."""

from collections.abc import Callable
from http import HTTPStatus

from django.db import OperationalError
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.template.loader import render_to_string
from psycopg.errors import LockNotAvailable, QueryCanceled


class Deadlines:
    """Answers 503 with a sentence where a query or a lock took longer than pages may wait."""

    def __init__(self, answer: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self._answer(request)

    def process_exception(self, _request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Return the page, or None where something else went wrong."""
        late = isinstance(exception.__cause__, (QueryCanceled, LockNotAvailable))
        if not (isinstance(exception, OperationalError) and late):
            return None
        # The page asks the database nothing, since that has no time now.
        page = HttpResponse(render_to_string("503.html"), status=HTTPStatus.SERVICE_UNAVAILABLE)
        page["Retry-After"] = "10"
        return page

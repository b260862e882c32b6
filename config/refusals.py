"""Pages for refusals that Django answers with nothing."""

from collections.abc import Callable
from http import HTTPStatus

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render

type Answer = Callable[[HttpRequest], HttpResponseBase]


def refusals(answer: Answer) -> Answer:
    """Let a person's browser, which asks for HTML by name, see a page where a method is refused."""

    def answered(request: HttpRequest) -> HttpResponseBase:
        response = answer(request)
        is_bare = response.status_code == HTTPStatus.METHOD_NOT_ALLOWED
        if not is_bare or "text/html" not in request.headers.get("Accept", ""):
            return response
        page = render(request, "405.html", status=response.status_code)
        page["Allow"] = response["Allow"]
        return page

    return answered

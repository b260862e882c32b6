"""Problem details for whatever is refused under /api/ before, beside or after a resource."""

from collections.abc import Callable
from http import HTTPStatus

from django.http import HttpRequest, HttpResponseBase

from strategy.api.problems import MEDIA_TYPE, problem_response

SAID = {
    HTTPStatus.BAD_REQUEST: "The request cannot be read.",
    HTTPStatus.NOT_FOUND: "There is nothing at this address.",
    HTTPStatus.INTERNAL_SERVER_ERROR: "Something went wrong here; it is in our log.",
    HTTPStatus.SERVICE_UNAVAILABLE: "The database has no time now; send it again.",
}
KEPT = ("Allow", "Retry-After", "WWW-Authenticate")

type Answer = Callable[[HttpRequest], HttpResponseBase]


def problems(answer: Answer) -> Answer:
    """Turn an error of any kind under /api/ into problem details; pages keep theirs."""

    def answered(request: HttpRequest) -> HttpResponseBase:
        response = answer(request)
        is_fine = response.status_code < HTTPStatus.BAD_REQUEST
        if is_fine or not request.path_info.startswith("/api/") or _is_problem(response):
            return response
        status = HTTPStatus(response.status_code)
        told = problem_response(status, SAID.get(status, f"{status.description or status.phrase}."))
        for name in KEPT:
            if name in response.headers:
                told[name] = response.headers[name]
        return told

    return answered


def _is_problem(response: HttpResponseBase) -> bool:
    return response.headers.get("Content-Type", "").startswith(MEDIA_TYPE)

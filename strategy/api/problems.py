"""Every refusal as problem details (RFC 9457): one shape, whatever refuses."""

from collections.abc import Iterator, Mapping
from http import HTTPStatus
from typing import Any

from django.db.models import ProtectedError
from django.http import HttpResponse, JsonResponse
from rest_framework.exceptions import APIException, ValidationError
from rest_framework.response import Response
from rest_framework.settings import api_settings
from rest_framework.views import exception_handler

MEDIA_TYPE = "application/problem+json"


class Refused(APIException):
    """What was asked for cannot be done as things are; the message says why."""

    status_code = HTTPStatus.CONFLICT
    default_code = "refused"


def problem(status: int, detail: str, **more: Any) -> dict[str, Any]:
    """Return the members of a problem; its type is that of its status, so the title is too."""
    title = HTTPStatus(status).phrase
    return {"type": "about:blank", "title": title, "status": status, "detail": detail, **more}


def problem_response(status: int, detail: str) -> HttpResponse:
    """Return a problem as an answer, for what never reached a resource."""
    return JsonResponse(problem(status, detail), status=status, content_type=MEDIA_TYPE)


def answer(error: Exception, context: dict[str, Any]) -> Response | None:
    """Return what an exception in a resource is answered, None where it is a fault of ours."""
    if isinstance(error, ProtectedError):
        error = Refused("Something else still refers to it, so it stays.")
    elif isinstance(error, getattr(context.get("view"), "refused", ())):
        error = Refused(str(error))
    response = exception_handler(error, context)
    if response is None:
        return None
    if isinstance(error, ValidationError):
        response.status_code = HTTPStatus.UNPROCESSABLE_ENTITY
        faults = list(_faults(response.data))
        detail = "; ".join(fault["detail"] for fault in faults[:3]) or "The body is not as asked."
        response.data = problem(response.status_code, detail, errors=faults)
    else:
        response.data = problem(response.status_code, str(_detail(response.data)))
    response.content_type = MEDIA_TYPE
    return response


def _detail(data: Any) -> Any:
    return data.get("detail", "") if isinstance(data, Mapping) else data


def _faults(data: Any, pointer: str = "#") -> Iterator[dict[str, str]]:
    """Yield each message with a JSON pointer (RFC 6901) to what it is about."""
    if isinstance(data, Mapping):
        for name, inner in data.items():
            is_whole = name == api_settings.NON_FIELD_ERRORS_KEY
            yield from _faults(inner, pointer if is_whole else f"{pointer}/{_escaped(str(name))}")
    elif isinstance(data, list):
        for place, inner in enumerate(data):
            nested = isinstance(inner, (Mapping, list))
            yield from _faults(inner, f"{pointer}/{place}" if nested else pointer)
    else:
        yield {"pointer": pointer, "detail": str(data)}


def _escaped(name: str) -> str:
    return name.replace("~", "~0").replace("/", "~1")

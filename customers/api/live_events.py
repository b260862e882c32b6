"""The Segment-compatible event intake under /v1/: what a client's answer depends on.

Clients drop an event for good on a 4xx other than 408, 410, 429 and 460, and send it again on
5xx; browsers and Node take a redirect for success. So 4xx is only for what can never be
accepted, everything passing is a 429 or a 503, and no address redirects.
"""

from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt

from customers.actions.live_events import Accepted, accept_messages
from customers.actions.write_keys import source_of
from customers.api.answers import basic_key, fault, later
from customers.intake import bodies
from customers.intake.bodies import BadBodyError

CALLS = {
    call[0]: call for call in ("identify", "track", "page", "screen", "group", "alias", "batch")
}
BROWSERS_QUEUE = timedelta(minutes=5)
"""How long a browser may hold back a call under a one-letter path: it writes `sentAt` when it
queues the call, and opens six connections to a host at most. Batches are stamped as they leave."""

REFUSED_SHOWN = 10
CORS = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Allow-Methods": "POST, OPTIONS",
    "Access-Control-Allow-Headers": "Authorization, Content-Type, Content-Encoding, X-Retry-Count",
    "Access-Control-Expose-Headers": "Retry-After",
    "Access-Control-Max-Age": "86400",
}

type _View = Callable[[HttpRequest, str], HttpResponse]


def _from_anywhere(view: _View) -> _View:
    """Let pages of any origin call the view and read its answers, without credentials."""

    @wraps(view)
    def with_cors(request: HttpRequest, call: str) -> HttpResponse:
        if request.method == "OPTIONS":
            answer = HttpResponse(status=204)
        elif request.method != "POST":
            answer = fault(405, "method", "Events are sent by POST.")
            answer["Allow"] = "POST, OPTIONS"
        else:
            answer = view(request, call)
        for name, value in CORS.items():
            answer[name] = value
        return answer

    return with_cors


@csrf_exempt
@login_not_required
@_from_anywhere
def receive(request: HttpRequest, call: str) -> HttpResponse:
    """Take one message or a batch: 200 once its events are committed, whoever sends it again."""
    received_at = timezone.now()
    is_queued = len(call) == 1 and call != "b"
    call = CALLS[call[0]]
    try:
        sent = _read(request, call)
        key = basic_key(request) or sent.write_key
        source = source_of(key) if key else None
        if source is None:
            answer = fault(401, "write_key", "The write key is unknown or retired.")
            answer["WWW-Authenticate"] = 'Basic realm="events"'
            return answer
        accepted = accept_messages(
            source=source,
            messages=sent.messages,
            too_large=sent.too_large,
            received_at=received_at,
            on_its_way=BROWSERS_QUEUE if is_queued else timedelta(),
        )
    except BadBodyError as reason:
        return fault(400, reason.code, str(reason))
    except DatabaseError as error:
        return later(error)
    if call != "batch" and accepted.refused:
        return fault(400, "message", accepted.refused[0].reason)
    return JsonResponse(_success(accepted))


@csrf_exempt
@login_not_required
@_from_anywhere
def ignore(_request: HttpRequest, call: str) -> HttpResponse:  # noqa: ARG001  named by the address
    """Take what the browser client reports about itself, and keep none of it."""
    return JsonResponse({"success": True})


def _read(request: HttpRequest, call: str) -> bodies.Call:
    largest = bodies.LARGEST_BATCH if call == "batch" else bodies.LARGEST_CALL
    body = bodies.unpacked(request, request.headers.get("Content-Encoding", ""), largest)
    return bodies.batch(body) if call == "batch" else bodies.one_message(body, call)


def _success(accepted: Accepted) -> dict[str, Any]:
    """Return the answer; a batch of which something was refused says what, for its developer."""
    if not accepted.refused:
        return {"success": True}
    shown = [
        {"index": one.place, "messageId": one.message_id, "message": one.reason}
        for one in accepted.refused[:REFUSED_SHOWN]
    ]
    return {"success": True, "refused": len(accepted.refused), "reasons": shown}

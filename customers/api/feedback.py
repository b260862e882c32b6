"""`POST /v1/feedback/<source>/`: one abuse report in ARF, with the source's write key."""

from django.contrib.auth.decorators import login_not_required
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt

from customers.actions.feedback import accept_report
from customers.actions.write_keys import source_of
from customers.api.answers import basic_key, fault, later
from customers.intake.bodies import BadBodyError, unpacked
from customers.intake.feedback import LARGEST_REPORT
from customers.intake.values import RefusedError


@csrf_exempt
@login_not_required
def receive(request: HttpRequest, source: str) -> HttpResponse:
    """Take a report as it was mailed (message/rfc822): 200 once it is committed."""
    if request.method != "POST":
        answer = fault(405, "method", "Reports are sent by POST.")
        answer["Allow"] = "POST"
        return answer
    try:
        key = basic_key(request)
        sender = source_of(key) if key else None
        if sender is None or sender.key != source:
            answer = fault(
                401, "write_key", "The write key is unknown, retired or another source’s."
            )
            answer["WWW-Authenticate"] = 'Basic realm="feedback"'
            return answer
        sent = unpacked(request, request.headers.get("Content-Encoding", ""), LARGEST_REPORT)
        accept_report(source=sender, sent=sent, received_at=timezone.now())
    except BadBodyError as reason:
        return fault(413 if reason.code == "too_large" else 400, reason.code, str(reason))
    except RefusedError as reason:
        return fault(400, "report", str(reason))
    except DatabaseError as error:
        return later(error)
    return JsonResponse({"success": True})

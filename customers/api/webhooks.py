"""`/v1/webhooks/<source>/<provider>/`: what platforms that send mail and texts tell.

Each is checked as its provider signs, with a secret that only the environment gives. Without one
there is no such address.
"""

import json
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.utils.module_loading import import_string
from django.views.decorators.csrf import csrf_exempt

from customers.actions.live_events import Refused, refuse
from customers.actions.tellings import accept_tellings
from customers.api.answers import AwayError, fault, later
from customers.intake.bodies import BadBodyError, unpacked
from customers.intake.platforms import PROVIDERS, Telling, mail_telling, twilio_telling
from customers.intake.signatures import is_svixs, is_twilios
from customers.intake.values import RefusedError, text
from customers.models import Source

LARGEST = 4 * 1024**2
MAILGUN_RETRIES = timedelta(hours=12)
"""Mailgun tries for eight hours; its signature does not cover the body, so it must be fresh."""


class Webhook(NamedTuple):
    """What reads a mail platform's webhooks, and by what name django-anymail has its secret.

    The library takes most of a second to import, which only those wait for who have a webhook.
    """

    view: str
    secret: str = "webhook_secret"  # noqa: S105  a name


MAIL = {
    "amazon-ses": Webhook("customers.api.amazon.Notifications"),
    "brevo": Webhook("anymail.webhooks.brevo.BrevoTrackingWebhookView"),
    "mailgun": Webhook(
        "anymail.webhooks.mailgun.MailgunTrackingWebhookView", "webhook_signing_key"
    ),
    "mailjet": Webhook("anymail.webhooks.mailjet.MailjetTrackingWebhookView"),
    "mandrill": Webhook("anymail.webhooks.mandrill.MandrillCombinedWebhookView", "webhook_key"),
    "postmark": Webhook("anymail.webhooks.postmark.PostmarkTrackingWebhookView"),
    "resend": Webhook("anymail.webhooks.resend.ResendTrackingWebhookView"),
    "sendgrid": Webhook(
        "anymail.webhooks.sendgrid.SendGridTrackingWebhookView", "tracking_webhook_verification_key"
    ),
    "sparkpost": Webhook("anymail.webhooks.sparkpost.SparkPostTrackingWebhookView"),
    "unisender-go": Webhook(
        "anymail.webhooks.unisender_go.UnisenderGoTrackingWebhookView", "api_key"
    ),
}


class _UnsignedError(Exception):
    """Nobody who knows a secret of ours signed the request."""


@csrf_exempt
@login_not_required
def receive(request: HttpRequest, source: str, provider: str) -> HttpResponse:
    """Take what a platform tells: 200 once it is committed, whoever sends it again."""
    received_at = timezone.now()
    secrets = settings.WEBHOOK_SECRETS.get((source, provider), ())
    sender = Source.objects.filter(key=source).first() if secrets else None
    if sender is None:
        return fault(404, "webhook", "There is no such webhook, or it has no secret here.")
    if request.method in {"GET", "HEAD"}:
        return HttpResponse()  # some ask whether the address is there
    if request.method != "POST":
        answer = fault(405, "method", "Events are sent by POST.")
        answer["Allow"] = "GET, HEAD, POST"
        return answer
    try:
        return _take(request, sender, provider, secrets, received_at)
    except DatabaseError as error:
        return later(error)
    except AwayError:
        return fault(503, "amazon", "Amazon SNS does not answer; send it again.")


def _take(
    request: HttpRequest,
    source: Source,
    provider: str,
    secrets: tuple[str, ...],
    received_at: datetime,
) -> HttpResponse:
    name = PROVIDERS[provider].name
    read = _read_texts if provider == "twilio" else _read_mail
    try:
        # Django's own limit is too low for the batches of some, and all it offers for one address.
        request._body = unpacked(request, "", LARGEST)  # noqa: SLF001  what Django keeps a read body in
        tellings, refused = read(request, provider, secrets, received_at)
    except BadBodyError as reason:
        refuse(source=source, reason=f"{name}: {reason}", at=received_at)
        return fault(413, reason.code, str(reason))
    except _UnsignedError:
        refuse(source=source, reason=f"{name}: the signature is wrong.", at=received_at)
        answer = fault(401, "signature", f"It is not signed with the secret for {name}.")
        answer["WWW-Authenticate"] = 'Basic realm="webhooks"'  # SNS shows its login only if asked
        return answer
    except RefusedError as reason:
        refuse(source=source, reason=f"{name}: {reason}", at=received_at)
        return fault(400, "body", str(reason))
    accept_tellings(source=source, tellings=tellings, refused=refused, received_at=received_at)
    if provider == "twilio":
        return HttpResponse("<Response/>", content_type="text/xml")  # no words to send back
    return JsonResponse({"success": True})


type _Read = tuple[list[Telling], list[Refused]]


def _read_mail(
    request: HttpRequest, provider: str, secrets: tuple[str, ...], received_at: datetime
) -> _Read:
    """Return what a mail platform tells, and what of it cannot be taken.

    Raises _UnsignedError, RefusedError and AwayError.
    """
    view = _checked(request, provider, secrets, received_at)
    try:
        events = view.parse_events(request)
    except AwayError:
        raise
    except Exception:  # noqa: BLE001  whatever the library trips over came with the body
        raise RefusedError("The body is not as the provider documents it.") from None
    tellings: list[Telling] = []
    refused: list[Refused] = []
    for place, event in enumerate(events):
        try:
            telling = mail_telling(provider, event, received_at)
        except RefusedError as reason:
            sentence = f"{PROVIDERS[provider].name}: {reason}"
            refused.append(Refused(place, text(event.event_id, 100), sentence))
        else:
            tellings += [telling] if telling else []
    return tellings, refused


def _checked(
    request: HttpRequest, provider: str, secrets: tuple[str, ...], received_at: datetime
) -> Any:
    """Return the library's view whose secret the request is signed with.

    Raises _UnsignedError and AwayError.
    """
    webhook = MAIL[provider]
    for secret in secrets:
        view = import_string(webhook.view)(**{webhook.secret: secret})
        try:
            if provider == "resend":
                if not is_svixs(request.body, request.headers, secret, at=received_at):
                    continue
            else:
                view.run_validators(request)
            if provider == "mailgun" and not _is_fresh(request, received_at):
                continue
        except AwayError:
            raise
        except Exception:  # noqa: BLE001, S112  a body too odd to be checked is not signed
            continue
        return view
    raise _UnsignedError


def _is_fresh(request: HttpRequest, received_at: datetime) -> bool:
    signed_at = int(json.loads(request.body)["signature"]["timestamp"])
    return abs(received_at.timestamp() - signed_at) <= MAILGUN_RETRIES.total_seconds()


def _read_texts(
    request: HttpRequest, _provider: str, secrets: tuple[str, ...], _received_at: datetime
) -> _Read:
    """Return what Twilio tells. Raises _UnsignedError and RefusedError."""
    fields = dict(request.POST.lists())
    signature = request.headers.get("X-Twilio-Signature", "")
    address = request.build_absolute_uri()
    if not any(is_twilios(address, fields, signature, secret) for secret in secrets):
        raise _UnsignedError
    telling = twilio_telling(request.POST, request.GET)
    return ([telling] if telling else []), []

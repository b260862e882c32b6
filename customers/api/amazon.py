"""What Amazon SES tells through SNS: signed by SNS, and by the Basic auth of our own address."""

import re
from functools import cache
from http import HTTPStatus
from http.client import HTTPException, HTTPSConnection
from typing import Any
from urllib.parse import urlsplit

from anymail.exceptions import AnymailWebhookValidationFailure
from anymail.webhooks.amazon_ses import AmazonSESTrackingWebhookView
from anymail.webhooks.base import AnymailBaseWebhookView
from django.http import HttpRequest

from customers.api.answers import AwayError
from customers.intake.signatures import is_snss

SECONDS = 4
_HOST = re.compile(r"sns\.[a-z0-9-]+\.amazonaws\.com(\.cn)?")
_CERTIFICATE = re.compile(r"/SimpleNotificationService-\w+\.pem")
_LARGEST = 64 * 1024


class Notifications(AmazonSESTrackingWebhookView):  # type: ignore[misc]  # the library has no types
    """django-anymail's reading of SES, with SNS's signature and without boto3."""

    def __init__(self, **kwargs: Any) -> None:
        AnymailBaseWebhookView.__init__(self, **kwargs)

    def run_validators(self, request: HttpRequest) -> None:
        """Check the Basic auth first, so that nobody else has us ask Amazon for anything."""
        super().run_validators(request)
        message = self._parse_sns_message(request)
        certificate = certificate_at(str(message.get("SigningCertURL")))
        if not is_snss(message, certificate):
            raise AnymailWebhookValidationFailure("The signature is not SNS's.")

    def auto_confirm_sns_subscription(self, sns_message: dict[str, Any]) -> None:
        """Confirm that the topic may send here, as whoever gave it our address asked."""
        _fetched(str(sns_message.get("SubscribeURL")))


@cache
def certificate_at(address: str) -> bytes:
    """Return SNS's certificate, kept once read. Raises ValueError for an address not Amazon's."""
    if not _CERTIFICATE.fullmatch(urlsplit(address).path):
        raise ValueError("That is no address of a certificate of SNS.")
    return _fetched(address)


def _fetched(address: str) -> bytes:
    """Return what Amazon answers. Raises ValueError for another host, and AwayError."""
    parts = urlsplit(address)
    if parts.scheme != "https" or not _HOST.fullmatch(parts.netloc):
        raise ValueError("That is no address of Amazon SNS.")
    try:
        connection = HTTPSConnection(parts.netloc, timeout=SECONDS)
        connection.request("GET", parts._replace(scheme="", netloc="").geturl())
        answer = connection.getresponse()
        found = answer.read(_LARGEST)
        connection.close()
    except (OSError, HTTPException):
        raise AwayError from None
    if answer.status != HTTPStatus.OK:
        raise AwayError
    return found

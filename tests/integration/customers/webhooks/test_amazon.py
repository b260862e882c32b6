"""Amazon's topics: confirmed and believed by a certificate that Amazon alone can show."""

import json

import pytest

from customers.api import amazon
from customers.api.answers import AwayError
from tests.platforms import CERTIFICATE_AT, LOGIN, certificate, signed_by_sns
from tests.webhooks import post, told

pytestmark = pytest.mark.django_db


def test_a_topic_of_amazons_is_confirmed(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    pem = certificate()

    def fetched(address: str) -> bytes:
        asked.append(address)
        return pem

    monkeypatch.setattr(amazon, "_fetched", fetched)
    confirm = "https://sns.eu-west-1.amazonaws.com/?Action=ConfirmSubscription&Token=1"
    message = {
        "Type": "SubscriptionConfirmation",
        "MessageId": "165545c9-2a5c-472c-8df2-7ff2be2b3b1b",
        "Token": "1",
        "TopicArn": "arn:aws:sns:eu-west-1:123456789012:ses",
        "Message": "You have chosen to subscribe to the topic.",
        "SubscribeURL": confirm,
        "Timestamp": "2026-11-22T12:00:00.000Z",
    }

    assert post("amazon-ses", signed_by_sns(message)).status_code == 200
    assert asked == [CERTIFICATE_AT, confirm]


@pytest.mark.parametrize(
    "address",
    [
        "https://sns.eu-west-1.amazonaws.com.example.org/SimpleNotificationService-1.pem",
        "http://sns.eu-west-1.amazonaws.com/SimpleNotificationService-1.pem",
        "https://user@sns.eu-west-1.amazonaws.com:80/SimpleNotificationService-1.pem",
        "https://sns.eu-west-1.amazonaws.com/other.pem",
        "http://169.254.169.254/SimpleNotificationService-1.pem",
    ],
)
def test_nobody_but_amazon_is_asked(monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    monkeypatch.undo()

    with pytest.raises(ValueError, match="That is no address of"):
        amazon.certificate_at(address)


class FakeConnection:
    """An HTTPS connection to Amazon that answers 200 or 503, by the path, or breaks."""

    def __init__(self, _host: str, timeout: float) -> None:
        self.timeout = timeout
        self.status = 0

    def request(self, _method: str, path: str) -> None:
        if "broken" in path:
            raise TimeoutError
        self.status = 503 if "busy" in path else 200

    def getresponse(self) -> "FakeConnection":
        return self

    def read(self, _largest: int) -> bytes:
        return b"read"

    def close(self) -> None:
        """Nothing is open."""


def test_amazons_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    monkeypatch.setattr(amazon, "HTTPSConnection", FakeConnection)
    address = "https://sns.eu-west-1.amazonaws.com/SimpleNotificationService-{}.pem"

    assert amazon.certificate_at(address.format("good")) == b"read"
    for kind in ("busy", "broken"):
        with pytest.raises(AwayError):
            amazon.certificate_at(address.format(kind))


def test_amazon_away_is_asked_again_later(monkeypatch: pytest.MonkeyPatch) -> None:
    def away(_address: str) -> bytes:
        raise AwayError

    monkeypatch.setattr(amazon, "_fetched", away)

    assert post("amazon-ses", told("amazon-ses")).status_code == 503


def test_a_login_alone_is_not_amazon() -> None:
    request = told("amazon-ses")
    forged = json.loads(request.body) | {"Message": "{}"}

    answer = post("amazon-ses", request._replace(body=json.dumps(forged).encode()))

    assert answer.status_code == 401
    assert "Basic" in answer["WWW-Authenticate"]
    assert LOGIN not in answer.content.decode()

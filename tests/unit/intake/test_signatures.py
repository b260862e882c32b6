"""Signatures against the vectors that the providers publish."""

from datetime import UTC, datetime, timedelta

import pytest

from customers.intake.signatures import is_snss, is_svixs, is_twilios
from tests import platforms

CALL = {
    "CallSid": ["CA1234567890ABCDE"],
    "Digits": ["1234"],
    "From": ["+14158675309"],
    "To": ["+18005551212"],
    "Caller": ["+14158675309"],
}
ADDRESS = "https://mycompany.com/myapp.php?foo=1&bar=2"
PING = b'{"test": 2432232314}'
PING_AT = datetime.fromtimestamp(1614265330, tz=UTC)
HEADERS = {
    "svix-id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
    "svix-timestamp": "1614265330",
    "svix-signature": "v1,wrong v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
}


def test_twilios_published_example() -> None:
    signature = "RSOYDt4T1cUTdK1PDd93/VVr8B8="

    assert is_twilios(ADDRESS, CALL, signature, "12345")
    assert not is_twilios(ADDRESS + "&more", CALL, signature, "12345")
    assert not is_twilios(ADDRESS, CALL | {"Digits": ["1235"]}, signature, "12345")
    assert not is_twilios(ADDRESS, CALL, signature, "12346")
    assert not is_twilios(ADDRESS, CALL, "é", "12345")


def test_svixs_published_example() -> None:
    assert is_svixs(PING, HEADERS, platforms.SVIX, at=PING_AT)
    assert is_svixs(PING, HEADERS, platforms.SVIX, at=PING_AT + timedelta(minutes=5))
    assert not is_svixs(PING, HEADERS, platforms.SVIX, at=PING_AT + timedelta(minutes=6))
    assert not is_svixs(PING + b" ", HEADERS, platforms.SVIX, at=PING_AT)
    assert not is_svixs(PING, HEADERS | {"svix-id": "msg_2"}, platforms.SVIX, at=PING_AT)


@pytest.mark.parametrize("sent_at", ["", "now", "²", "9" * 40])
def test_svixs_timestamp_is_a_time(sent_at: str) -> None:
    assert not is_svixs(PING, HEADERS | {"svix-timestamp": sent_at}, platforms.SVIX, at=PING_AT)


def test_sns_signs_every_field() -> None:
    message = {
        "Type": "Notification",
        "MessageId": "1",
        "TopicArn": "arn:aws:sns:eu-west-1:1:ses",
        "Subject": "Lights",
        "Message": "{}",
        "Timestamp": "2026-11-22T12:00:00.000Z",
    }
    platforms.signed_by_sns(message)
    certificate = platforms.certificate()

    assert is_snss(message, certificate)
    for field in ("Type", "MessageId", "TopicArn", "Subject", "Message", "Timestamp"):
        assert not is_snss(message | {field: "x"}, certificate)
    assert not is_snss(message | {"SignatureVersion": "3"}, certificate)
    assert not is_snss(message | {"Signature": "?"}, certificate)
    assert not is_snss(message, b"no certificate")

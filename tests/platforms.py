"""Platforms that send mail and texts: what their webhooks hold, and how they sign it.

Payloads are shaped as the providers' own documentation shows them, and signatures are made here by
the providers' published schemes, with nothing of ours.
"""

import base64
import hashlib
import hmac
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple
from urllib.parse import urlencode

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.x509.oid import NameOID

ADA = "ada@example.org"
KEY = "key-0123456789abcdef"
LOGIN = "platform:a-long-password"
SVIX = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
FORM = "application/x-www-form-urlencoded"
SENDGRID_KEY = ec.generate_private_key(ec.SECP256R1())
AMAZON_KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
CERTIFICATE_AT = "https://sns.eu-west-1.amazonaws.com/SimpleNotificationService-0123abcd.pem"


class Request(NamedTuple):
    """What a platform posts to the webhook's address."""

    body: bytes
    headers: dict[str, str]
    content_type: str = "application/json"


class Platform(NamedTuple):
    """A platform: its webhook's secret, what it tells of an unsubscribed Ada, and how it signs."""

    secret: str
    told: Callable[[datetime], Any]
    sign: Callable[[Any, str, datetime], Request]
    kind: str = "opt_out"
    initiative: str = "lights"


def basic(sent: Any, _address: str, _at: datetime) -> Request:
    login = base64.b64encode(LOGIN.encode()).decode()
    return Request(json.dumps(sent).encode(), {"Authorization": f"Basic {login}"})


def mailgun(sent: Any, _address: str, at: datetime) -> Request:
    """https://documentation.mailgun.com/docs/mailgun/user-manual/webhooks/securing-webhooks."""
    seconds, token = str(int(at.timestamp())), hashlib.sha256(str(at).encode()).hexdigest()[:50]
    signature = hmac.new(KEY.encode(), (seconds + token).encode(), hashlib.sha256).hexdigest()
    signed = {"timestamp": seconds, "token": token, "signature": signature}
    return Request(json.dumps({"signature": signed, "event-data": sent}).encode(), {})


def sendgrid(sent: Any, _address: str, at: datetime) -> Request:
    """https://www.twilio.com/docs/sendgrid/for-developers/tracking-events."""
    body, seconds = json.dumps(sent).encode(), str(int(at.timestamp()))
    signature = SENDGRID_KEY.sign(seconds.encode() + body, ec.ECDSA(hashes.SHA256()))
    headers = {
        "X-Twilio-Email-Event-Webhook-Signature": base64.b64encode(signature).decode(),
        "X-Twilio-Email-Event-Webhook-Timestamp": seconds,
    }
    return Request(body, headers)


def resend(sent: Any, _address: str, at: datetime) -> Request:
    """https://docs.svix.com/receiving/verifying-payloads/how-manual."""
    body, seconds = json.dumps(sent).encode(), str(int(at.timestamp()))
    key = base64.b64decode(SVIX.removeprefix("whsec_"))
    signed = b".".join([b"msg_1", seconds.encode(), body])
    signature = base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
    headers = {"svix-id": "msg_1", "svix-timestamp": seconds, "svix-signature": f"v1,{signature}"}
    return Request(body, headers)


def mandrill(sent: Any, address: str, _at: datetime) -> Request:
    """https://mailchimp.com/developer/transactional/guides/track-respond-activity-webhooks/."""
    fields = {"mandrill_events": json.dumps(sent)}
    return Request(
        urlencode(fields).encode(),
        {"X-Mandrill-Signature": _over_form(address, fields, KEY)},
        FORM,
    )


def twilio(sent: Any, address: str, _at: datetime) -> Request:
    """https://www.twilio.com/docs/usage/security#validating-requests."""
    return Request(
        urlencode(sent).encode(), {"X-Twilio-Signature": _over_form(address, sent, KEY)}, FORM
    )


def unisender(sent: Any, _address: str, _at: datetime) -> Request:
    """https://godocs.unisender.ru/web-api-ref#callback-format: MD5 with the key for `auth`."""
    written = json.dumps({"auth": KEY, "events_by_user": [{"user_id": 1, "events": [sent]}]})
    auth = hashlib.md5(written.encode()).hexdigest()  # noqa: S324  the provider's scheme
    return Request(written.replace(KEY, auth).encode(), {})


def amazon(sent: Any, _address: str, at: datetime) -> Request:
    """https://docs.aws.amazon.com/sns/latest/dg/sns-verify-signature-of-message.html."""
    message = {
        "Type": "Notification",
        "MessageId": "22b80b92-fdea-4c2c-8f9d-bdfb0c7bf324",
        "TopicArn": "arn:aws:sns:eu-west-1:123456789012:ses",
        "Message": json.dumps(sent),
        "Timestamp": at.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
    }
    return signed_by_sns(message)


def signed_by_sns(message: dict[str, str]) -> Request:
    of_kind = {
        "Notification": ("Message", "MessageId", "Subject", "Timestamp", "TopicArn", "Type"),
        "SubscriptionConfirmation": (
            *("Message", "MessageId", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type"),
        ),
    }[message["Type"]]
    signed = "".join(f"{name}\n{message[name]}\n" for name in of_kind if name in message)
    signature = AMAZON_KEY.sign(signed.encode(), padding.PKCS1v15(), hashes.SHA256())
    message |= {
        "SignatureVersion": "2",
        "Signature": base64.b64encode(signature).decode(),
        "SigningCertURL": CERTIFICATE_AT,
    }
    request = basic(message, "", datetime.now(UTC))
    headers = {
        "x-amz-sns-message-type": message["Type"],
        "x-amz-sns-message-id": message["MessageId"],
    }
    return request._replace(headers=request.headers | headers, content_type="text/plain")


def certificate() -> bytes:
    """Return Amazon's certificate for these tests, PEM."""
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "sns.amazonaws.com")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(AMAZON_KEY.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .sign(AMAZON_KEY, hashes.SHA256())
    )
    return made.public_bytes(serialization.Encoding.PEM)


def _over_form(address: str, fields: dict[str, str], key: str) -> str:
    signed = address + "".join(name + fields[name] for name in sorted(fields))
    return base64.b64encode(hmac.new(key.encode(), signed.encode(), hashlib.sha1).digest()).decode()


def public_key(key: ec.EllipticCurvePrivateKey) -> str:
    """Return a verification key as SendGrid shows it."""
    der, info = serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    return base64.b64encode(key.public_key().public_bytes(der, info)).decode()


def seconds(at: datetime) -> int:
    return int(at.timestamp())


PLATFORMS = {
    "mailgun": Platform(
        KEY,
        lambda at: {
            "id": "Ase7i2zsRYeDXztHGENqRA",
            "timestamp": at.timestamp(),
            "event": "unsubscribed",
            "log-level": "info",
            "message": {"headers": {"message-id": "20130503182626.18666.16540@example.org"}},
            "recipient": ADA,
            "tags": ["initiative:lights", "arm:treatment"],
            "user-variables": {},
        },
        mailgun,
    ),
    "sendgrid": Platform(
        public_key(SENDGRID_KEY),
        lambda at: [
            {
                "email": ADA,
                "timestamp": seconds(at),
                "smtp-id": "<14c5d75ce93.dfd.64b469@ismtpd-555>",
                "event": "unsubscribe",
                "category": ["newsletter"],
                "sg_event_id": "zz_BjPgU_5pS-J8vlfB1sg==",
                "sg_message_id": "14c5d75ce93.dfd.64b469.filter0001",
                "initiative": "lights",
            }
        ],
        sendgrid,
    ),
    "postmark": Platform(
        LOGIN,
        lambda at: {
            "RecordType": "SubscriptionChange",
            "MessageID": "883953f4-6105-42a2-a16a-77a8eac79483",
            "ServerID": 123456,
            "MessageStream": "broadcast",
            "ChangedAt": at.isoformat(),
            "Recipient": ADA,
            "Origin": "Recipient",
            "SuppressSending": True,
            "SuppressionReason": "ManualSuppression",
            "Tag": "initiative:lights",
            "Metadata": {},
        },
        basic,
    ),
    "brevo": Platform(
        LOGIN,
        lambda at: {
            "event": "unsubscribe",
            "email": ADA,
            "id": 26224,
            "date": "2026-11-25 12:00:00",
            "message-id": "<201798300811.5787683@smtp-relay.mailin.fr>",
            "tag": "",
            "tags": ["initiative:lights"],
            "template_id": 0,
            "ts_epoch": seconds(at) * 1000,
        },
        basic,
    ),
    "mailjet": Platform(
        LOGIN,
        lambda at: [
            {
                "event": "unsub",
                "time": seconds(at),
                "MessageID": 20547674933128000,
                "Message_GUID": "1ab23cd4-e567-8901-2345-6789f0gh1i2j",
                "email": ADA,
                "mj_campaign_id": 7276,
                "customcampaign": "",
                "CustomID": "helloworld",
                "Payload": '{"initiative": "lights"}',
                "mj_list_id": "1",
            }
        ],
        basic,
    ),
    "mandrill": Platform(
        KEY,
        lambda at: [
            {
                "event": "unsub",
                "_id": "exampleaaaaaaaaaaaaaaaaaaaaaaaaa",
                "ts": seconds(at),
                "msg": {
                    "ts": seconds(at),
                    "subject": "Lights",
                    "email": ADA,
                    "tags": ["webhook-example"],
                    "metadata": {"initiative": "lights"},
                    "state": "sent",
                },
            }
        ],
        mandrill,
    ),
    "sparkpost": Platform(
        LOGIN,
        lambda at: [
            {
                "msys": {
                    "unsubscribe_event": {
                        "type": "link_unsubscribe",
                        "event_id": "92356927693813856",
                        "message_id": "0e0d94b7-9085-4e3c-ab30-e3f2cd9c273e",
                        "rcpt_to": ADA,
                        "raw_rcpt_to": ADA,
                        "rcpt_meta": {"initiative": "lights"},
                        "rcpt_tags": ["male", "US"],
                        "timestamp": str(seconds(at)),
                    }
                }
            }
        ],
        basic,
    ),
    "unisender-go": Platform(
        KEY,
        lambda at: {
            "event_name": "transactional_email_status",
            "event_data": {
                "job_id": "1a3Q2V-0000OZ-S0",
                "metadata": {"initiative": "lights"},
                "email": ADA,
                "status": "unsubscribed",
                "event_time": at.strftime("%Y-%m-%d %H:%M:%S"),
            },
        },
        unisender,
    ),
    "resend": Platform(
        SVIX,
        lambda at: {
            "type": "email.complained",
            "created_at": at.isoformat(),
            "data": {
                "created_at": at.isoformat(),
                "email_id": "56761188-7520-42d8-8898-ff6fc54ce618",
                "from": "Larkfield <news@example.com>",
                "to": [ADA],
                "subject": "Lights",
                "headers": [{"name": "X-Metadata", "value": '{"initiative": "lights"}'}],
            },
        },
        resend,
        kind="spam_report",
    ),
    "amazon-ses": Platform(
        LOGIN,
        lambda at: {
            "eventType": "Complaint",
            "complaint": {
                "complainedRecipients": [{"emailAddress": ADA}],
                "timestamp": at.isoformat(),
                "feedbackId": "000001378603177f-18c07c78-fa81-4a58-9dd1-fedc3cb8f49a-000000",
                "complaintFeedbackType": "abuse",
            },
            "mail": {
                "timestamp": at.isoformat(),
                "messageId": "000001378603177f-7a5433e7-8edb-42ae-af10-f0181f34d6ee-000000",
                "destination": [ADA],
                "headers": [{"name": "X-Metadata", "value": '{"initiative": "lights"}'}],
            },
        },
        amazon,
        kind="spam_report",
    ),
    "twilio": Platform(
        KEY,
        lambda _at: {
            "ToCountry": "GB",
            "SmsMessageSid": "SM0123456789abcdef0123456789abcdef",
            "MessageSid": "SM0123456789abcdef0123456789abcdef",
            "SmsStatus": "received",
            "Body": "Stop",
            "To": "+442079460999",
            "From": "+442079460018",
            "NumSegments": "1",
            "AccountSid": "AC0123456789abcdef0123456789abcdef",
        },
        twilio,
        initiative="",
    ),
}

"""How Twilio, Resend and Amazon SNS sign what they send; plain, and it reads no clock.

Each takes what was sent and says whether the secret's owner sent it, in constant time.
"""

import base64
import hashlib
import hmac
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

SVIX_TOLERANCE = timedelta(minutes=5)
_SNS_SIGNED = ("Message", "MessageId", "Subject", "SubscribeURL", "Timestamp", "Token", "TopicArn")
_SNS_HASHES: dict[object, hashes.HashAlgorithm] = {"1": hashes.SHA1(), "2": hashes.SHA256()}  # noqa: S303  the scheme's own


def is_twilios(
    url: str, fields: Mapping[str, Sequence[str]], signature: str, auth_token: str
) -> bool:
    """Say whether Twilio sent a form to this address, exactly as Twilio knows it.

    https://www.twilio.com/docs/usage/security#validating-requests: HMAC-SHA1 of the address with
    its query and each field's name and values, sorted.
    """
    signed = url + "".join(
        name + value for name in sorted(fields) for value in sorted(set(fields[name]))
    )
    expected = hmac.digest(auth_token.encode(), signed.encode(), hashlib.sha1)
    return _same(signature, base64.b64encode(expected).decode())


def is_svixs(body: bytes, headers: Mapping[str, str], secret: str, *, at: datetime) -> bool:
    """Say whether Svix, which sends for Resend, sent the body within five minutes of `at`.

    https://docs.svix.com/receiving/verifying-payloads/how-manual. `secret` is base64 after
    "whsec_"; the header may hold several signatures while a secret is changed.
    """
    message_id, sent_at = headers.get("svix-id", ""), headers.get("svix-timestamp", "")
    if not sent_at.isascii() or not sent_at.isdigit():
        return False
    if abs(at.timestamp() - int(sent_at[:12])) > SVIX_TOLERANCE.total_seconds():
        return False
    key = base64.b64decode(secret.removeprefix("whsec_"))
    expected = hmac.digest(key, f"{message_id}.{sent_at}.".encode() + body, hashlib.sha256)
    wanted = f"v1,{base64.b64encode(expected).decode()}"
    return any([_same(one, wanted) for one in headers.get("svix-signature", "").split()])  # noqa: C419  all are compared


def is_snss(message: Mapping[str, object], certificate: bytes) -> bool:
    """Say whether the owner of a PEM certificate signed a message of Amazon SNS.

    https://docs.aws.amazon.com/sns/latest/dg/sns-verify-signature-of-message.html: RSA over the
    signed fields, each by name and value on lines of their own.
    """
    algorithm = _SNS_HASHES.get(message.get("SignatureVersion"))
    unsigned = {"SubscribeURL", "Token"} if message.get("Type") == "Notification" else {"Subject"}
    names = [name for name in _SNS_SIGNED if message.get(name) is not None and name not in unsigned]
    signed = "".join(f"{name}\n{message[name]}\n" for name in [*names, "Type"])
    try:
        key = x509.load_pem_x509_certificate(certificate).public_key()
        signature = base64.b64decode(str(message.get("Signature")), validate=True)
        if algorithm is None or not isinstance(key, RSAPublicKey):
            return False
        key.verify(signature, signed.encode(), PKCS1v15(), algorithm)
    except (ValueError, InvalidSignature):
        return False
    return True


def _same(sent: str, expected: str) -> bool:
    return hmac.compare_digest(sent.encode(errors="replace"), expected.encode())

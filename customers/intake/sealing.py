"""Sealing what identifiers say in clear, so that the database alone tells nobody's number.

A sealed value is the id of its key (1 byte), a nonce (12 bytes) and what AES-256-GCM makes of the
text (NIST SP 800-38D), 16 bytes longer than the text. The kind of the identifier is sealed in
with it, so that no e-mail address can be passed off as a telephone number.
"""

import hashlib
import os
from collections.abc import Iterable, Sequence

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

NONCE_BYTES = 12


class UnsealableError(Exception):
    """None of the keys opens it; the message says so in a sentence without the value."""


def key_id(secret: str) -> int:
    """Return the byte by which a sealed value names its key, from 0 to 255."""
    return hashlib.blake2b(secret.encode(), digest_size=1, person=b"key id").digest()[0]


class Keys:
    """The keys of an installation, newest first: the newest seals, each opens what it sealed."""

    def __init__(self, secrets: Sequence[str]) -> None:
        self.newest = key_id(secrets[0])
        self._ciphers = {key_id(secret): AESGCM(_key(secret)) for secret in secrets}

    def seal(self, kind: str, texts: Iterable[str]) -> list[bytes]:
        """Return each text sealed, in order; costs about 2 microseconds a text."""
        wanted = list(texts)
        nonces = os.urandom(NONCE_BYTES * len(wanted))
        encrypt, head, beside = (
            self._ciphers[self.newest].encrypt,
            bytes([self.newest]),
            _said(kind),
        )
        return [
            head + nonce + encrypt(nonce, text.encode(), beside)
            for text, nonce in (
                (text, nonces[place * NONCE_BYTES : (place + 1) * NONCE_BYTES])
                for place, text in enumerate(wanted)
            )
        ]

    def open(self, kind: str, sealed: bytes) -> str:
        """Return what was sealed. Raises UnsealableError."""
        cipher = self._ciphers.get(sealed[0]) if sealed else None
        if cipher is None:
            raise UnsealableError(f"A sealed {kind} names a key that is not among ours.")
        try:
            text = cipher.decrypt(
                sealed[1 : 1 + NONCE_BYTES], sealed[1 + NONCE_BYTES :], _said(kind)
            )
        except (InvalidTag, ValueError):
            raise UnsealableError(f"A sealed {kind} does not open with its key.") from None
        return text.decode()


def _key(secret: str) -> bytes:
    return hashlib.blake2b(secret.encode(), digest_size=32, person=b"identifiers").digest()


def _said(kind: str) -> bytes:
    return kind.encode()

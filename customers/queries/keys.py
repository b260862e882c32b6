"""The keys that identifiers are hashed by, as the environment has them. No query."""

from django.conf import settings

LONGEST = 64
"""Bytes that BLAKE2b takes for a key."""


def identity_key() -> bytes:
    """Return the key that identifiers are matched by now."""
    return identity_keys()[0]


def identity_keys() -> list[bytes]:
    """Return the key in use, and behind it those that were before.

    Who was forgotten under an older key is known by it alone: what they were called is gone.
    """
    return [key.encode()[:LONGEST] for key in (settings.IDENTITY_KEY, *settings.IDENTITY_KEYS_OLD)]

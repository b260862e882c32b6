"""One spelling for each identifier, so that the same person is found again; and its keyed hash."""

import hashlib
import re
from collections.abc import Iterable

import phonenumbers

PLACEHOLDERS = frozenset(
    {
        "",
        "#n/a",
        "(null)",
        "-1",
        "anonymous",
        "guest",
        "n/a",
        "nan",
        "nil",
        "none",
        "null",
        "undefined",
        "unknown",
    }
)
EMAIL_SHAPE = r"[^\s@<>,;]{1,64}@[^\s@<>,;]{1,180}\.[^\s@<>,;.]{2,}"
"""What an e-mail address looks like, as a regular expression."""
HASHED_ADDRESS = "email:"
"""What the pseudonym of an e-mail address begins with; 32 hex digits follow, of its digest."""
_NOBODY_AT = frozenset({"test@test.com", "test@example.com", "noreply@noreply.com", "a@a.com"})
_ONE_DIGIT = re.compile(r"[0-]*")
_GMAIL = frozenset({"gmail.com", "googlemail.com"})
_SHORTEST_PHONE = 5


def is_placeholder(value: str) -> bool:
    """Say whether the value stands for nobody: "n/a", "anonymous", "-1".

    Zeros are none of them here, since a source may well number its people from 0.
    """
    return value.strip().lower() in PLACEHOLDERS


def is_nobody(value: str) -> bool:
    """Say whether an identifier stands for nobody: a placeholder, or nothing but zeros."""
    return is_placeholder(value) or _ONE_DIGIT.fullmatch(value.strip()) is not None


def normalised(kind: str, value: str, region: str = "GB") -> str | None:
    """Return the one spelling of an identifier, or None where it identifies nobody.

    `kind` is a field of a record: email, phone, loyalty_card, payment_token, wifi_device,
    account_id. `region` is the ISO 3166 code that phone numbers without a country are read in.

    >>> normalised("email", " Ada.Byron+shop@GoogleMail.com ")
    'adabyron@gmail.com'
    >>> normalised("loyalty_card", "ab12 34-56")
    'AB123456'
    >>> normalised("phone", "020 7946 0018")
    '+442079460018'
    """
    if is_nobody(value):
        return None
    if kind == "email":
        return _email(value)
    if kind == "phone":
        return _phone(value, region)
    return re.sub(r"[\s-]", "", value).upper() or None


def _email(value: str) -> str | None:
    address = value.strip().lower()
    local, at, domain = address.rpartition("@")
    if not at or not local or address in _NOBODY_AT:
        return None
    local = local.partition("+")[0] or local
    if domain in _GMAIL:
        return f"{local.replace('.', '')}@gmail.com"
    return f"{local}@{domain}"


def _phone(value: str, region: str) -> str | None:
    digits = re.sub(r"\D", "", value)
    if len(digits) < _SHORTEST_PHONE or len(set(digits)) == 1:
        return None
    try:
        number = phonenumbers.parse(value, region)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_possible_number(number):
        return None
    return str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))


def digest(kind: str, value: str, key: bytes) -> bytes:
    """Return the 16 bytes that an identifier in its one spelling is matched by.

    Keyed BLAKE2b (RFC 7693); `key` has 1 to 64 bytes. The kind is part of what is hashed, so
    that a card and an account with the same number stay apart.
    """
    return hashlib.blake2b(f"{kind}\0{value}".encode(), key=key, digest_size=16).digest()


def pseudonym(name: str, key: bytes) -> str:
    """Return what a source's person is called here: as sent, but for an e-mail address its hash.

    The pseudonym holds the digest that the address is matched by, so that whoever names people by
    their addresses also identifies them; in whatever spelling and by whatever way an address
    comes, it is one name. One that identifies nobody (test@test.com) is a name and no more.

    >>> pseudonym("C-204", b"k"), pseudonym("Ada@Example.org", b"k")
    ('C-204', 'email:04cd06bc32802e842158b9e64861354c')
    """
    if re.fullmatch(EMAIL_SHAPE, name) is None:
        return name
    address = normalised("email", name)
    if address is None:
        return f"nobody:{digest('nobody', name.lower(), key).hex()}"
    return HASHED_ADDRESS + digest("email", address, key).hex()


def digests(
    kind: str, values: Iterable[str | None], key: bytes, region: str = "GB"
) -> list[bytes | None]:
    """Return the digest of each value as sent, None where it identifies nobody."""
    known: dict[str | None, bytes | None] = {None: None}
    found: list[bytes | None] = []
    for value in values:
        if value is not None and value not in known:
            spelling = normalised(kind, value, region)
            known[value] = None if spelling is None else digest(kind, spelling, key)
        found.append(known[value])
    return found

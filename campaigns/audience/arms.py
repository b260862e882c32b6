"""Who is held out: by a keyed hash, so that it is chance, and the same chance on every machine.

The draw of a unit depends on the key, the name of the test and the unit alone: not on the order
of rows, the day, or who else is in the audience. Nobody without the key can tell it beforehand.
"""

import hmac
from collections.abc import Iterable, Mapping
from hashlib import sha256
from typing import Literal

type Arm = Literal["treated", "holdout"]

COMPANY = "company"
RANGE = 2**64


def assignment_key(secret: str) -> bytes:
    """Return the key of all draws, made of a secret that serves something else too (RFC 5869)."""
    return hmac.digest(secret.encode(), b"hymnsheet assignment", sha256)


def initiative_name(initiative: str) -> str:
    """Return what an initiative's draws are named by."""
    return f"initiative:{initiative}"


def company_name(salt: str) -> str:
    """Return what the draws of the company's holdout are named by; another salt, other people."""
    return f"{COMPANY}:{salt}"


def draw(key: bytes, test: str, unit: str) -> int:
    """Return a unit's draw in a test: a number in [0, 2⁶⁴), each as likely as the other."""
    return int.from_bytes(hmac.digest(key, f"{test}\n{unit}".encode(), "sha256")[:8])


def threshold(share: float) -> int:
    """Return the first draw that is treated where a share in [0, 1] is held out."""
    return round(share * RANGE)


def arm_of(key: bytes, test: str, unit: str, share: float) -> Arm:
    """Return a unit's arm where a share in [0, 1] is held out."""
    return "holdout" if draw(key, test, unit) < threshold(share) else "treated"


def stratified(
    key: bytes, test: str, strata: Mapping[str, Iterable[str]], share: float
) -> set[str]:
    """Return the units that are held out where each stratum shall have its share of them.

    In every stratum those with the lowest draws. Of a stratum whose share is no whole number, the
    last place is drawn by the stratum's own name, so that over many strata nothing is lost.
    """
    held: set[str] = set()
    for stratum, units in strata.items():
        drawn = sorted((draw(key, test, unit), unit) for unit in units)
        exact = len(drawn) * share
        more = draw(key, f"{test}:stratum", stratum) < threshold(exact - int(exact))
        held |= {unit for _, unit in drawn[: int(exact) + more]}
    return held

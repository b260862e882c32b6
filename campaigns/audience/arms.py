"""Who is held out: by a keyed hash, so that it is chance, and the same chance on every machine.

The draw of a unit depends on the key, the name of the test and the unit alone: not on the order
of rows, the day, or who else is in the audience. Nobody without the key can tell it beforehand.
"""

import hmac
from collections.abc import Iterable, Sequence
from hashlib import sha256
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    type Draws = npt.NDArray[np.uint64]
    type Codes = npt.NDArray[np.int64]
    type Mask = npt.NDArray[np.bool_]

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


def draws(key: bytes, test: str, units: Iterable[str]) -> "Draws":
    """Return the draws of many units, in their order. A million take about two seconds."""
    import numpy as np  # noqa: PLC0415  heavy

    said = f"{test}\n".encode()
    digests = (hmac.digest(key, said + unit.encode(), "sha256")[:8] for unit in units)
    return np.frombuffer(b"".join(digests), dtype=">u8")


def held_out(drawn: "Draws", share: float) -> "Mask":
    """Return who of those drawn is held out where a share in [0, 1] is, as `arm_of` has it."""
    import numpy as np  # noqa: PLC0415  heavy

    limit = threshold(share)
    return drawn < np.uint64(limit) if limit < RANGE else np.ones(len(drawn), bool)


def stratified(
    key: bytes, test: str, drawn: "Draws", *, strata: "Codes", names: Sequence[str], share: float
) -> "Mask":
    """Return who is held out where each stratum shall have its share of them.

    `strata` are places among `names`, one for each draw. In every stratum those with the lowest
    draws are held out. Of a stratum whose share is no whole number, the last place is drawn by the
    stratum's own name, so that over many strata nothing is lost.
    """
    import numpy as np  # noqa: PLC0415  heavy

    sizes = np.bincount(strata, minlength=len(names))
    places = np.zeros(len(names), dtype=np.int64)
    for at, name in enumerate(names):
        exact = int(sizes[at]) * share
        more = draw(key, f"{test}:stratum", name) < threshold(exact - int(exact))
        places[at] = int(exact) + more
    order = np.lexsort((drawn, strata))
    rank = np.arange(len(drawn)) - np.repeat(np.cumsum(sizes) - sizes, sizes)
    found = np.zeros(len(drawn), bool)
    found[order] = rank < np.repeat(places, sizes)
    return found

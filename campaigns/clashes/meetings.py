"""Clashes that happened: contacts of two initiatives with one customer within the gap."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from campaigns.clashes.sets import Pair

SECOND_BITS, INITIATIVE_BITS = 24, 10
"""Room in a key for 194 days in seconds and for 1,024 initiatives; 29 bits are the customer's."""


class Contacts(NamedTuple):
    """Contacts delivered: `seconds` since any one moment, within 194 days."""

    customers: NDArray[np.int64]
    seconds: NDArray[np.int64]
    initiatives: NDArray[np.int64]


class TooWideError(ValueError):
    """More days, initiatives or customers than a key has room for."""


def meetings(contacts: Contacts, gap_seconds: int) -> dict[Pair, NDArray[np.int64]]:
    """Return the customers whom both initiatives of a pair contacted less than the gap apart.

    Pairs are `(smaller id, larger id)`, their customers ascend. Contacts are sorted by customer
    and moment in one key each; then every contact is compared with the next, the one after it, and
    so on until no two of one customer are within the gap.

    Raises:
        TooWideError: more than 194 days, 1,024 initiatives or 500 million customers.

    """
    import numpy as np  # noqa: PLC0415  a tenth of a second, and pages load this module

    if not len(contacts.customers):
        return {}
    initiatives, number = np.unique(contacts.initiatives, return_inverse=True)
    since = contacts.seconds - contacts.seconds.min()
    room = 63 - SECOND_BITS - INITIATIVE_BITS
    widths = (since.max() >> SECOND_BITS, contacts.customers.max() >> room)
    if any(widths) or len(initiatives) >> INITIATIVE_BITS:
        raise TooWideError("At most 194 days, 1,024 initiatives, customers below 2^29.")
    moment = contacts.customers << SECOND_BITS | since
    key = np.sort(moment << INITIATIVE_BITS | number)
    moments, number = key >> INITIATIVE_BITS, key & ((1 << INITIATIVE_BITS) - 1)
    people = moments >> SECOND_BITS
    met, step = [], 1
    while step < len(key):
        near = (people[step:] == people[:-step]) & (moments[step:] - moments[:-step] < gap_seconds)
        if not near.any():
            break
        one, other = number[:-step][near], number[step:][near]
        apart = one != other
        low, high = np.minimum(one, other)[apart], np.maximum(one, other)[apart]
        pair = low << INITIATIVE_BITS | high
        met.append(pair << (63 - 2 * INITIATIVE_BITS) | people[step:][near][apart])
        step += 1
    if not any(map(len, met)):
        return {}
    keys = np.unique(np.concatenate(met))
    pairs, first = np.unique(keys >> (63 - 2 * INITIATIVE_BITS), return_index=True)
    customers = np.split(keys & ((1 << (63 - 2 * INITIATIVE_BITS)) - 1), first[1:])
    place = (1 << INITIATIVE_BITS) - 1
    return {
        (int(initiatives[pair >> INITIATIVE_BITS]), int(initiatives[pair & place])): met_both
        for pair, met_both in zip(pairs, customers, strict=True)
    }

"""Who is one person, and why."""

from collections.abc import Iterator
from typing import NamedTuple

from django.db.models import F

from customers.models import Record


class LinkRow(NamedTuple):
    """A record by its source's key and its id there, and the number of its customer."""

    source: str
    external_id: str
    customer_id: int


def every_link(*, certain: bool) -> Iterator[LinkRow]:
    """Return every record with its customer, by source and id; one query, read in parts.

    With `certain`, links that are only probable do not count.
    """
    of = F("certain_id") if certain else F("customer_id")
    rows = Record.objects.order_by("source__key", "external_id").values_list(
        "source__key", "external_id", of
    )
    return (LinkRow(*row) for row in rows.iterator(chunk_size=10_000))

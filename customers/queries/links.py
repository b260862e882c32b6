"""Who is one person, and why."""

from collections.abc import Iterator
from typing import NamedTuple
from uuid import UUID

from django.db.models import OuterRef, Subquery

from customers.models import Customer, Record


class LinkRow(NamedTuple):
    """A record by its source's key and its id there, and its customer's public id."""

    source: str
    external_id: str
    customer_id: UUID


def every_link(*, certain: bool) -> Iterator[LinkRow]:
    """Return every record with its customer, by source and id; one query, read in parts.

    With `certain`, links that are only probable do not count.
    """
    founder = OuterRef("certain_id" if certain else "customer_id")
    customer = Subquery(Customer.objects.filter(pk=founder).values("public_id"))
    rows = Record.objects.order_by("source__key", "external_id").values_list(
        "source__key", "external_id", customer
    )
    return (LinkRow(*row) for row in rows.iterator(chunk_size=10_000))

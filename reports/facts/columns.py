"""Which columns the facts have, by their Ibis types, and how they are laid out in files."""

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:  # a web page loads this module, and neither library
    import pyarrow as pa

EVENTS = {
    "week": "date",
    "day": "date",
    "at": "timestamp",
    "record_id": "int64",
    "source_id": "int64",
    "kind": "string",
    "channel": "string",
    "initiative": "string",
    "arm": "string",
    "order_id": "string",
    "amount": "float64",
    "unpriced_in": "string",
    "quantity": "int64",
    "product": "string",
    "category": "string",
    "store": "string",
    "score": "float64",
    "transactional": "boolean",
}
PEOPLE = {"record_id": "int64", "customer_id": "int64"}
LISTS = {
    "assignments": {
        "initiative_id": "int64",
        "record_id": "int64",
        "arm": "string",
        "at": "timestamp",
        "unit": "string",
        "covariates": "string",
        "outcomes": "string",
    },
    "sources": {"source_id": "int64", "department_id": "int64"},
    "initiatives": {
        "initiative_id": "int64",
        "key": "string",
        "department_id": "int64",
        "mode": "string",
    },
    "households": {"customer_id": "int64", "household": "string"},
    "interests": {"record_id": "int64", "category": "string"},
}
"""What is not copied: each is read from PostgreSQL when a question asks for it."""


class Part(NamedTuple):
    """A table of the copy: `name` of its folder, its `columns`, and the one that splits its files.

    Files are replaced whole, by the values of `split`.
    """

    name: str
    columns: dict[str, str]
    split: str


EVENTS_BY_WEEK = Part("events", EVENTS, "week")
PEOPLE_BY_BLOCK = Part("people", {"block": "int64", **PEOPLE}, "block")


def arrow_schema(columns: dict[str, str]) -> "pa.Schema":
    """Return the columns as Arrow has them; moments are UTC without a zone."""
    import ibis  # noqa: PLC0415  takes a second, and no page needs it

    return ibis.schema(columns).to_pyarrow()

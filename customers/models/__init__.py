"""The tables of floor 1."""

from customers.models.events import Event, StaleWeek
from customers.models.live import Arrival, Refusal, WriteKey
from customers.models.people import Customer, Identifier, Record
from customers.models.rates import Rate
from customers.models.sources import IdentifierKind, Import, Source
from customers.models.work import Sweep, Work

__all__ = [
    "Arrival",
    "Customer",
    "Event",
    "Identifier",
    "IdentifierKind",
    "Import",
    "Rate",
    "Record",
    "Refusal",
    "Source",
    "StaleWeek",
    "Sweep",
    "Work",
    "WriteKey",
]

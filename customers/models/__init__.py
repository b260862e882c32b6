"""The tables of floor 1."""

from customers.models.events import Event, StaleWeek
from customers.models.live import Refusal, WriteKey
from customers.models.people import Customer, Identifier, Record
from customers.models.rates import Rate
from customers.models.sources import Import, Source
from customers.models.work import Sweep, Work

__all__ = [
    "Customer",
    "Event",
    "Identifier",
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

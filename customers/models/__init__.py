"""The tables of floor 1."""

from customers.models.consent import Consent
from customers.models.events import Event, StaleWeek
from customers.models.links import LinkModel, LinkRun, Move, Proposal, Ruling
from customers.models.live import Arrival, Refusal, WriteKey
from customers.models.memory import Companion, Neighbour
from customers.models.people import (
    BLOCK,
    Customer,
    Identifier,
    Record,
    StalePeople,
    Unlinked,
)
from customers.models.privacy import Erasure, Look, Retention, Suppression
from customers.models.rates import Rate
from customers.models.sources import IdentifierKind, Import, Source
from customers.models.work import Sweep, Work

__all__ = [
    "BLOCK",
    "Arrival",
    "Companion",
    "Consent",
    "Customer",
    "Erasure",
    "Event",
    "Identifier",
    "IdentifierKind",
    "Import",
    "LinkModel",
    "LinkRun",
    "Look",
    "Move",
    "Neighbour",
    "Proposal",
    "Rate",
    "Record",
    "Refusal",
    "Retention",
    "Ruling",
    "Source",
    "StalePeople",
    "StaleWeek",
    "Suppression",
    "Sweep",
    "Unlinked",
    "Work",
    "WriteKey",
]

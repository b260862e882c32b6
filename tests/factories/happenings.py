"""Events as the shopkeeper's memory takes them, around one moment."""

from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

from customers.memory.happenings import Happening

NOW = datetime(2026, 11, 23, 7, 40, tzinfo=UTC)
_numbers = count(1)


def happened(kind: str, days_ago: float = 1, **said: Any) -> Happening:
    """Return an event at the tills so many days before NOW; later calls have higher ids."""
    one = Happening(
        next(_numbers), NOW - timedelta(days=days_ago), kind, "Tills", "Stores", "stores"
    )
    return one._replace(**said)


def desk(kind: str, days_ago: float = 1, **said: Any) -> Happening:
    """Return an event at the service desk."""
    at_desk = {"source": "Desk", "department": "Customer service", "department_key": "service"}
    return happened(kind, days_ago, **(at_desk | said))

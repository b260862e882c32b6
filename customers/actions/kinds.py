"""Which kinds of file can be imported, and what brings each kind's rows into its tables.

A floor above adds its own kinds when its app is ready, so that importing needs to know nothing
of what lies above.
"""

from datetime import datetime
from typing import NamedTuple, Protocol

from django.db.backends.utils import CursorWrapper

from customers.intake.fields import Kind
from customers.intake.rejected import Rejected


class Landed(NamedTuple):
    """What became of the rows of a file that its own reading had accepted."""

    changed: int
    unchanged: int
    rejected: list[Rejected]


class Land(Protocol):
    """Brings the rows of the temporary table `staged` into the kind's own tables.

    `staged` has a bigint `row`, a text column for each plain field, a jsonb column for each
    family of fields (consent, prefers, covariate, outcome) and, where the kind is of people, a
    bigint `record_id`; then the table `founded` has that of each record that the file made. It
    runs inside the import's transaction, drops the temporary tables that it makes, and must give
    the same result when run again.
    """

    def __call__(self, cursor: CursorWrapper, *, source_id: int, at: datetime) -> Landed:
        """Land the rows; rows that only the database can judge come back as rejected."""


class Refuse(Protocol):
    """Takes rows of the temporary table `incoming` away that must not found anybody.

    A record is never deleted by an import, which would wait for all that bring events.
    """

    def __call__(self, cursor: CursorWrapper, *, source_id: int) -> list[Rejected]:
        """Take them away; return them."""


class Registered(NamedTuple):
    """A kind of file with what lands it, and what refuses rows before their people are founded."""

    kind: Kind
    land: Land
    refuse: Refuse | None = None


KINDS: dict[str, Registered] = {}


def register(kind: Kind, land: Land, refuse: Refuse | None = None) -> None:
    """Add a kind of file; called once, when an app is ready."""
    KINDS[kind.name] = Registered(kind, land, refuse)

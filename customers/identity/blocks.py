"""Which pairs are looked at: people who share one of several keys, in blocks of bounded size."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from customers.identity.memory import run

if TYPE_CHECKING:
    import duckdb


class Part(NamedTuple):
    """Something of a person that a key is made of: the columns it needs, and its SQL."""

    needs: tuple[str, ...]
    expression: str


class Key(NamedTuple):
    """A key that was laid: the rule's parts, the largest block kept, and how many pairs it asks."""

    rule: str
    block_at_most: int
    pairs: int

    @property
    def column(self) -> str:
        """The column of `people` that holds it."""
        return column(self.rule)

    @property
    def condition(self) -> str:
        """What two people must share, as SQL."""
        return f"l.{self.column} = r.{self.column}"


PARTS = {
    "email": Part(("email",), "email"),
    "mailbox": Part(("email",), "mailbox"),
    "phone": Part(("phone",), "phone"),
    "given": Part(("given",), "given_root"),
    "given3": Part(("given",), "left(given_root, 3)"),
    "given1": Part(("given",), "given_initial"),
    "family": Part(("family",), "family"),
    "family3": Part(("family",), "left(family, 3)"),
    "family1": Part(("family",), "left(family, 1)"),
    "names": Part(("given", "family"), "least(given, family) || greatest(given, family)"),
    "born": Part(("born",), "born"),
    "day": Part(("born",), "least(born, coalesce(born_swapped, born))"),
    "birthday": Part(("born",), "right(born, 5)"),
    "year": Part(("born",), "left(born, 4)"),
    "postcode": Part(("postcode",), "postcode"),
    "sector": Part(("postcode",), "sector"),
    "street": Part(("street",), "street"),
    "number": Part(("street",), "number"),
    "road5": Part(("street",), "left(road, 5)"),
    "city": Part(("city",), "city"),
}
SHARP = (
    "email",
    "phone",
    "born given",
    "born family",
    "day names",
    "names postcode",
    "mailbox",
    "names city",
    "born postcode",
    "street given",
    "street family",
    "given3 family3 year",
    "given3 family3 birthday",
    "family postcode",
    "given postcode",
    "postcode number",
    "names",
)
"""Rules for any number of people, the sharpest first."""

BLUNT = (
    "street postcode",
    "born city",
    "day given3",
    "day family3",
    "given year postcode",
    "day number",
    "born",
    "mailbox given1",
    "street",
    "number city given3",
    "number sector",
    "family3 sector",
    "given3 sector",
    "number family given1",
    "given city year",
    "family city year",
    "given city",
    "family city",
    "road5 given3",
    "road5 family3",
    "given family1",
    "family given1",
    "city number",
    "given sector",
    "family sector",
    "postcode given1",
    "postcode",
    "family",
    "given",
)
"""More rules for fewer people: errors in several fields at once are found by these."""

FEW = 100_000
"""Up to so many people, the blunt rules are used too."""


def rules_for(columns: Sequence[str], people: int) -> list[str]:
    """Return the rules that these columns allow for so many people."""
    return [
        rule
        for rule in (SHARP + BLUNT if people <= FEW else SHARP)
        if all(need in columns for part in rule.split() for need in PARTS[part].needs)
    ]


def pairs_for(people: int) -> float:
    """Return how many pairs may be looked at: 400 a person, and 10 where people are many."""
    return min(400.0 * people, max(6e6, 10.0 * people))


def column(rule: str) -> str:
    """Return the column that holds a rule's key."""
    return f"key_{rule.replace(' ', '_')}"


def lay_keys(
    connection: "duckdb.DuckDBPyConnection", rules: Sequence[str], pairs_at_most: float
) -> list[Key]:
    """Add one column of keys to `people` per rule, and return the rules that ask for any pair.

    A key is a hash of its parts, null where a part is missing, where nobody shares it, or where
    its block is too large: from each rule the largest blocks are dropped until its share of
    `pairs_at_most` is kept, so that a common name can never ask for more than its part.
    """
    laid = []
    joins = []
    for rule in rules:
        parts = [PARTS[part].expression for part in rule.split()]
        known = " and ".join(f"{part} is not null" for part in parts)
        key = f"case when {known} then hash({', '.join(parts)}) end"
        name = column(rule)
        run(
            connection,
            f"create or replace temp table {name} as select {key} as key, count(*) as size"
            " from people group by key having key is not null and size > 1",
        )
        most, pairs = _largest_block(connection, name, pairs_at_most / len(rules))
        if pairs:
            laid.append(Key(rule, most, pairs))
            joins.append(f"left join {name} on {name}.key = {key} and {name}.size <= {most}")
    chosen = "".join(f", {key.column}.key as {key.column}" for key in laid)
    run(connection, f"create table keyed as select people.*{chosen} from people {' '.join(joins)}")
    run(connection, "drop table people")
    run(connection, "alter table keyed rename to people")
    for rule in rules:
        run(connection, f"drop table {column(rule)}")
    return laid


def _largest_block(
    connection: "duckdb.DuckDBPyConnection", name: str, pairs_at_most: float
) -> tuple[int, int]:
    sizes = run(
        connection,
        f"select size, count(*) * size * (size - 1) // 2 from {name} group by size order by size",
    )
    most = total = 0
    for size, pairs in sizes:
        if total + pairs > pairs_at_most:
            break
        most, total = size, total + int(pairs)
    return most, total

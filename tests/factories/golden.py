"""Golden rows of invented people, some of whom stand there twice, with an error."""

import datetime as dt
from collections.abc import Mapping

import numpy as np
import pyarrow as pa

GIVEN = ("ada", "robert", "grace", "alan", "mary", "john", "susan", "peter", "zofia", "omar")
BORN_FROM = dt.date(1950, 1, 1)


def golden(*people: Mapping[str, object]) -> pa.Table:
    """Return rows with the ids 1, 2, 3, ... and whatever columns the people have."""
    columns = sorted({column for person in people for column in person})
    return pa.table(
        {
            "id": pa.array(range(1, len(people) + 1), pa.int64()),
            **{column: [person.get(column) for person in people] for column in columns},
        }
    )


def doubled(people: int, *, seed: int, retyped: float = 0.4) -> tuple[pa.Table, list[int]]:
    """Return two rows a person, and the person of each row.

    Of the second rows, a share of `retyped` lacks the last letter of the family name.
    """
    chance = np.random.default_rng(seed)
    rows: list[dict[str, object]] = []
    for person in range(people):
        given = GIVEN[int(chance.integers(len(GIVEN)))]
        family = "".join(chance.choice(list("abcdefghiklmnoprstw"), 7))
        row: dict[str, object] = {
            "given_name": given.title(),
            "family_name": family.title(),
            "born_on": BORN_FROM + dt.timedelta(days=int(chance.integers(20_000))),
            "postcode": f"AB{chance.integers(1, 60)} {chance.integers(1, 9)}CD",
            "email": f"{given}{person}@example.com",
        }
        again = {**row, "email": None}
        if chance.random() < retyped:
            again["family_name"] = family[:-1].title()
        rows += [row, again]
    return golden(*rows), [at // 2 for at in range(2 * people)]

"""Figures on labelled sets of other people's making; the labels are used to count with only."""

import datetime as dt
from collections import Counter
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from customers.identity.proposals import groups, propose
from customers.identity.training import train

DATA = Path(__file__).parents[4] / "shared" / "data"
pytestmark = [
    pytest.mark.real_data,
    pytest.mark.skipif(not DATA.exists(), reason="The labelled sets are not beside the project"),
]


def days(values: pa.ChunkedArray, form: str) -> pa.Array:
    """Read days, null where a source typed one that does not exist."""
    read: list[dt.date | None] = []
    for value in values.to_pylist():
        try:
            read.append(dt.datetime.strptime(value or "", form).date())  # noqa: DTZ007  a day or a moment without a zone is what is compared
        except ValueError:
            read.append(None)
    return pa.array(read, pa.date32())


def febrl(*names: str) -> tuple[pa.Table, list[str]]:
    rows = pa.concat_tables(
        [pq.read_table(DATA / "er_febrl" / f"{name}.parquet") for name in names]
    )
    parts = zip(rows["street_number"].to_pylist(), rows["address_1"].to_pylist(), strict=True)
    address = [" ".join(part for part in both if part) for both in parts]
    people = pa.table(
        {
            "id": pa.array(range(len(rows)), pa.int64()),
            "given_name": rows["given_name"],
            "family_name": rows["surname"],
            "address": address,
            "city": rows["suburb"],
            "postcode": rows["postcode"],
            "born_on": days(rows["date_of_birth"], "%Y%m%d"),
        }
    )
    return people, rows["true_entity"].to_pylist()


def fake() -> tuple[pa.Table, list[str]]:
    rows = pq.read_table(DATA / "er_fake_1000" / "fake_1000.parquet")
    people = pa.table(
        {
            "id": pa.array(range(len(rows)), pa.int64()),
            "given_name": rows["first_name"],
            "family_name": rows["surname"],
            "born_on": days(rows["dob"], "%Y-%m-%d"),
            "city": rows["city"],
            "email": rows["email"],
        }
    )
    return people, rows["cluster"].to_pylist()


def precision_and_f1(people: pa.Table, truth: list[str]) -> tuple[float, float]:
    """Train, propose and group; return pairwise precision and F1 after closure."""
    model = train(people, seed=1)
    joined = groups(propose(people, model), model)
    founder = {**{at: at for at in range(len(people))}}
    founder |= dict(zip(joined["id"].to_pylist(), joined["founder"].to_pylist(), strict=True))
    both = Counter((founder[at], truth[at]) for at in founder)
    right, put, belong = (
        sum(size * (size - 1) for size in sizes.values())
        for sizes in (both, Counter(founder.values()), Counter(truth))
    )
    return right / put, 2 * right / (put + belong)


def test_fake_1000_is_joined_by_name_birth_day_town_and_email() -> None:
    precision, f1 = precision_and_f1(*fake())

    assert precision >= 0.97
    assert f1 >= 0.94


def test_febrl4_links_two_files() -> None:
    _, f1 = precision_and_f1(*febrl("febrl4a", "febrl4b"))

    assert f1 >= 0.9995


def test_febrl2_is_deduplicated_inside_one_file() -> None:
    _, f1 = precision_and_f1(*febrl("febrl2"))

    assert f1 >= 0.998

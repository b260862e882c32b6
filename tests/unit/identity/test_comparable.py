"""What people are compared by, out of what sources sent."""

import datetime as dt
from typing import Any

import pytest

from customers.identity.comparable import compared
from customers.identity.memory import database, run
from tests.factories.golden import golden


def person(**fields: object) -> dict[str, Any]:
    with database(1, "200MB") as connection:
        compared(golden(fields), connection)
        values = run(connection, "select * from people")[0]
        names = [name for name, *_ in run(connection, "describe people")]
        return dict(zip(names, values, strict=True))


@pytest.mark.parametrize(
    ("fields", "given", "root", "family"),
    [
        ({"given_name": "Zoë", "family_name": "O'Brien-Łuk"}, "zoe", "zoe", "obrienluk"),
        ({"given_name": "Dr Bob", "family_name": "Smith Jr"}, "bob", "robert", "smith"),
        ({"full_name": "Mr. Robert J Smith"}, "robertj", "robert", "smith"),
        ({"full_name": "Smith, Robert"}, "robert", "robert", "smith"),
        ({"full_name": "Madonna"}, None, None, "madonna"),
        ({"given_name": "Ann", "full_name": "Ann Lee"}, "ann", "ann", "lee"),
        ({"family_name": "Lee", "full_name": "A. Lee"}, "a", "a", "lee"),
        ({"given_name": "Ann", "full_name": "Ann"}, "ann", "ann", None),
        ({"given_name": "", "family_name": None}, None, None, None),
    ],
)
def test_names(fields: dict[str, object], given: str, root: str, family: str) -> None:
    found = person(**fields)

    assert (found["given"], found["given_root"], found["family"]) == (given, root, family)


def test_a_generation_is_kept_beside_the_name() -> None:
    assert person(full_name="Robert Smith Senior")["generation"] == "sr"
    assert person(given_name="Robert", family_name="Smith Jr")["generation"] == "jr"


def test_a_birth_day_can_be_read_with_day_and_month_swapped() -> None:
    assert person(born_on=dt.date(1980, 3, 12))["born_swapped"] == "1980-12-03"
    assert person(born_on=dt.date(1980, 3, 13))["born_swapped"] is None


def test_addresses_postcodes_and_contacts() -> None:
    found = person(
        address="Flat 2, Łąkowa St.",
        postcode="ta4 5qa",
        email="Ada.Byron@Example.com",
        phone="+44 20 7946 0018",
    )

    assert found["street"] == "flat 2 lakowa st"
    assert (found["number"], found["road"]) == ("2", "flat  lakowa st")
    assert (found["postcode"], found["sector"]) == ("TA45QA", "TA45")
    assert (found["email"], found["mailbox"]) == ("ada.byron@example.com", "adabyron")
    assert found["phone"] == "442079460018"


@pytest.mark.parametrize(
    ("email", "mailbox"),
    [
        ("bob.smith@example.com", None),
        ("smith-robert@example.com", None),
        ("RobertSmith@example.com", None),
        ("b_smith@example.com", None),
        ("bsmith77@example.com", "bsmith77"),
        ("sunny@example.com", "sunny"),
    ],
)
def test_a_mailbox_that_only_repeats_the_name_says_nothing(email: str, mailbox: str | None) -> None:
    found = person(given_name="Bob", family_name="Smith", email=email)

    assert (found["mailbox"], found["email"]) == (mailbox, email.lower())


def test_columns_that_nobody_knows_are_dropped() -> None:
    assert "occupation" not in person(given_name="Ada", occupation="countess")

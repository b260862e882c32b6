"""How far names and birth days agree."""

import datetime as dt

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from customers.identity.names import Level, Person, agreement, keys, parted


def person(given_name: str = "", family: str = "", born: str = "") -> Person:
    return Person(given_name, family, dt.date.fromisoformat(born).toordinal() if born else -1)


@pytest.mark.parametrize(
    ("one", "other", "names", "days"),
    [
        (person("ada", "byron"), person("ada", "byron"), True, True),
        (person("ada", "byron"), person(), True, True),
        (person("ada", "byron"), person("a", "byron"), True, True),
        (person("ada", "byron"), person("byron", "ada"), True, True),
        (person("robert", "hill"), person("bob", "hill"), True, True),
        (person("margaret", "hill"), person("margarte", "hill"), True, True),
        (person("b", "cox"), person("bob", "fox"), False, True),
        (person("ada", "byron"), person("zoe", "byron"), False, True),
        (person("ian", "hill"), person("ina", "hill"), True, True),
        (person("jck", "hill"), person("jack", "hill"), True, True),
        (person("tim", "hill"), person("tom", "hill"), False, True),
        # married: the same given name in full, and no other birth day
        (person("ada", "byron", "1815-12-10"), person("ada", "king", "1815-12-10"), True, True),
        (person("ada", "byron"), person("ada", "king"), True, True),
        (person("ada", "byron", "1815-12-10"), person("ada", "king", "1841-02-07"), False, False),
        (person("a", "byron", "1815-12-10"), person("a", "king", "1815-12-10"), False, True),
        # twins
        (person("ada", "hill", "2001-03-04"), person("eve", "hill", "2001-03-04"), False, True),
        # parent and child
        (person("tom", "hill", "1960-03-04"), person("tom", "hill", "1991-08-14"), True, False),
        # day and month swapped, one part off, and the same with another spelling of the name
        (person("tom", "hill", "1960-03-04"), person("tom", "hill", "1960-04-03"), True, True),
        (person("tom", "hill", "1960-03-04"), person("tom", "hill", "1966-03-04"), True, True),
        (person("tom", "hill", "1960-03-04"), person("t", "hill", "1966-03-04"), True, False),
    ],
)
def test_who_may_be_one_person(one: Person, other: Person, names: bool, days: bool) -> None:
    found = agreement(one, other)

    assert (found.names, found.days) == (names, days)


PEOPLE = st.builds(
    person,
    st.sampled_from(["", "a", "ada", "bob", "robert", "hill", "margaret", "margret"]),
    st.sampled_from(["", "h", "hill", "hall", "ada", "lovelace", "lovelcae"]),
    st.sampled_from(["", "1960-03-04", "1960-04-03", "1991-08-14"]),
)


@given(PEOPLE, PEOPLE)
def test_agreement_is_symmetrical(one: Person, other: Person) -> None:
    assert agreement(one, other) == agreement(other, one)


@given(PEOPLE)
def test_everybody_agrees_with_themselves(one: Person) -> None:
    found = agreement(one, one)

    assert found.names
    assert found.days
    assert found.given is (Level.EQUAL if one.given else Level.UNKNOWN)


@pytest.mark.parametrize(
    ("full_name", "parts"),
    [
        ("Ada Byron", ("ada", "byron")),
        ("  DR  Ada  K.  BYRON ", ("ada", "byron")),
        ("Byron", ("", "byron")),
        ("van Dyk, Anna Maria", ("anna", "vandyk")),
        ("Ludwig van Beethoven", ("ludwig", "vanbeethoven")),
        ("Łucja Żak", ("lucja", "zak")),
        ("Mr", ("", "")),
        ("Guest", ("", "")),
        ("", ("", "")),
        (None, ("", "")),
    ],
)
def test_a_full_name_has_two_parts(full_name: str | None, parts: tuple[str, str]) -> None:
    given_name, family = parted(pa.array([full_name], pa.string()))

    assert (given_name[0].as_py(), family[0].as_py()) == parts


def test_no_names_have_no_keys() -> None:
    assert keys(pa.array([], pa.string())).to_pylist() == []

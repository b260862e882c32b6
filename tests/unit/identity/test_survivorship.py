"""Which value of a person's records is shown."""

from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from customers.identity.survivorship import Golden, Place, Told, golden, spelled

AT = datetime(2026, 11, 1, tzinfo=UTC)
BORN, OTHER = date(1961, 5, 4), date(1961, 4, 5)


def told(record_id: int, rank: int = 5, days: int = 0, **said: Any) -> Told:
    base = Told(record_id, f"Source {record_id}", rank, AT + timedelta(days=days))
    return base._replace(**said)


def test_nobody_says_anything() -> None:
    assert golden([told(1)]) == Golden(None, None, None)
    assert golden([]) == Golden(None, None, None)


def test_the_most_trusted_source_names_a_person_even_when_it_is_older() -> None:
    chosen = golden([told(1, 3, 9, name="M Holt"), told(2, 1, 0, name="Maria Holt")]).name

    assert chosen is not None
    assert (chosen.value, chosen.source, chosen.told_at) == ("Maria Holt", "Source 2", AT)
    assert chosen.is_disputed


def test_of_equally_trusted_names_the_one_that_most_records_have_then_the_longest() -> None:
    often = [told(1, name="M Holt"), told(2, name="m holt"), told(3, name="Maria Anne Holt")]
    assert golden(often).name.value == "M Holt"  # type: ignore[union-attr]  # there is one here

    once = [told(1, name="M Holt"), told(3, name="Maria Anne Holt")]
    assert golden(once).name.value == "Maria Anne Holt"  # type: ignore[union-attr]  # there is one here


def test_capitals_do_not_make_another_name() -> None:
    chosen = golden([told(1, name="MARIA HOLT"), told(2, name="Maria Holt")]).name

    assert chosen is not None
    assert not chosen.is_disputed


def test_a_birth_day_is_the_majoritys_and_never_between_two() -> None:
    days = [told(1, 1, born_on=OTHER), told(2, 9, born_on=BORN), told(3, 9, born_on=BORN)]
    chosen = golden(days).born_on

    assert chosen is not None
    assert (chosen.value, chosen.is_disputed) == (BORN, True)


def test_of_two_birth_days_the_more_trusted_one_is_shown_and_flagged() -> None:
    chosen = golden([told(1, 2, 9, born_on=OTHER), told(2, 1, born_on=BORN)]).born_on

    assert chosen is not None
    assert (chosen.value, chosen.is_disputed) == (BORN, True)


def test_all_parts_of_an_address_come_from_one_record() -> None:
    place = golden(
        [
            told(1, 1, 9, postcode="YO1 7HH", city="York"),
            told(2, 5, 1, address="3 Mill Lane", postcode="HU1 1AA", city="Hull", country="GB"),
            told(3, 5, 0, address="9 Oak Road", postcode="LN1 1AA", city="Lincoln"),
        ]
    ).place

    assert place is not None
    assert place.value == Place("3 Mill Lane", "HU1 1AA", "Hull", "GB")
    assert place.is_disputed


def test_a_postcode_spelled_otherwise_is_the_same_place() -> None:
    place = golden([told(1, postcode="YO1 7HH"), told(2, postcode="yo17hh")]).place

    assert place is not None
    assert not place.is_disputed


def test_a_full_name_wins_over_its_parts_and_spaces_do_not_count() -> None:
    assert spelled(" Maria   Holt ", "M", "H") == "Maria Holt"
    assert spelled("  ", "Maria ", " Holt") == "Maria Holt"


NAMES = st.sampled_from(["", "Ana Li", "ana li", "Ana Maria Li", "A Li"])
RECORD = st.builds(
    told,
    st.integers(1, 9),
    st.integers(1, 3),
    st.integers(0, 3),
    name=NAMES,
    born_on=st.sampled_from([None, BORN, OTHER]),
    address=st.sampled_from(["", "3 Mill Lane"]),
    postcode=st.sampled_from(["", "YO1 7HH", "HU1 1AA"]),
    city=st.sampled_from(["", "York"]),
)
RECORDS = st.lists(RECORD, max_size=6, unique_by=lambda one: one.record_id)


@given(RECORDS, st.randoms(use_true_random=False))
def test_the_order_of_records_does_not_matter(records: list[Told], random: Random) -> None:
    shuffled = records[:]
    random.shuffle(shuffled)

    assert golden(shuffled) == golden(records)


@given(RECORDS)
def test_what_is_shown_is_what_some_record_says(records: list[Told]) -> None:
    chosen = golden(records)

    assert chosen.name is None or chosen.name.value in {one.name for one in records}
    assert chosen.born_on is None or chosen.born_on.value in {one.born_on for one in records}
    assert chosen.place is None or chosen.place.value in {
        Place(one.address, one.postcode, one.city, one.country) for one in records
    }

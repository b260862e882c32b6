"""From golden rows to a model, proposals and groups: small, seeded, without labels."""

import datetime as dt

import pyarrow as pa
import pyarrow.compute as pc
import pytest

from customers.identity.proposals import Proposals, groups, propose
from customers.identity.recipe import Model, StaleModelError, Thresholds
from customers.identity.training import NothingToCompareError, train
from tests.factories.golden import doubled, golden

BORN = dt.date(1980, 3, 12)
ADA = {"given_name": "Ada", "family_name": "Byron", "born_on": BORN, "email": "ada@example.com"}
HOME = {"address": "12 Mill Lane", "postcode": "AB1 2CD", "city": "Aberdeen"}


@pytest.fixture(scope="module")
def model() -> Model:
    return train(doubled(300, seed=1)[0], seed=1)


@pytest.fixture(scope="module")
def by_hand() -> Model:
    """Return the numbers set by hand, over every column."""
    people = [{**ADA, **HOME, "phone": "+442079460018", "given_name": f"Ada{n}"} for n in range(30)]
    return train(golden(*people), seed=1)


def tiers(found: Proposals) -> dict[tuple[int, int], str]:
    columns = (found.pairs[name].to_pylist() for name in ("a", "b", "tier"))
    return {(a, b): tier for a, b, tier in zip(*columns, strict=True)}


def test_records_of_one_person_find_each_other(model: Model) -> None:
    rows, people = doubled(300, seed=2)

    found = propose(rows, model)
    joined = groups(found, model)

    right = [people[a - 1] == people[b - 1] for a, b in tiers(found)]
    assert all(right)
    assert len(right) >= 297
    assert set(pc.unique(pc.subtract(joined["id"], joined["founder"])).to_pylist()) == {0, 1}


def test_the_same_rows_give_the_same_model_and_proposals(model: Model) -> None:
    rows = doubled(300, seed=1)[0]
    again = train(rows.take(pa.array(reversed(range(600)))), seed=1)

    assert again.columns == model.columns
    assert propose(rows, model).pairs == propose(rows, model).pairs
    assert train(rows, seed=1) == model


def test_a_model_comes_back_from_its_text(model: Model) -> None:
    assert Model.from_json(model.to_json()) == model
    assert model.by_hand == ""
    assert model.figures["records"] == 600

    with pytest.raises(StaleModelError, match="train again"):
        Model.from_json(model.to_json().replace('"config": "', '"config": "0'))


def test_no_clear_text_comes_out(model: Model) -> None:
    types = propose(doubled(50, seed=3)[0], model).pairs.schema

    assert [field.name for field in types if pa.types.is_string(field.type)] == ["tier"]


def test_too_few_records_use_the_numbers_set_by_hand(by_hand: Model) -> None:
    assert by_hand.by_hand == "30 records are too few to train on: the numbers were set by hand."
    assert by_hand.vetoes == ("given", "born")
    assert by_hand.thresholds == Thresholds()


def test_one_column_is_nothing_to_compare_by() -> None:
    with pytest.raises(NothingToCompareError):
        train(golden(*[{"given_name": "Ada"}] * 30), seed=1)


def among_others(model: Model, *people: dict[str, object]) -> Proposals:
    """Propose among these people (ids 1, 2, ...) and 200 more, so that their values are rare."""
    others = [
        {
            "given_name": f"{chr(97 + n % 26)}{chr(97 + n // 26)}xq",
            "family_name": f"{chr(97 + n // 26)}{chr(97 + n % 26)}wz",
            "born_on": dt.date(1930, 1, 1) + dt.timedelta(days=97 * n),
            "address": f"{n} Road {chr(97 + n % 26)}",
            "postcode": f"Z{n} {n % 9}XX",
            "city": f"City {chr(97 + n % 26)}{chr(97 + n // 26)}",
            "email": f"{n}@example.org",
        }
        for n in range(200)
    ]
    return propose(golden(*people, *others), model)


@pytest.mark.parametrize(
    ("other", "tier"),
    [
        ({**ADA, **HOME}, "confirmed"),
        ({**ADA, **HOME, "given_name": "Adah"}, "probable"),
        ({**ADA, **HOME, "given_name": "Augusta"}, "conflict"),
        ({**ADA, **HOME, "born_on": dt.date(1955, 9, 28)}, "conflict"),
    ],
)
def test_what_a_pair_is_held_for(by_hand: Model, other: dict[str, object], tier: str) -> None:
    found = among_others(by_hand, {**ADA, **HOME}, other)

    assert tiers(found)[1, 2] == tier


def test_father_and_son_of_one_name_stay_apart(by_hand: Model) -> None:
    father = {**ADA, **HOME, "family_name": "Byron Sr", "born_on": None}
    son = {**father, "family_name": "Byron Jr"}

    assert tiers(among_others(by_hand, father, son))[1, 2] == "conflict"


def test_whoever_could_be_either_of_two_waits_for_a_person(by_hand: Model) -> None:
    older = {**ADA, **HOME, "born_on": dt.date(1950, 7, 28)}
    younger = {**ADA, **HOME}
    either = {**ADA, **HOME, "born_on": None, "email": None}

    found = tiers(among_others(by_hand, older, younger, either))

    assert (found[1, 2], found[1, 3], found[2, 3]) == ("conflict", "review", "review")

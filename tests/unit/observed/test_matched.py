import numpy as np
import pytest

from reports.evidence.sums import EmptyArmError, NoSpreadError, NotFiniteError
from reports.observed.matched import matched
from tests.factories.evidence import close

BEFORE = {
    "north": [10.0, 11, 12],
    "south": [20.0, 21, 23],
    "north twin": [10.0, 11, 12.5],
    "south twin": [20.0, 21, 22],
    "far": [90.0, 80, 95],
}
AFTER = {"north": 15.0, "south": 26.0, "north twin": 12.0, "south twin": 22.0, "far": 90.0}


def test_each_unit_is_held_beside_its_twin() -> None:
    found = matched(BEFORE, AFTER, ["north", "south"], neighbours=1)

    assert found.neighbours == {"north": ("north twin",), "south": ("south twin",)}
    north = (15 - 11) - (12 - np.mean([10, 11, 12.5]))
    south = (26 - np.mean([20, 21, 23])) - (22 - 21)
    assert close(found.effect.effect, float(np.mean([north, south])))
    assert found.effect.units == (2, 2)
    assert found.unlike < 0.25
    assert found.effect.sentence.endswith("so evidence D at best.")


def test_no_effect_is_seldom_found_among_alike_stores() -> None:
    rng = np.random.default_rng(60)
    false = 0
    for _ in range(200):
        usual = rng.normal(100, 15, 120)
        weeks = usual[:, None] + rng.normal(0, 5, (120, 9))
        names = [str(place) for place in range(120)]
        before = {name: row[:8].tolist() for name, row in zip(names, weeks, strict=True)}
        after = {name: float(row[8]) for name, row in zip(names, weeks, strict=True)}
        false += matched(before, after, names[:30]).effect.p < 0.05

    assert false <= 24


def test_units_that_cannot_be_matched_are_said() -> None:
    with pytest.raises(EmptyArmError):
        matched(BEFORE, AFTER, ["north"])
    with pytest.raises(EmptyArmError):
        matched(BEFORE, AFTER, ["north", "south"], neighbours=4)
    with pytest.raises(NotFiniteError, match="no value in some period"):
        matched(BEFORE | {"far": [1.0]}, AFTER, ["north", "south"])
    with pytest.raises(NotFiniteError, match="not a finite number"):
        matched(BEFORE, AFTER | {"far": float("inf")}, ["north", "south"])
    with pytest.raises(NoSpreadError):
        matched({name: [1.0] for name in "abcde"}, dict.fromkeys("abcde", 1.0), ["a", "b"])

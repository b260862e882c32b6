"""Who fits a definition, answered from columns."""

from datetime import date, timedelta

import numpy as np
import pytest

from campaigns.audience.definition import EVERYBODY, Condition, Definition, Group
from campaigns.audience.due import due_days
from campaigns.audience.members import Known, columns_of, members, scores
from campaigns.audience.traits import day_number, dtype_of

TODAY = date(2026, 11, 22)
KNOWN = Known(
    TODAY,
    {"recency": [1, 2, 3, 4], "frequency": [1, 1, 1, 2], "monetary": [10_00, 20_00, 30_00, 40_00]},
    {"Garden": ["Paint"]},
)


def ago(days: int) -> int:
    return day_number(TODAY - timedelta(days=days))


COLUMNS = {
    name: np.array(values, dtype_of(name))
    for name, values in {
        # nobody, Ann, Ben, Cai
        "everybody": [0, 1, 1, 1],
        "bought": [0, ago(0), ago(364), ago(365)],
        "ordered": [0, ago(0), ago(364), ago(365)],
        "orders": [0, 3, 1, 0],
        "order_count": [0, 3, 1, 0],
        "spend": [0, 41_00, 20_00, 99_00],
        "category:Garden": [0, ago(89), ago(90), 0],
        "category:Paint": [0, ago(5), 0, ago(500)],
        "consent:email:marketing": [0, 1, 0, 1],
        "complaint": [0, ago(13), ago(14), 0],
        "due": [0, ago(2) << 16 | ago(-1), ago(2) << 16 | ago(0), ago(-1) << 16 | ago(-9)],
    }.items()
}
NAMES = ["nobody", "Ann", "Ben", "Cai"]


def fitting(definition: Definition) -> set[str]:
    wanted = columns_of(definition, KNOWN.goes_with)
    found = members(definition, {name: COLUMNS[name] for name in wanted}, KNOWN)
    return {name for name, fits in zip(NAMES, found, strict=True) if fits}


@pytest.mark.parametrize(
    ("condition", "names"),
    [
        (Condition("category", "Garden", 90), {"Ann"}),
        (Condition("category", "Garden", 91), {"Ann", "Ben"}),
        (Condition("category", "Garden", 90, is_not=True), {"Ben", "Cai"}),
        (Condition("bought", number=365), {"Ann", "Ben"}),
        (Condition("bought", number=366), {"Ann", "Ben", "Cai"}),
        (Condition("orders", number=2), {"Ann"}),
        (Condition("spend", number=41), {"Ann", "Cai"}),
        (Condition("consent", "email:marketing"), {"Ann", "Cai"}),
        (Condition("complaint"), {"Ann"}),
        (Condition("due"), {"Ann"}),
        (Condition("likes_with", "Garden"), {"Cai"}),
        (Condition("monetary", number=5), {"Ann"}),
        (Condition("monetary", number=2), {"Ann", "Ben"}),
        (Condition("monetary", number=1, is_not=True), {"Cai"}),
        (Condition("frequency", number=2), {"Ann"}),
    ],
)
def test_a_condition_holds_or_not(condition: Condition, names: set[str]) -> None:
    assert fitting(Definition("all", (Group("all", (condition,)),))) == names


def test_without_a_condition_it_is_everybody() -> None:
    assert fitting(EVERYBODY) == {"Ann", "Ben", "Cai"}


GARDEN, MAIL = Condition("category", "Garden", 91), Condition("consent", "email:marketing")


@pytest.mark.parametrize(
    ("match", "names"), [("all", {"Ann"}), ("any", {"Ann", "Ben", "Cai"}), ("none", set())]
)
def test_a_group_wants_all_any_or_none(match: str, names: set[str]) -> None:
    assert fitting(Definition("all", (Group(match, (GARDEN, MAIL)),))) == names  # type: ignore[arg-type]  # keywords of several types in one dictionary


def test_groups_are_joined_by_and_or_or() -> None:
    groups = (Group("all", (GARDEN,)), Group("none", (MAIL,)))

    assert fitting(Definition("all", groups)) == {"Ben"}
    assert fitting(Definition("any", groups)) == {"Ann", "Ben"}


def test_what_is_due_is_kept_as_the_window_that_opens_first() -> None:
    days = [date(2026, 8, 24), date(2026, 9, 23), date(2026, 10, 23), date(2026, 11, 22)]
    early = [day - timedelta(days=7) for day in days]

    (first, of_category), *_ = [
        due_days([(7, "Bulbs", "Lighting", days), (7, "Seed", "", early)], date(2026, 11, 23))
    ]

    assert {first[1], of_category[1]} == {"due", "due:Lighting"}
    opens, closes = first[2] >> 16, first[2] & 0xFFFF
    assert (opens, closes) == (
        day_number(date(2026, 12, 15) - timedelta(days=7)),
        day_number(date(2026, 12, 15) + timedelta(days=15)),
    )


@pytest.mark.parametrize("number", [1, 2, 3, 4, 5])
@pytest.mark.parametrize("score", ["recency", "frequency", "monetary"])
def test_a_score_is_asked_by_one_comparison_and_answers_the_same(score: str, number: int) -> None:
    rng = np.random.default_rng(2026)
    columns = {
        "everybody": np.ones(500, "<u1"),
        "ordered": rng.integers(ago(500), ago(0), 500).astype("<u2"),
        "order_count": rng.integers(0, 5, 500).astype("<u2"),
        "spend": rng.integers(0, 6_000, 500).astype("<u4"),
    }
    known = KNOWN._replace(cuts={**KNOWN.cuts, "recency": [ago(400), ago(300), ago(200), ago(9)]})
    asked = Definition("all", (Group("all", (Condition(score, number=number),)),))

    found = members(asked, columns, known)

    of = columns[{"recency": "ordered", "frequency": "order_count", "monetary": "spend"}[score]]
    expected = scores(of, columns["ordered"], known.cuts[score], TODAY) >= number
    assert found.tolist() == expected.tolist()

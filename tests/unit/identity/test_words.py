"""Evidence in words, and the same comparisons on another engine."""

import json

import pytest

from customers.identity.comparisons import BY_COLUMN, COMPARISONS, by_hand, settings
from customers.identity.words import WORDS, evidence


def test_every_level_has_its_words() -> None:
    assert {column: set(levels) for column, levels in WORDS.items()} == {
        comparison.column: set(comparison.keys()) for comparison in COMPARISONS
    }


def test_evidence_starts_with_what_weighs_most() -> None:
    levels = {"given": -1, "family": 2, "born": 5, "postcode": 3, "phone": 0}
    parts = {"given": 0.0, "family": 6.1, "born": 12.9, "postcode": 9.8, "phone": -1.4}

    assert ", ".join(evidence(levels, parts)) == (
        "same birth day, same postcode, surname spelled nearly alike, different phone numbers"
    )


@pytest.mark.parametrize(
    ("namesakes", "said"),
    [
        (0, "same birth day, same surname, same given name"),
        (2, "same birth day, same surname, nobody else has this name, same given name"),
        (3, "same birth day, same surname, same given name"),
    ],
)
def test_evidence_says_where_nobody_else_has_the_name(namesakes: int, said: str) -> None:
    levels = {
        column: BY_COLUMN[column].keys().index("same") for column in ("given", "family", "born")
    }
    parts = {"given": 5.0, "family": 6.1, "born": 12.9}

    assert ", ".join(evidence(levels, parts, namesakes=namesakes)) == said


def test_numbers_set_by_hand_are_shares_and_no_level_weighs_what_another_does() -> None:
    for levels in by_hand([comparison.column for comparison in COMPARISONS]).values():
        assert abs(sum(m for m, _ in levels.values()) - 1) < 1e-9
        assert all(0 < share < 1 for pair in levels.values() for share in pair)
        weights = [m / u for m, u in levels.values()]
        assert len({round(weight, 9) for weight in weights}) == len(weights)


def test_the_same_settings_can_be_written_for_spark() -> None:
    columns = ("given", "family", "born")

    found = settings(
        columns, prior=0.001, rules=["key_born"], numbers=by_hand(columns), dialect="spark"
    )

    text = json.dumps(found.create_settings_dict("spark"))
    assert "jaro_winkler(given_l, given_r) >= 0.92" in text
    assert "jaro_winkler_similarity" not in text.lower().replace("jarowinkler", "jaro_winkler")

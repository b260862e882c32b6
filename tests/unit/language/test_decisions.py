import pytest

from strategy.language import decisions
from strategy.language.dates import every
from strategy.language.decisions import Decision
from strategy.language.gaps import measure_gap


def test_a_verdict_asks_for_a_decision_with_its_reason() -> None:
    asked = decisions.on_verdict(
        "Basket rescue",
        "Conversion rate +12.7% (2.2 to 24.2)",
        harmed=["Opt-outs"],
        unsafe=["Contacts", "Complaints"],
    )

    assert asked == Decision(
        "Decide on Basket rescue",
        "Conversion rate +12.7% (2.2 to 24.2). Harmed: opt-outs. "
        "Not shown safe: contacts and complaints.",
    )


def test_data_on_hold_ask_for_an_explanation() -> None:
    assert decisions.on_hold("Basket rescue", ["Sample ratio"]) == Decision(
        "Explain the data of Basket rescue",
        "Sample ratio failed. No verdict before it is explained.",
    )
    assert decisions.on_hold("Basket rescue", []).reason == "No verdict before it is explained."


def test_missing_signatures_are_named_up_to_three() -> None:
    few = decisions.unsigned(4, ["Customer service", "Merchandising"], 12)
    many = decisions.unsigned(4, ["A", "B", "C", "D"], 1)

    assert few == Decision(
        "Get sheet v4 signed", "Customer service and Merchandising have not signed. 12 days open."
    )
    assert many.reason == "Four departments have not signed. One day open."


def test_stale_sources_are_to_be_loaded_again() -> None:
    assert decisions.stale(["Web shop"], "28 Sep, 56 days ago") == Decision(
        "Bring Web shop up to date", "Nothing since 28 Sep, 56 days ago. Do not quote its numbers."
    )
    assert decisions.stale(["Web shop", "Tills"], "") == Decision(
        "Bring two sources up to date", "Web shop: nothing came yet. Do not quote its numbers."
    )


def test_a_guardrail_over_its_limit_is_to_be_brought_back() -> None:
    assert decisions.over_limit("Opt-outs", "3.9", "3.0", 3, is_floor=False) == Decision(
        "Bring opt-outs back under the limit",
        "3.9 against a limit of 3.0, over it for three weeks.",
    )
    assert decisions.over_limit("Satisfaction", "82%", "84%", 1, is_floor=True) == Decision(
        "Bring satisfaction back above the floor",
        "82% against a floor of 84%, under it for one week.",
    )


def test_a_draft_that_starts_soon_is_to_be_proposed() -> None:
    assert decisions.not_agreed("Wi-fi welcome", "Mon 30 Nov", is_proposed=False) == Decision(
        "Propose Wi-fi welcome", "Starts Mon 30 Nov and is still a draft."
    )
    assert decisions.not_agreed("Wi-fi welcome", "Mon 30 Nov", is_proposed=True) == Decision(
        "Approve Wi-fi welcome", "Starts Mon 30 Nov and is not agreed yet."
    )


@pytest.mark.parametrize(
    ("value", "expected", "unit", "fewer", "text"),
    [
        (0.331, 0.351, "share", False, "2.0 points short"),
        (0.531, 0.525, "share", False, "0.6 points ahead"),
        (0.0063, 0.0068, "share", False, "0.05 points short"),
        (3.9, 3.0, "per 1,000 contacts", True, "0.90 too many"),
        (2.7, 2.9, "per 1,000 contacts", True, "0.20 ahead"),
        (19.5, 20.75, "money:GBP", False, "£1.25 short"),
        (3.0, 3.0, "per 1,000 contacts", True, "as expected"),
    ],
)
def test_a_gap_is_said_in_the_measures_unit(
    value: float, expected: float, unit: str, fewer: bool, text: str
) -> None:
    assert measure_gap(value, expected, unit, fewer_is_better=fewer) == text


def test_promises() -> None:
    assert [every(hours) for hours in (1, 6, 24, 168, 876_000)] == [
        "Every hour",
        "Every 6 hours",
        "Every day",
        "Every week",
        "Once",
    ]

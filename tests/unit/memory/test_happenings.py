"""What happened, in words."""

from decimal import Decimal

import pytest

from customers.memory.happenings import Happening, timeline, title_of
from tests.factories.happenings import NOW, desk, happened


def titles(*events: Happening, names: dict[str, str] | None = None) -> list[str]:
    return [told.title for told in timeline(events, names or {}, NOW)]


def notes(*events: Happening) -> list[str]:
    return [told.note for told in timeline(events, {}, NOW)]


def test_an_order_and_its_lines_are_one_line() -> None:
    order = happened("order", product="Compost 50 l", order_id="L1", amount=Decimal("9.50"))
    line = happened("order_line", product="Bedding plants", quantity=2, order_id="L1")

    assert titles(line, order) == ["Bought 2 Bedding plants and Compost 50 l"]
    assert notes(line, order._replace(store="York")) == ["York. £9.50. Order L1"]


def test_orders_of_one_moment_without_a_number_stay_apart() -> None:
    one, other = happened("order", product="Pan"), happened("order", product="Kettle")

    assert titles(one, other) == ["Bought Pan", "Bought Kettle"]


def test_a_large_basket_names_the_first_things_and_counts_the_rest() -> None:
    lines = [happened("order_line", product=f"P{n}", order_id="L1") for n in range(5)]

    assert titles(*lines) == ["Bought P0, P1 and 3 more things"]


def test_opens_and_clicks_stand_with_their_message() -> None:
    sent = happened("contact", 2, channel="email", initiative="bulbs")
    opened = happened("open", 1.9, channel="email", initiative="bulbs")
    clicked = happened("click", 1.8, channel="email", initiative="bulbs")

    told = timeline([clicked, opened, sent], {"bulbs": "Bulb reminder"}, NOW)

    assert [(one.title, one.note) for one in told] == [
        ("Bulb reminder, by email", "Opened. Clicked")
    ]


def test_an_open_without_its_message_stands_alone() -> None:
    late = happened("open", 1, channel="email", initiative="bulbs")
    sent = happened("contact", 9, channel="email", initiative="bulbs")

    assert titles(late, sent, names={"bulbs": "Bulb reminder"}) == [
        "Opened Bulb reminder",
        "Bulb reminder, by email",
    ]


def test_the_year_is_named_when_it_is_another() -> None:
    told = timeline([happened("visit"), happened("visit", 400)], {}, NOW)

    assert [one.when for one in told] == ["Sun 22 Nov", "Sun 19 Oct 2025"]


@pytest.mark.parametrize(
    ("event", "title"),
    [
        (happened("visit", channel="website"), "Visited the website"),
        (happened("visit"), "Visited us online"),
        (happened("view", product="Pan"), "Looked at Pan"),
        (happened("view"), "Looked at something online"),
        (happened("return", product="Pan"), "Returned Pan"),
        (happened("return"), "Returned something"),
        (happened("contact", channel="text"), "A message by text"),
        (happened("contact"), "A message"),
        (happened("contact", channel="call", transactional=True), "We answered by phone"),
        (happened("open", channel="email"), "Opened an email"),
        (happened("click"), "Clicked in a message"),
        (happened("opt_out", channel="text"), "Asked for no more texts"),
        (happened("spam_report"), "Reported a message as spam"),
        (happened("complaint", product="Table"), "Complained about Table"),
        (happened("complaint"), "Complained"),
        (happened("service_case"), "Asked the service desk"),
        (
            desk("service_case", product="Table", category="delivery"),
            "Asked about Table (delivery)",
        ),
        (desk("complaint", product="Table", category="complaint"), "Complained about Table"),
        (happened("survey_answer", score=9), "Gave us 9 of 10"),
        (happened("survey_answer"), "Answered a survey"),
        (happened("store_visit", store="York"), "Came to the store in York"),
        (happened("store_visit"), "Came to a store"),
        (happened("consent_change"), "Changed what we may send"),
        (happened("other"), "Something else happened"),
        (happened("order"), "Bought something"),
    ],
)
def test_each_kind_has_its_words(event: Happening, title: str) -> None:
    assert titles(event) == [title]


def test_a_message_of_an_initiative_is_called_by_its_name() -> None:
    sent = happened("contact", channel="post", initiative="bulbs")

    assert title_of(sent, {"bulbs": "Bulb reminder"}) == "Bulb reminder, by post"


def test_what_came_back_is_an_amount_without_a_sign() -> None:
    assert notes(happened("return", amount=Decimal(-12), currency="EUR")) == ["€12.00 back"]


def test_an_order_without_a_shop_was_made_online() -> None:
    assert notes(happened("order", channel="website", product="Pan")) == ["Online"]

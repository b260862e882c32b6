"""What comes to mind about a customer, and what is said of it."""

from datetime import timedelta

from customers.memory.conversation import answer, conversation, shops, usually
from customers.memory.recall import Pair, companions, recall, something_new
from tests.factories.happenings import NOW, desk, happened

BULBS = [
    happened("order", days, product="Bulbs", category="lighting", quantity=4, store="York")
    for days in (180, 120, 60)
] + [happened("order_line", 240, product="Bulbs", category="lighting", store="York")]
TABLE = desk("complaint", 3, product="Table", category="complaint", order_id="L7")


def test_nothing_is_known_of_somebody_without_events() -> None:
    known = recall([], NOW)

    assert (known.last_seen, known.cases, known.due, known.places) == ([], [], [], [])
    assert answer(known, NOW.date()) == "We know no more."
    assert conversation(known, [], [], NOW) == ([], [])


def test_what_we_sent_is_not_being_seen() -> None:
    known = recall([happened("contact"), happened("visit", 5)], NOW)

    assert [one.kind for one in known.last_seen] == ["visit"]
    assert answer(known, NOW.date()) == "They have bought nothing yet that we know of."


def test_the_last_basket_is_seen_whole() -> None:
    order = happened("order", 2, product="Pan")
    line = happened("order_line", 2, product="Kettle")

    assert [one.product for one in recall([line, order], NOW).last_seen] == ["Pan", "Kettle"]


def test_a_clock_that_runs_ahead_is_not_believed() -> None:
    assert recall([happened("order", -2)], NOW).last_seen == []


def test_a_thing_bought_evenly_is_due_again() -> None:
    known = recall(BULBS, NOW)

    assert [(due.product, due.quantity, due.rhythm.every_days) for due in known.due] == [
        ("Bulbs", 4, 60)
    ]
    assert answer(known, NOW.date()) == "Bulbs: due about 23 November."
    assert usually(known.due[0]) == "Bought every 60 days, four times, last on 24 September 2026"
    assert conversation(known, BULBS, [], NOW).dos == [
        "“You bought Bulbs on 24 September. Shall I get you four more?”"
    ]


def test_a_thing_that_is_late_was_due() -> None:
    known = recall([one._replace(at=one.at - timedelta(days=9)) for one in BULBS], NOW)

    assert answer(known, NOW.date()) == "Bulbs: due since about 14 November."


def test_an_unanswered_complaint_comes_first() -> None:
    events = [*BULBS, TABLE]
    known = recall(events, NOW)

    assert (
        answer(known, NOW.date())
        == "The complaint about Table first. Then Bulbs: due about 23 November."
    )
    said = conversation(known, events, [], NOW)
    assert said.dos[0] == (
        "Apologise for the complaint about Table of 20 November (order L7). "
        "Nobody is known to have answered it."
    )
    assert said.donts == ["Sell before the complaint about Table is settled."]


def test_a_question_is_asked_about_and_comes_after_complaints() -> None:
    question = desk("service_case", 9, category="delivery")
    known = recall([question, TABLE], NOW)

    assert [case.is_complaint for case in known.cases] == [True, False]
    assert conversation(known, [], [], NOW).dos[1] == (
        "Ask whether the question about delivery of 14 November is settled. "
        "Nobody is known to have answered it."
    )


def test_a_case_that_the_desk_answered_is_settled_and_so_is_an_old_one() -> None:
    called = desk("contact", 2, transactional=True)

    assert recall([TABLE, called], NOW).cases == []
    assert recall([desk("complaint", 15)], NOW).cases == []
    assert recall([TABLE, desk("contact", 4, transactional=True)], NOW).cases != []
    assert recall([TABLE, happened("contact", 2)], NOW).cases != []


def test_what_they_looked_at_online_is_not_mentioned() -> None:
    looked = happened("view", 7, source="Shop")

    said = conversation(recall([looked], NOW), [looked], [], NOW)
    assert said.donts == ["Mention what they looked at online on 16 November."]

    bought = happened("order", 6)
    assert conversation(recall([looked], NOW), [looked, bought], [], NOW).donts == []
    assert conversation(recall([looked], NOW), [happened("view", 31)], [], NOW).donts == []


def test_channels_that_were_refused_are_not_offered() -> None:
    said = conversation(recall([], NOW), [], ["text", "text", "every channel"], NOW)

    assert said.donts == [
        "Offer to text them anything: texts are refused.",
        "Offer them anything by every channel: they refused it.",
    ]


def test_where_they_shop_is_counted_in_days() -> None:
    online = happened("order", 1, source="Web shop")
    known = recall([*BULBS, online, online._replace(pk=0)], NOW)

    assert shops(known) == "York on four days, Web shop on one day"
    assert known.bought_count == 5


def test_what_goes_with_the_due_thing_and_was_never_bought() -> None:
    known = recall([*BULBS, happened("order", 1, product="Pan")], NOW)
    pairs = [
        Pair("Bulbs", "Fuses", 40, 0.4, 3.0),
        Pair("Bulbs", "Dimmer", 50, 0.5, 2.0),
        Pair("Bulbs", "Pan", 60, 0.6, 2.0),
        Pair("Pan", "Lid", 90, 0.9, 2.0),
    ]

    assert [pair.goes_with for pair in companions(pairs, known)] == ["Dimmer", "Fuses"]
    assert [pair.goes_with for pair in companions(pairs[3:], known)] == ["Lid"]
    assert companions([], known) == []


def test_something_new_is_outside_what_they_buy_and_not_for_everybody() -> None:
    pairs = [
        Pair("lighting", "garden", 40, 0.4, 1.5),
        Pair("lighting", "tools", 60, 0.6, 0.9),
        Pair("lighting", "paint", 90, 0.9, 2.0),
        Pair("kitchen", "bedroom", 90, 0.9, 2.0),
    ]

    found = something_new(pairs, ["lighting", "paint"])

    assert found is not None
    assert found.goes_with == "garden"
    assert something_new(pairs[1:2], ["lighting"]) is None

import json
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from customers.intake.segment import EventRow, Join, Taken, read
from customers.intake.values import RefusedError

NOW = datetime(2026, 11, 25, 12, 0, tzinfo=UTC)
KEY = b"key"
LONDON = ZoneInfo("Europe/London")
PAYLOADS = Path(__file__).parents[4] / "shared/data/segment_spec/spec_payloads.jsonl"


def take(**message: Any) -> Taken:
    said = {"type": "track", "userId": "u1", "messageId": "m1"} | message
    return read(said, received_at=NOW, zone=LONDON, key=KEY)


def event(name: str, **properties: Any) -> EventRow:
    return take(event=name, properties=properties).events[0]


def test_an_order_is_its_revenue_and_its_lines() -> None:
    taken = take(
        event="Order Completed",
        properties={
            "order_id": "o1",
            "revenue": 22.5,
            "total": 27.5,
            "currency": "gbp",
            "affiliation": "Leeds",
            "products": [{"product_id": "p1", "price": "19", "quantity": 2, "category": "Games"}],
        },
    )

    order, line = taken.events
    assert order == EventRow(
        "order", "m1", "u1", NOW, order_id="o1", amount=Decimal("22.5"), currency="GBP",
        store="Leeds",
    )  # fmt: skip
    assert line == order._replace(
        event="order_line", event_id="m1:1", amount=Decimal(38), quantity=2, product="p1",
        category="Games",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("properties", "amount"),
    [
        ({"subtotal": 20, "total": 25}, "20"),
        ({"total": 30, "tax": 4, "shipping": 3.5}, "22.5"),
        ({"revenue": "12.34567"}, "12.3457"),
        ({"revenue": None, "total": float("inf")}, None),
        ({}, None),
    ],
)
def test_without_revenue_an_order_is_what_comes_nearest(
    properties: dict[str, Any], amount: str | None
) -> None:
    assert event("Order Completed", **properties).amount == (amount and Decimal(amount))


@pytest.mark.parametrize("sent", ["12.5", "-12.5"])
def test_money_given_back_is_below_zero_however_it_is_sent(sent: str) -> None:
    assert event("Order Refunded", total=sent).amount == Decimal("-12.5")


@pytest.mark.parametrize(
    ("name", "kind", "channel"),
    [
        ("Order Refunded", "return", ""),
        ("Order Cancelled", "return", ""),
        ("product  VIEWED", "view", ""),
        ("Email Delivered", "contact", "email"),
        ("Email Opened", "open", "email"),
        ("Email Link Clicked", "click", "email"),
        ("Unsubscribed", "opt_out", "email"),
        ("Email Marked as Spam", "spam_report", "email"),
        ("Push Notification Received", "contact", "push"),
        ("Live Chat Conversation Started", "service_case", "chat"),
        ("Segment Consent Preference Updated", "consent_change", ""),
        ("Store Visit", "store_visit", ""),
        ("survey_answer", "survey_answer", ""),
        ("Signed Up", "other", ""),
    ],
)
def test_each_name_has_its_kind(name: str, kind: str, channel: str) -> None:
    found = event(name)

    assert (found.event, found.channel) == (kind, channel)


def test_an_unknown_event_keeps_its_name() -> None:
    assert event("Product Added", category="Games").category == "Product Added"


def test_an_experiment_names_initiative_and_arm() -> None:
    found = event("Experiment Viewed", experiment_id="spring-mail", variation_id="Holdout")

    assert (found.initiative, found.arm) == ("spring-mail", "holdout")
    assert event("Experiment Viewed", variation_id="blue").arm == ""


@pytest.mark.parametrize(
    ("said", "sent", "expected"),
    [
        ("2026-11-25T11:00:00Z", None, "2026-11-25T11:00:00+00:00"),
        ("2026-11-25T11:00:00", None, "2026-11-25T11:00:00+00:00"),
        ("2026-11-25T11:00:00+02:00", None, "2026-11-25T09:00:00+00:00"),
        ("2026-11-25T11:00:00.123456789Z", None, "2026-11-25T11:00:00.123456+00:00"),
        (None, "2015-01-01T00:00:00Z", "2026-11-25T12:00:00+00:00"),
        ("2015-02-23T22:28:50Z", "2015-02-23T22:28:55Z", "2026-11-25T11:59:55+00:00"),
        ("2031-01-01T00:00:00Z", "2031-01-01T00:01:00Z", "2026-11-25T11:59:00+00:00"),
        ("2026-11-25T12:09:00Z", None, "2026-11-25T12:09:00+00:00"),
    ],
)
def test_the_time_is_corrected_by_the_clock_it_was_sent_by(
    said: str | None, sent: str | None, expected: str
) -> None:
    found = take(event="Signed Up", timestamp=said, sentAt=sent).events[0]

    assert found.at.isoformat() == expected


@pytest.mark.parametrize(
    ("sent", "expected"),
    [
        ("2026-11-25T11:59:00Z", "2026-11-25T11:00:00+00:00"),
        ("2026-11-25T11:54:00Z", "2026-11-25T11:06:00+00:00"),
        ("2026-11-25T12:01:00Z", "2026-11-25T10:59:00+00:00"),
    ],
    ids=["queued", "slow clock", "fast clock"],
)
def test_a_browser_holds_calls_back(sent: str, expected: str) -> None:
    message = {"type": "track", "event": "A", "userId": "u", "sentAt": sent}
    said = message | {"timestamp": "2026-11-25T11:00:00Z"}
    taken = read(said, received_at=NOW, zone=LONDON, key=KEY, on_its_way=timedelta(minutes=5))

    assert taken.events[0].at.isoformat() == expected


@pytest.mark.parametrize(
    "message",
    [
        {"userId": None},
        {"userId": "", "anonymousId": " "},
        {"userId": ["u1"]},
        {"userId": True},
        {"userId": "u" * 201},
        {"userId": "u\x001"},
        {"userId": "u\ud800"},
        {"messageId": "m" * 101},
        {"messageId": {}},
        {"type": "delete"},
        {"type": ["track"]},
        {"event": None},
        {"event": ""},
        {"event": {"name": "Order Completed"}},
        {"timestamp": "yesterday"},
        {"timestamp": 1764072000},
        {"timestamp": "2026-11-25T12:11:00Z"},
        {"timestamp": "1899-12-31T00:00:00Z"},
        {"timestamp": "0001-01-01T00:00:00+14:00"},
        {"timestamp": "9999-12-31T23:59:59Z", "sentAt": "0001-01-02T00:00:00Z"},
        {"sentAt": []},
        {"event": "Order Completed", "properties": {"revenue": -5}},
        {"event": "Order Completed", "properties": {"revenue": 10**15}},
        {"event": "Order Completed", "properties": {"currency": "bitcoin"}},
        {"event": "Survey Answer", "properties": {"score": 11}},
        {"event": "Survey Answer", "properties": {"score": 8.5}},
        {"event": "Order Completed", "properties": {"order_id": "o" * 201}},
    ],
    ids=lambda message: json.dumps(message)[:50],
)
def test_what_can_never_be_accepted_is_refused(message: dict[str, Any]) -> None:
    with pytest.raises(RefusedError) as refusal:
        take(**({"event": "Signed Up"} | message))

    assert str(refusal.value).endswith(".")


@pytest.mark.parametrize("message", ["text", None, 5, [], float("nan")])
def test_what_is_no_object_is_refused(message: Any) -> None:
    with pytest.raises(RefusedError):
        read(message, received_at=NOW, zone=LONDON, key=KEY)


@pytest.mark.parametrize(
    "properties",
    [
        None,
        [],
        "text",
        {"products": "none"},
        {"products": [None, 5]},
        {"revenue": float("nan"), "score": "high", "quantity": 10**40},
        {"category": "\ud800\x00" * 300, "store": {"a": 1}},
    ],
    ids=repr,
)
def test_odd_properties_lose_themselves_and_not_the_event(properties: Any) -> None:
    found = take(event="Order Completed", properties=properties).events[0]

    assert (found.event, found.event_id) == ("order", "m1")
    json.dumps(found, default=str).encode()


def test_a_score_of_ten_is_one_and_other_events_may_have_any() -> None:
    assert event("Survey Answer", score="10").score == 10
    assert event("Survey Answer", score="never").score is None
    assert event("Product Reviewed", rating=87.5).score == 87.5


def test_nobody_is_born_after_they_are_spoken_of() -> None:
    for day, expected in (("2026-11-25", {"born_on": "2026-11-25"}), ("2026-11-26", {})):
        record = take(type="identify", traits={"birthday": day}).record

        assert record is not None
        assert record.attributes == expected


def test_ids_may_be_whole_numbers_and_blocked_values_are_nobody() -> None:
    assert take(event="Signed Up", userId=12).events[0].external_id == "12"
    assert take(event="Signed Up", userId="0000", anonymousId="a").events[0].external_id == "a"
    assert take(event="Signed Up", userId="anonymous").events[0].external_id is None


def test_a_message_without_an_id_gets_one_from_its_content() -> None:
    at = {"timestamp": "2026-11-25T11:00:00Z"}
    first = take(event="A", messageId=None, sentAt="2026-11-25T12:00:00Z", **at)
    again = take(event="A", messageId=None, sentAt="2026-11-25T12:00:01Z", **at)
    other = take(event="B", messageId=None, **at)

    assert first.events[0].event_id == again.events[0].event_id
    assert first.events[0].event_id != other.events[0].event_id


def test_a_day_of_views_is_one_visit() -> None:
    summer = datetime(2026, 7, 1, tzinfo=UTC)
    ids = [
        take(
            type="page", messageId=str(hour), timestamp=(summer + timedelta(hours=hour)).isoformat()
        )
        .events[1]
        .event_id
        for hour in (0, 1, 20, 22, 23)
    ]

    assert len(set(ids[:4])) == 1
    assert ids[4] != ids[0]


def test_pages_and_screens_are_views() -> None:
    page, visit = take(type="page", category="Retail", context={"library": {"name": "x"}}).events
    screen = take(type="screen").events[0]

    assert (page.event, page.channel, page.category) == ("view", "web", "Retail")
    assert (visit.event, visit.channel) == ("visit", "web")
    assert (screen.event, screen.channel) == ("view", "app")


def test_an_identify_says_who_somebody_is() -> None:
    taken = take(
        type="identify",
        anonymousId="a1",
        traits={
            "firstName": "Ada",
            "last_name": "Byron",
            "email": "ada@example.org",
            "birthday": "1815-12-10T00:00:00Z",
            "address": {"street": "1 St James", "postalCode": "SW1", "country": "gb"},
            "plan": "premium",
        },
        context={
            "externalIds": [
                {"id": "C-1", "type": "loyalty_card", "collection": "users", "encoding": "none"},
                {"id": "aa:bb", "type": "wifi_mac", "collection": "users", "encoding": "none"},
                {"id": "zzz", "type": "payment_token", "collection": "users", "encoding": "sha1"},
                {"id": "i", "type": "ga_client_id"},
                None,
            ],
            "consent": {"categoryPreferences": {"Advertising": False, "email.news": True, "x": 1}},
        },
    )

    assert taken.events == []
    assert taken.join == Join("u1", "a1")
    assert taken.record is not None
    assert taken.record.identifiers == {
        "email": "ada@example.org",
        "loyalty_card": "C-1",
        "wifi_device": "aa:bb",
    }
    assert taken.record.attributes == {
        "given_name": "Ada",
        "family_name": "Byron",
        "born_on": "1815-12-10",
        "address": "1 St James",
        "postcode": "SW1",
        "country": "GB",
    }
    assert taken.record.consent == {("online", "advertising"): False, ("email", "news"): True}


def test_a_groups_traits_are_not_its_members() -> None:
    taken = take(type="group", groupId="g", traits={"name": "Initech", "email": "info@x.org"})

    assert taken.record is not None
    assert (taken.record.attributes, taken.record.identifiers) == ({}, {})


@pytest.mark.parametrize(
    ("message", "join"),
    [
        ({"type": "alias", "previousId": "a1"}, Join("u1", "a1")),
        ({"type": "alias", "previousId": "null"}, None),
        ({"type": "alias", "previousId": "u1"}, None),
        ({"type": "identify", "anonymousId": "a1"}, Join("u1", "a1")),
        ({"type": "identify"}, None),
        ({"type": "identify", "userId": "-1", "anonymousId": "a1"}, None),
        ({"event": "Signed Up", "anonymousId": "a1"}, None),
    ],
)
def test_an_alias_and_an_identify_with_both_ids_join(
    message: dict[str, Any], join: Join | None
) -> None:
    assert take(**message).join == join


def as_sent(kind: str, payload: dict[str, Any], number: int) -> dict[str, Any]:
    """Return an example of the specification as an SDK sends it: with an id of the visitor."""
    if kind == "js_call":
        call, args = payload["method"], payload["args"]
        texts = [one for one in args if isinstance(one, str)]
        objects = [one for one in args if isinstance(one, dict)]
        body = objects[0] if objects else {}
        payload = {"type": call}
        if call == "track":
            payload |= {"event": texts[0], "properties": body} if texts else body
        elif call == "page":
            payload |= {"name": texts[-1] if texts else "", "properties": body}
        else:
            key = {"group": "groupId"}.get(call, "userId")
            payload |= {"traits": body} | ({key: texts[0]} if texts else {})
    elif not payload.keys() & {"type", "action"}:
        payload = {"type": "track", "event": "Example", "integrations": payload}
    return {"anonymousId": f"visitor-{number}"} | payload


@pytest.mark.real_data
@pytest.mark.skipif(not PAYLOADS.exists(), reason="the Segment examples are not beside the project")
def test_every_example_of_the_specification_is_accepted() -> None:
    lines = [json.loads(line) for line in PAYLOADS.read_text().splitlines()]

    taken = [
        read(as_sent(one["kind"], one["payload"], number), received_at=NOW, zone=LONDON, key=KEY)
        for number, one in enumerate(lines)
    ]

    assert len(taken) == 132
    kinds = [event.event for one in taken for event in one.events]
    assert kinds.count("order") == 3
    assert {kind: kinds.count(kind) for kind in ("return", "opt_out", "spam_report")} == {
        "return": 2,
        "opt_out": 1,
        "spam_report": 1,
    }

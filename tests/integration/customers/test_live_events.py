import gzip
import json
import tracemalloc
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from io import BytesIO
from typing import Any

import pytest
from django.db import DatabaseError, OperationalError, connection
from django.utils import timezone
from psycopg import errors

from customers.actions.live_events import NEVER_KEPT
from customers.actions.write_keys import make_write_key, retire_write_key
from customers.api import live_events as api
from customers.intake import bodies
from customers.models import Consent, Event, Record, Refusal, StaleWeek, WriteKey
from strategy.models import Role
from tests.factories.customers import SourceFactory
from tests.factories.strategy import person
from tests.sender import TRACK, Sender, basic

pytestmark = pytest.mark.django_db

AT = datetime(2026, 11, 25, 12, tzinfo=UTC)


@pytest.fixture
def shop() -> Sender:
    return Sender(SourceFactory.create(key="web-shop"))


@pytest.mark.parametrize("slash", ["", "/"])
@pytest.mark.parametrize(
    ("call", "short", "kinds"),
    [
        ("identify", "i", []),
        ("track", "t", ["other"]),
        ("page", "p", ["view", "visit"]),
        ("screen", "s", ["view", "visit"]),
        ("group", "g", []),
        ("alias", "a", []),
    ],
)
def test_every_call_and_its_letter(
    shop: Sender, call: str, short: str, kinds: list[str], slash: str
) -> None:
    message = TRACK | {"previousId": "p1", "groupId": "g1"}

    answers = [shop.post(f"{path}{slash}", message) for path in (call, short)]

    assert [(answer.status_code, answer.json()) for answer in answers] == [
        (200, {"success": True})
    ] * 2
    assert sorted(Event.objects.values_list("kind", flat=True)) == kinds
    assert Record.objects.filter(external_id="u1").count() == 1


@pytest.mark.parametrize("path", ["batch", "batch/", "b", "b/"])
def test_a_batch_shares_what_it_says_for_all(shop: Sender, path: str) -> None:
    hour_ago = timezone.now() - timedelta(hours=1)
    message = {"type": "track", "event": "A", "userId": "u1", "timestamp": hour_ago.isoformat()}
    whole = {
        "batch": [message | {"messageId": "m1"}, message | {"messageId": "m2", "type": "page"}],
        "context": {"consent": {"categoryPreferences": {"email.news": False}}},
        "sentAt": (hour_ago + timedelta(seconds=5)).isoformat(),
    }

    assert shop.post(path, whole).status_code == 200

    event = Event.objects.get(event_id="m1")
    assert timezone.now() - event.at == pytest.approx(
        timedelta(seconds=5), abs=timedelta(seconds=3)
    )
    consent = Consent.objects.get(channel="email", purpose="news")
    assert (consent.is_allowed, consent.way) == (False, "live")


def test_keys_are_taken_from_wherever_clients_put_them(shop: Sender) -> None:
    body = TRACK | {"writeKey": shop.key}
    in_message = {"batch": [body | {"type": "track"}]}

    assert shop.post("track", TRACK).status_code == 200
    assert shop.post("track", body, Authorization="").status_code == 200
    assert shop.post("track", body, Authorization="Bearer of-something").status_code == 200
    assert shop.post("track", body, Authorization="Basic ???").status_code == 200
    assert shop.post("b", in_message, Authorization="").status_code == 200
    assert shop.post("b", in_message | {"writeKey": shop.key}, Authorization="").status_code == 200
    assert Event.objects.count() == 1


@pytest.mark.parametrize("authorization", ["", "Bearer x", basic(""), basic("unknown"), "Basic é"])
def test_without_a_good_key_nothing_is_taken(shop: Sender, authorization: str) -> None:
    answer = shop.post("track", TRACK, Authorization=authorization)

    assert (answer.status_code, answer.json()["code"]) == (401, "write_key")
    assert not Event.objects.exists()


def test_keys_are_rotated_without_a_gap(shop: Sender) -> None:
    admin = person(Role.ADMIN)
    newer = make_write_key(source=shop.source, by=admin, at=AT)
    assert shop.post("track", TRACK).status_code == 200
    assert shop.post("track", TRACK, Authorization=basic(newer)).status_code == 200

    older = WriteKey.objects.get(hint=shop.key[-4:])
    retire_write_key(write_key=older, by=admin, at=AT)

    assert shop.post("track", TRACK).status_code == 401
    assert shop.post("track", TRACK, Authorization=basic(newer)).status_code == 200
    assert not WriteKey.objects.filter(digest=newer.encode()).exists()


def test_browsers_may_send_from_anywhere_and_never_with_credentials(shop: Sender) -> None:
    preflight = shop.client.options(
        "/v1/t",
        headers={
            "Origin": "https://shop.example",
            "Access-Control-Request-Method": "POST",
            "Access-Control-Request-Headers": "authorization,content-type,x-retry-count",
        },
    )
    answers = [
        preflight,
        shop.post("t", TRACK, content_type="text/plain", Origin="https://shop.example"),
        shop.post("t", TRACK, Authorization=""),
        shop.client.get("/v1/t"),
    ]

    assert [answer.status_code for answer in answers] == [204, 200, 401, 405]
    for answer in answers:
        assert answer["Access-Control-Allow-Origin"] == "*"
        assert "Access-Control-Allow-Credentials" not in answer
        assert "Set-Cookie" not in answer
    allowed = preflight["Access-Control-Allow-Headers"].lower()
    assert {"authorization", "content-type", "x-retry-count"} <= set(allowed.split(", "))


@pytest.mark.parametrize(("call", "waited"), [("t", 60), ("t/", 60), ("track", 0)])
def test_only_a_browsers_calls_may_have_waited(shop: Sender, call: str, waited: int) -> None:
    minute_ago = (timezone.now() - timedelta(seconds=60)).isoformat()

    shop.post(call, TRACK | {"timestamp": minute_ago, "sentAt": minute_ago})

    ago = timezone.now() - Event.objects.get().at
    assert ago == pytest.approx(timedelta(seconds=waited), abs=timedelta(seconds=5))


def test_what_the_browser_client_reports_about_itself_is_not_kept(shop: Sender) -> None:
    answer = shop.post("m", {"series": []}, Authorization="")

    assert (answer.status_code, answer["Access-Control-Allow-Origin"]) == (200, "*")


def test_no_address_redirects(shop: Sender, settings: Any) -> None:
    settings.SECURE_SSL_REDIRECT = True

    assert shop.post("track", TRACK).status_code == 200
    assert shop.post("track//", TRACK).status_code == 404
    assert shop.post("unknown", TRACK).status_code == 404


def test_gzip_is_unpacked(shop: Sender) -> None:
    body = json.dumps({"batch": [TRACK | {"type": "track"}]}).encode()

    answer = shop.post("batch", gzip.compress(body[:9]) + gzip.compress(body[9:]), **GZIP)

    assert answer.status_code == 200
    assert Event.objects.count() == 1


GZIP = {"Content-Encoding": "gzip"}
BOMB = gzip.compress(b" " * 50_000_000)


@pytest.mark.parametrize(
    ("call", "body", "headers", "code"),
    [
        ("track", b"{", {}, "json"),
        ("track", b"", {}, "json"),
        ("track", b"[]", {}, "json"),
        ("track", b'{"userId": "\xff"}', {}, "json"),
        ("track", b"[" * 20_000, {}, "json"),
        ("batch", b'{"batch": ' + b"[" * 200_000 + b"}", {}, "json"),
        ("track", b'{"a": "' + b"a" * 32 * 1024 + b'"}', {}, "too_large"),
        ("batch", b'{"a": "' + b"a" * 500 * 1024 + b'"}', {}, "too_large"),
        ("batch", BOMB, GZIP, "too_large"),
        ("batch", b"no gzip", GZIP, "gzip"),
        ("batch", gzip.compress(b'{"batch": []}')[:-9], GZIP, "gzip"),
        ("batch", b"{}", {"Content-Encoding": "br"}, "content_encoding"),
        ("batch", b"{}", {}, "batch"),
        ("batch", b'{"batch": {}}', {}, "batch"),
        ("batch", b'{"batch": [' + b"1," * 2_500 + b"1]}", {}, "batch_length"),
        ("track", b'{"event": "A"}', {}, "message"),
        ("track", b'{"userId": "u1"}', {}, "message"),
    ],
    ids=range(17),
)
def test_what_can_never_be_accepted_is_400(
    shop: Sender, call: str, body: bytes, headers: dict[str, str], code: str
) -> None:
    answer = shop.post(call, body, **headers)

    assert answer.status_code == 400
    assert answer.json().keys() == {"code", "message"}
    assert answer.json()["code"] == code
    assert not Event.objects.exists()


def test_a_bomb_is_never_unpacked_beyond_the_limit() -> None:
    tracemalloc.start()
    with pytest.raises(bodies.BadBodyError):
        bodies.unpacked(BytesIO(BOMB), "gzip", bodies.LARGEST_BATCH)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()

    assert peak < 2_000_000


def test_the_limits_themselves_are_accepted(shop: Sender) -> None:
    messages = [
        {"type": "track", "event": "A", "userId": "u", "messageId": str(n)} for n in range(2500)
    ]
    body = json.dumps({"batch": messages}).encode()

    assert shop.post("batch", body + b" " * (500 * 1024 - len(body))).status_code == 200
    assert shop.post("track", json.dumps(TRACK).encode().ljust(32 * 1024)).status_code == 200
    assert Event.objects.count() == 2501


def test_a_message_refused_in_a_batch_loses_no_other(shop: Sender) -> None:
    good = {"type": "track", "event": "A", "userId": "u1"}
    body = json.dumps({
        "batch": [
            good | {"messageId": "m1", "properties": {"score": float("nan"), "quantity": 10**40}},
            good | {"messageId": "m" * 101},
            good | {"messageId": "m2", "properties": {"category": "\ud800\x00"}},
            {"type": "track", "userId": "u2", "messageId": "m3"},
            "text",
            good | {"messageId": "m4", "properties": {"text": "x" * 32 * 1024}},
            good | {"messageId": "m5", "properties": {"revenue": -1, "a": "é" * 200}},
        ]
    })  # fmt: skip

    answer = shop.post(
        "batch", body.replace('"quantity": 1', '"quantity": 1' + "0" * 5000).encode()
    )

    assert answer.status_code == 200
    assert answer.json()["success"] is True
    assert answer.json()["refused"] == 4
    assert [one["index"] for one in answer.json()["reasons"]] == [1, 3, 4, 5]
    assert set(Event.objects.values_list("event_id", flat=True)) == {"m1", "m2", "m5"}
    refusal = Refusal.objects.get(reason="A track needs the event’s name.")
    assert (refusal.message_count, refusal.example) == (1, "m3")


def test_refusals_add_up_by_day_and_reason(shop: Sender) -> None:
    for _ in range(2):
        shop.batch("text", None)
        assert shop.post("track", {"userId": "u1", "messageId": "m9"}).status_code == 400

    counts = dict(Refusal.objects.values_list("reason", "message_count"))
    assert counts == {"A message is an object.": 4, "A track needs the event’s name.": 2}


def test_an_event_counts_once_for_ever(shop: Sender) -> None:
    other = Sender(SourceFactory.create())
    order = {
        "type": "track",
        "event": "Order Completed",
        "userId": "u1",
        "messageId": "m1",
        "timestamp": "2026-11-18T10:00:00Z",
        "properties": {"revenue": 12.5, "currency": "GBP", "order_id": "o1"},
    }
    shop.batch(order, order)
    StaleWeek.objects.all().delete()
    shop.batch(order | {"properties": {}}, order)

    event = Event.objects.get()
    assert (event.kind, event.amount, event.order_id) == ("order", Decimal("12.5"), "o1")
    assert event.record is not None
    assert event.record.external_id == "u1"
    assert not StaleWeek.objects.exists()
    assert other.batch(order).status_code == 200
    assert Event.objects.count() == 2


def test_a_late_event_makes_its_own_week_stale(shop: Sender) -> None:
    shop.batch(TRACK | {"type": "track", "timestamp": "2026-03-04T10:00:00Z"})

    assert [week.week_on.isoformat() for week in StaleWeek.objects.all()] == ["2026-03-02"]


@pytest.mark.parametrize(
    ("cause", "status", "retry_after"),
    [
        (errors.QueryCanceled(), 429, "5"),
        (errors.LockNotAvailable(), 429, "5"),
        (errors.OperationalError(), 503, None),
        (None, 503, None),
    ],
)
def test_what_passes_is_sent_again(
    shop: Sender,
    monkeypatch: pytest.MonkeyPatch,
    cause: Exception | None,
    status: int,
    retry_after: str | None,
) -> None:
    def fail(**_arguments: Any) -> None:
        raise OperationalError from cause

    monkeypatch.setattr(api, "accept_messages", fail)
    answer = shop.post("track", TRACK)

    assert (answer.status_code, answer.get("Retry-After")) == (status, retry_after)
    assert answer["Access-Control-Allow-Origin"] == "*"
    assert answer.json().keys() == {"code", "message"}


@pytest.mark.parametrize(
    "check",
    [
        pytest.param("event_id <> 'm3'", id="against a rule"),
        pytest.param("1 / (event_id <> 'm3')::int = 1", id="out of range"),
    ],
)
def test_what_can_never_be_kept_is_refused_and_keeps_no_other_out(shop: Sender, check: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"ALTER TABLE customers_event ADD CHECK ({check})")
    messages = [TRACK | {"type": "track", "messageId": f"m{number}"} for number in range(6)]

    batch = shop.batch(*messages)
    alone = shop.post("track", messages[3])

    assert (batch.status_code, batch.json()["refused"]) == (200, 1)
    assert batch.json()["reasons"][0]["index"] == 3
    assert alone.status_code == 400
    assert set(Event.objects.values_list("event_id", flat=True)) == {"m0", "m1", "m2", "m4", "m5"}
    refusal = Refusal.objects.get()
    assert (refusal.reason, refusal.message_count, refusal.example) == (NEVER_KEPT, 2, "m3")


def test_a_request_costs_a_fixed_number_of_statements(
    shop: Sender, django_assert_num_queries: Any
) -> None:
    def messages(count: int, start: int) -> list[dict[str, Any]]:
        return [
            {
                "type": "identify" if number % 2 else "page",
                "userId": f"u{start + number}",
                "anonymousId": f"a{start + number}",
                "traits": {"email": f"u{start + number}@example.org"},
            }
            for number in range(count)
        ]

    for count, start in ((2, 0), (60, 100)):
        with django_assert_num_queries(17):
            shop.batch(*messages(count, start))


def test_errors_of_the_database_name_no_message(
    shop: Sender, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(**_arguments: Any) -> None:
        raise DatabaseError("Key (email)=(ada@example.org)")

    monkeypatch.setattr(api, "accept_messages", fail)
    shop.post("track", TRACK)

    assert "ada@" not in caplog.text

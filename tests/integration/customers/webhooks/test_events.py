"""What becomes of what a platform tells, of mails and of texts."""

from typing import Any

import pytest
from django.db import OperationalError
from django.utils import timezone

from customers.models import Event, Refusal, Source
from tests.platforms import PLATFORMS, basic
from tests.platforms import twilio as signed_by_twilio
from tests.webhooks import ada, address_of, post, told

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("event", "kind"),
    [
        ("delivered", "contact"),
        ("opened", "open"),
        ("clicked", "click"),
        ("failed", "bounce"),
        ("complained", "spam_report"),
        ("unsubscribed", "opt_out"),
        ("accepted", None),
    ],
)
def test_what_becomes_of_what(event: str, kind: str | None) -> None:
    post("mailgun", told("mailgun", event=event, severity="permanent"))

    assert Event.objects.values_list("kind", flat=True).first() == kind


def test_tags_and_metadata_name_initiative_arm_and_service() -> None:
    post("mailgun", told("mailgun", event="delivered", tags=["arm:control", "transactional"]))
    said: dict[str, Any] = {"user-variables": {"initiative": "a", "arm": "x"}}
    post("mailgun", told("mailgun", event="opened", **said))

    assert list(
        Event.objects.order_by("kind").values_list("initiative", "arm", "transactional")
    ) == [
        ("", "holdout", True),
        ("a", "", False),
    ]


def test_of_a_batch_the_good_is_taken() -> None:
    now = timezone.now()
    sign = PLATFORMS["mailjet"].sign
    good = PLATFORMS["mailjet"].told(now)[0]
    future = good | {"time": int(now.timestamp()) + 3600}
    nobody = good | {"email": ""}

    assert post("mailjet", sign([good, future, nobody], "", now)).status_code == 200

    assert Event.objects.count() == 1
    assert sorted(Refusal.objects.values_list("reason", "message_count")) == [
        ("Mailjet: The event lies in the future.", 1),
        ("Mailjet: The event names no recipient.", 1),
    ]


def test_a_body_is_bounded(platform: Source) -> None:
    request = told("postmark")._replace(body=b" " * (4 * 1024**2 + 1))

    assert post("postmark", request).status_code == 413
    assert Refusal.objects.get(source=platform).reason.startswith("Postmark: The body is larger")


def test_two_megabytes_of_events_are_taken() -> None:
    now = timezone.now()
    events = [
        PLATFORMS["mailjet"].told(now)[0] | {"MessageID": n, "pad": "x" * 2_000} for n in range(900)
    ]

    assert post("mailjet", basic(events, "", now)).status_code == 200
    assert Event.objects.count() == 900


def test_a_database_that_is_away_is_asked_for_again(monkeypatch: pytest.MonkeyPatch) -> None:
    def away(**_what: Any) -> None:
        raise OperationalError

    monkeypatch.setattr("customers.api.webhooks.accept_tellings", away)

    assert post("postmark", told("postmark")).status_code == 503


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        ("queued", None),
        ("sent", None),
        ("delivered", "contact"),
        ("read", "open"),
        ("undelivered", "bounce"),
    ],
)
def test_the_fate_of_a_text(status: str, kind: str | None, platform: Source) -> None:
    record = ada(platform)
    query = "?initiative=lights&arm=treated"
    sent = {"MessageSid": "SM1", "MessageStatus": status, "To": "+442079460018", "From": "Shop"}
    request = signed_by_twilio(
        sent, f"http://testserver{address_of('twilio', query)}", timezone.now()
    )

    answer = post("twilio", request, query)

    assert (answer.status_code, answer.content) == (200, b"<Response/>")
    found = Event.objects.values_list("kind", "record", "initiative", "arm").first()
    assert found == (None if kind is None else (kind, record.pk, "lights", "treated"))


def test_an_id_of_half_a_character_is_an_id() -> None:
    """JSON can hold one; no hash can be made of it as it stands."""
    sent = told("mailgun", id="a\ud800")

    assert [post("mailgun", sent).status_code for _ in range(2)] == [200, 200]
    assert Event.objects.count() == 1

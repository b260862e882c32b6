"""What platforms tell by webhook, each signed by its provider's own scheme (tests.platforms)."""

import json
from datetime import datetime, timedelta
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from django.db import OperationalError
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from customers.api import amazon
from customers.api.answers import AwayError
from customers.intake.platforms import PROVIDERS
from customers.models import Event, Identifier, Record, Refusal, Source, Work
from tests.factories.customers import SourceFactory, allows
from tests.platforms import (
    ADA,
    CERTIFICATE_AT,
    KEY,
    LOGIN,
    PLATFORMS,
    Request,
    basic,
    certificate,
    public_key,
    signed_by_sns,
)
from tests.platforms import mailgun as signed_by_mailgun
from tests.platforms import twilio as signed_by_twilio
from tests.sender import Sender

pytestmark = pytest.mark.django_db

ADAS_PHONE = "020 7946 0018"
OTHER_LOGIN = "platform:another-password"
OTHER_SECRETS = {
    **dict.fromkeys(("mailgun", "mandrill", "twilio", "unisender-go"), "another-key"),
    "resend": "whsec_plJ3nmyCDGBKInavdOK15jsl",
    "sendgrid": public_key(ec.generate_private_key(ec.SECP256R1())),
}
EVERY = pytest.mark.parametrize("provider", PROVIDERS)


@pytest.fixture(autouse=True)
def platform(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Source:
    """Return the source whose webhooks have secrets; Amazon's certificate is at hand."""
    settings.WEBHOOK_SECRETS = {
        ("platform", provider): (each.secret,) for provider, each in PLATFORMS.items()
    }
    pem = certificate()
    monkeypatch.setattr(amazon, "_fetched", lambda address: {CERTIFICATE_AT: pem}.get(address, b""))
    amazon.certificate_at.cache_clear()
    return SourceFactory.create(key="platform")


def address_of(provider: str, query: str = "") -> str:
    return f"/v1/webhooks/platform/{provider}/{query}"


def post(provider: str, request: Request, query: str = "") -> Any:
    return Client().post(
        address_of(provider, query),
        request.body,
        content_type=request.content_type,
        headers=request.headers,
    )


def told(provider: str, at: datetime | None = None, **changes: Any) -> Request:
    """Return what a provider sends of Ada who unsubscribes or complains, signed."""
    at = at or timezone.now()
    platform = PLATFORMS[provider]
    sent = platform.told(at)
    (sent if isinstance(sent, dict) else sent[0]).update(changes)
    return platform.sign(sent, f"http://testserver{address_of(provider)}", at)


def ada(source: Source) -> Record:
    """Let a source know Ada, who said yes to everything."""
    consent = {"email.marketing": True, "text.marketing": True}
    Sender(source).batch(
        {
            "type": "identify",
            "userId": "ada",
            "timestamp": "2026-11-01T00:00:00Z",
            "traits": {"email": ADA, "phone": ADAS_PHONE},
            "context": {"consent": {"categoryPreferences": consent}},
        }
    )
    return Record.objects.get(source=source, external_id="ada")


def test_there_is_a_platform_for_every_provider() -> None:
    assert PLATFORMS.keys() == PROVIDERS.keys()


@EVERY
def test_who_leaves_says_no_once(provider: str, platform: Source) -> None:
    record = ada(platform)
    request = told(provider)

    answers = [post(provider, request) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [200, 200]
    event = Event.objects.get()
    channel = "text" if provider == "twilio" else "email"
    assert (event.kind, event.channel) == (PLATFORMS[provider].kind, channel)
    assert event.initiative == PLATFORMS[provider].initiative
    assert event.record == record
    assert abs(event.at - timezone.now()) < timedelta(minutes=1)
    assert allows(record, channel) is False
    assert not Refusal.objects.exists()


@EVERY
def test_what_another_secret_signed_is_refused_and_counted(
    provider: str, platform: Source, settings: Settings
) -> None:
    settings.WEBHOOK_SECRETS = {("platform", provider): (OTHER_SECRETS.get(provider, OTHER_LOGIN),)}
    unsigned = told(provider)._replace(headers={}, body=b"{}")

    answers = [post(provider, told(provider)), post(provider, unsigned)]

    assert [answer.status_code for answer in answers] == [401, 401]
    refusal = Refusal.objects.get(source=platform)
    assert refusal.reason == f"{PROVIDERS[provider].name}: the signature is wrong."
    assert refusal.message_count == 2
    assert not Event.objects.exists()


@pytest.mark.parametrize(
    "provider", ["amazon-ses", "mandrill", "resend", "sendgrid", "twilio", "unisender-go"]
)
def test_what_was_changed_on_the_way_is_refused(provider: str) -> None:
    request = told(provider)
    word = b"Stop" if provider == "twilio" else b"ada"
    changed = request._replace(body=request.body.replace(word, b"eve"))

    assert changed.body != request.body
    assert post(provider, changed).status_code == 401
    assert not Event.objects.exists()


@EVERY
def test_without_a_secret_there_is_no_address(provider: str, settings: Settings) -> None:
    request = told(provider)
    settings.WEBHOOK_SECRETS = {("other", provider): (PLATFORMS[provider].secret,)}

    assert post(provider, request).status_code == 404
    assert Client().get(address_of(provider)).status_code == 404
    assert not Event.objects.exists()
    assert not Refusal.objects.exists()


@EVERY
def test_signed_nonsense_is_refused_and_counted(provider: str, platform: Source) -> None:
    sign = PLATFORMS[provider].sign
    nonsense: Any = {"mandrill_events": "x"} if provider == "twilio" else 17
    request = sign(nonsense, f"http://testserver{address_of(provider)}", timezone.now())

    answer = post(provider, request)

    assert answer.status_code in {400, 401}
    assert Refusal.objects.get(source=platform).reason.startswith(PROVIDERS[provider].name)
    assert not Event.objects.exists()


def test_providers_may_ask_whether_the_address_is_there() -> None:
    client = Client()

    assert client.get(address_of("unisender-go")).status_code == 200
    assert client.head(address_of("mandrill")).status_code == 200
    assert client.put(address_of("mandrill")).status_code == 405


def test_a_secret_is_changed_without_a_gap(settings: Settings) -> None:
    settings.WEBHOOK_SECRETS = {("platform", "mailgun"): ("the-newer-secret", KEY)}

    assert post("mailgun", told("mailgun")).status_code == 200


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


def test_mailgun_may_sign_anew_what_it_sends_again() -> None:
    now = timezone.now()
    sent = PLATFORMS["mailgun"].told(now)
    for at in (now, now + timedelta(minutes=5)):
        assert post("mailgun", signed_by_mailgun(sent, "", at)).status_code == 200

    assert Event.objects.count() == 1


def test_an_old_signature_of_mailgun_opens_nothing() -> None:
    at = timezone.now() - timedelta(hours=13)

    assert post("mailgun", told("mailgun", at)).status_code == 401
    assert post("resend", told("resend", timezone.now() - timedelta(minutes=6))).status_code == 401


def test_the_source_knows_its_people_better_than_others(platform: Source) -> None:
    ada(SourceFactory.create(key="shop"))
    own = ada(platform)

    post("postmark", told("postmark"))

    assert Event.objects.get().record == own


def test_who_is_known_elsewhere_only_is_found_there(platform: Source) -> None:
    known = ada(SourceFactory.create(key="shop"))

    post("postmark", told("postmark"))

    event = Event.objects.get()
    assert (event.record, event.source) == (known, platform)
    assert allows(known) is False
    assert Record.objects.count() == 1


def test_who_is_known_to_several_others_or_nobody_gets_a_record_under_a_pseudonym(
    platform: Source,
) -> None:
    for key in ("shop", "till"):
        ada(SourceFactory.create(key=key))
    Work.objects.all().delete()

    for event in ("Open", "Click"):
        post("postmark", told("postmark", RecordType=event, Recipient=ADA))
    post("postmark", told("postmark", Recipient="stranger@example.org"))

    made = Record.objects.filter(source=platform)
    assert made.count() == 2
    assert Event.objects.filter(record__in=made).count() == 3
    assert not any("@" in text for text in made.values_list("external_id", flat=True))
    assert Identifier.objects.filter(record__in=made, kind="email").count() == 2
    assert Work.objects.get().kind == "link"
    assert "stranger" not in str(list(Record.objects.values()) + list(Event.objects.values()))


def test_everybody_of_the_source_with_the_address_is_out(platform: Source) -> None:
    first = ada(platform)
    Sender(platform).batch({"type": "identify", "userId": "bob", "traits": {"email": ADA}})

    post("postmark", told("postmark"))

    assert Event.objects.get().record == first
    answers = [allows(record) for record in Record.objects.all()]
    assert answers == [False, False]


def test_a_late_word_neither_undoes_an_opt_out_nor_hides_it(platform: Source) -> None:
    record = ada(platform)
    now = timezone.now()
    yes = {"consent": {"categoryPreferences": {"email.marketing": True}}}
    later = {"type": "identify", "userId": "ada", "traits": {"name": "Ada"}}
    Sender(platform).batch(later | {"timestamp": (now - timedelta(minutes=1)).isoformat()})

    post("postmark", told("postmark", now - timedelta(hours=1)))
    Sender(platform).batch(
        later | {"timestamp": (now - timedelta(hours=2)).isoformat(), "context": yes}
    )

    assert allows(record) is False

    Sender(platform).batch(later | {"timestamp": now.isoformat(), "context": yes})
    post("postmark", told("postmark", now - timedelta(hours=1)))

    assert allows(record) is False, "what a system repeats is no new answer"


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


def test_twilio_signs_the_address_too() -> None:
    request = told("twilio")

    assert post("twilio", request, "?initiative=other").status_code == 401


def test_a_topic_of_amazons_is_confirmed(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    pem = certificate()

    def fetched(address: str) -> bytes:
        asked.append(address)
        return pem

    monkeypatch.setattr(amazon, "_fetched", fetched)
    confirm = "https://sns.eu-west-1.amazonaws.com/?Action=ConfirmSubscription&Token=1"
    message = {
        "Type": "SubscriptionConfirmation",
        "MessageId": "165545c9-2a5c-472c-8df2-7ff2be2b3b1b",
        "Token": "1",
        "TopicArn": "arn:aws:sns:eu-west-1:123456789012:ses",
        "Message": "You have chosen to subscribe to the topic.",
        "SubscribeURL": confirm,
        "Timestamp": "2026-11-22T12:00:00.000Z",
    }

    assert post("amazon-ses", signed_by_sns(message)).status_code == 200
    assert asked == [CERTIFICATE_AT, confirm]


@pytest.mark.parametrize(
    "address",
    [
        "https://sns.eu-west-1.amazonaws.com.example.org/SimpleNotificationService-1.pem",
        "http://sns.eu-west-1.amazonaws.com/SimpleNotificationService-1.pem",
        "https://user@sns.eu-west-1.amazonaws.com:80/SimpleNotificationService-1.pem",
        "https://sns.eu-west-1.amazonaws.com/other.pem",
        "http://169.254.169.254/SimpleNotificationService-1.pem",
    ],
)
def test_nobody_but_amazon_is_asked(monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    monkeypatch.undo()

    with pytest.raises(ValueError, match="That is no address of"):
        amazon.certificate_at(address)


class FakeConnection:
    """An HTTPS connection to Amazon that answers 200 or 503, by the path, or breaks."""

    def __init__(self, _host: str, timeout: float) -> None:
        self.timeout = timeout
        self.status = 0

    def request(self, _method: str, path: str) -> None:
        if "broken" in path:
            raise TimeoutError
        self.status = 503 if "busy" in path else 200

    def getresponse(self) -> "FakeConnection":
        return self

    def read(self, _largest: int) -> bytes:
        return b"read"

    def close(self) -> None:
        """Nothing is open."""


def test_amazons_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    monkeypatch.setattr(amazon, "HTTPSConnection", FakeConnection)
    address = "https://sns.eu-west-1.amazonaws.com/SimpleNotificationService-{}.pem"

    assert amazon.certificate_at(address.format("good")) == b"read"
    for kind in ("busy", "broken"):
        with pytest.raises(AwayError):
            amazon.certificate_at(address.format(kind))


def test_amazon_away_is_asked_again_later(monkeypatch: pytest.MonkeyPatch) -> None:
    def away(_address: str) -> bytes:
        raise AwayError

    monkeypatch.setattr(amazon, "_fetched", away)

    assert post("amazon-ses", told("amazon-ses")).status_code == 503


def test_a_login_alone_is_not_amazon() -> None:
    request = told("amazon-ses")
    forged = json.loads(request.body) | {"Message": "{}"}

    answer = post("amazon-ses", request._replace(body=json.dumps(forged).encode()))

    assert answer.status_code == 401
    assert "Basic" in answer["WWW-Authenticate"]
    assert LOGIN not in answer.content.decode()


def test_an_id_of_half_a_character_is_an_id() -> None:
    """JSON can hold one; no hash can be made of it as it stands."""
    sent = told("mailgun", id="a\ud800")

    assert [post("mailgun", sent).status_code for _ in range(2)] == [200, 200]
    assert Event.objects.count() == 1

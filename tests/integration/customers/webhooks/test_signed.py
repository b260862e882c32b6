"""Every provider's webhook: signed by its own scheme (tests.platforms), or refused and counted."""

from datetime import timedelta
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from customers.intake.platforms import PROVIDERS
from customers.models import Event, Refusal, Source
from tests.factories.customers import allows
from tests.platforms import KEY, PLATFORMS, public_key
from tests.platforms import mailgun as signed_by_mailgun
from tests.webhooks import ada, address_of, post, told

pytestmark = pytest.mark.django_db
OTHER_LOGIN = "platform:another-password"
OTHER_SECRETS = {
    **dict.fromkeys(("mailgun", "mandrill", "twilio", "unisender-go"), "another-key"),
    "resend": "whsec_plJ3nmyCDGBKInavdOK15jsl",
    "sendgrid": public_key(ec.generate_private_key(ec.SECP256R1())),
}
EVERY = pytest.mark.parametrize("provider", PROVIDERS)


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


def test_twilio_signs_the_address_too() -> None:
    request = told("twilio")

    assert post("twilio", request, "?initiative=other").status_code == 401

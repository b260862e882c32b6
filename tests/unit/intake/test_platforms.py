"""Secrets of webhooks, and what Twilio tells."""

import pytest

from customers.intake.platforms import PROVIDERS, twilio_telling, webhook_secrets
from customers.intake.values import RefusedError
from tests.platforms import PLATFORMS, SVIX

TEXT = {"MessageSid": "SM1", "SmsStatus": "received", "From": "+442079460018", "To": "+4420"}


def test_secrets_by_source_and_provider() -> None:
    entries = ["mail/mailgun=older=key", f"mail/resend={SVIX}", "mail/mailgun=newer=key"]

    assert webhook_secrets(entries) == {
        ("mail", "mailgun"): ("older=key", "newer=key"),
        ("mail", "resend"): (SVIX,),
    }


@pytest.mark.parametrize("provider", PROVIDERS)
def test_every_providers_own_secret_fits(provider: str) -> None:
    secret = PLATFORMS[provider].secret

    assert webhook_secrets([f"mail/{provider}={secret}"]) == {("mail", provider): (secret,)}


@pytest.mark.parametrize(
    ("entry", "sentence"),
    [
        ("secret-secret", "entry 1 is not <source key>/<provider>=<secret>"),
        ("mail=secret-secret", "entry 1 is not <source key>/<provider>=<secret>"),
        ("a b/mailgun=secret-secret", "entry 1 is not <source key>/<provider>=<secret>"),
        ("mail/pigeon=secret-secret", "mail/pigeon: the providers are amazon-ses, brevo,"),
        ("mail/mailgun=short", "mail/mailgun: the secret must be the HTTP webhook signing key"),
        ("mail/twilio=", "mail/twilio: the secret must be the auth token"),
        ("mail/postmark=secret-secret", "mail/postmark: the secret must be user:password"),
        ("mail/postmark=user:short", "mail/postmark: the secret must be user:password"),
        ("mail/postmark=:secret-secret", "mail/postmark: the secret must be user:password"),
        ("mail/resend=secret-secret", "mail/resend: the secret must be the signing secret"),
        ("mail/resend=whsec_?", "mail/resend: the secret must be the signing secret"),
        ("mail/sendgrid=c2VjcmV0LXNlY3JldA==", "mail/sendgrid: the secret must be the signed"),
        ("mail/mailgun=sécret-sécret", "mail/mailgun: the secret must be the HTTP"),
    ],
)
def test_a_malformed_secret_is_named_and_not_shown(entry: str, sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence) as refused:
        webhook_secrets([entry])

    assert "ecret-s" not in str(refused.value)


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        ({"Body": "STOP"}, "opt_out"),
        ({"Body": " stopall. "}, "opt_out"),
        ({"Body": "OPTOUT"}, "opt_out"),
        ({"Body": "Please do not stop"}, None),
        ({"Body": "anything", "OptOutType": "STOP"}, "opt_out"),
        ({"Body": "stop", "OptOutType": "HELP"}, None),
        ({"Body": "START", "OptOutType": "START"}, None),
    ],
)
def test_who_ends_the_texts(said: dict[str, str], kind: str | None) -> None:
    telling = twilio_telling(TEXT | said, {})

    assert (telling.kind if telling else None) == kind
    if telling:
        assert telling.address == "+442079460018"
        assert telling.consent == {("text", "marketing"): False}


def test_a_number_behind_a_service_is_a_number() -> None:
    sent = {"MessageSid": "SM1", "MessageStatus": "read", "To": "whatsapp:+442079460018"}

    telling = twilio_telling(sent, {"transactional": "true"})

    assert telling
    assert (telling.kind, telling.address, telling.transactional) == ("open", "+442079460018", True)
    assert telling.consent == {}


@pytest.mark.parametrize("missing", ["MessageSid", "To"])
def test_a_text_without_id_or_number_is_refused(missing: str) -> None:
    sent = {"MessageSid": "SM1", "MessageStatus": "delivered", "To": "+442079460018"}

    with pytest.raises(RefusedError):
        twilio_telling(sent | {missing: ""}, {})

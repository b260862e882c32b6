import pytest
from pytest_django import Settings

from customers.api import amazon
from customers.models import Source
from tests.factories.customers import SourceFactory
from tests.platforms import CERTIFICATE_AT, PLATFORMS, certificate


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

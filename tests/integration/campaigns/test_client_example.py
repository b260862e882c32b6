"""The client in docs/contact-checks.md, as it is printed there, against a running server."""

import re
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.utils import timezone
from pytest_django.live_server_helper import LiveServer

from campaigns.models import Reservation
from strategy.models import Role
from tests.factories.customers import RecordFactory, answer
from tests.factories.strategy import person, published_sheet
from tests.programs import token

PAGE = Path(settings.BASE_DIR) / "docs" / "contact-checks.md"


@pytest.mark.django_db(transaction=True)
def test_the_printed_client_finds_whom_to_send_to(live_server: LiveServer) -> None:
    published_sheet()
    willing, silent = RecordFactory.create_batch(2)
    answer(willing, is_allowed=True, at=timezone.now())
    asked = {"channel": "email", "purpose": "marketing"}
    (code,) = re.findall(r"```python\n(.*?)```", PAGE.read_text(), re.DOTALL)
    client: dict[str, Any] = {}
    exec(compile(code, str(PAGE), "exec"), client)  # noqa: S102  our own page

    audience = [str(one.customer.public_id) for one in (willing, silent)]
    found = list(client["allowed"](live_server.url, token(person(Role.MEMBER)), audience, **asked))

    assert found == audience[:1]
    assert Reservation.objects.get().record == willing


@pytest.mark.django_db(transaction=True)
def test_the_printed_client_says_why_it_was_refused(live_server: LiveServer) -> None:
    (code,) = re.findall(r"```python\n(.*?)```", PAGE.read_text(), re.DOTALL)
    client: dict[str, Any] = {}
    exec(compile(code, str(PAGE), "exec"), client)  # noqa: S102  our own page

    with pytest.raises(RuntimeError, match="The token is unknown or revoked"):
        client["check"](live_server.url, "nobody", customers=[])

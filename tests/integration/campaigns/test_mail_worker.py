"""Mail through a real worker and a real broker."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.utils import timezone

from campaigns.actions import talk
from campaigns.models import Mail
from config.servers import places, valkey
from strategy.models import Role
from tests.factories.campaigns import DepartmentFactory, InitiativeFactory
from tests.factories.strategy import PersonFactory, person
from tests.integration.conftest import broker_at
from tests.worker import Worker


@pytest.fixture
def folder(tmp_path: Path, transactional_db: None) -> Iterator[Path]:
    """Run a broker in a folder of the test's own, and ring there."""
    assert transactional_db is None
    valkey.start(tmp_path)
    with broker_at(places.broker_url(tmp_path)):
        yield tmp_path
    valkey.stop(tmp_path)


def test_a_mention_becomes_one_mail(folder: Path) -> None:
    mei = person(Role.MEMBER, DepartmentFactory.create(key="service"), name="Mei Tan")
    lights = InitiativeFactory.create(name="Lights", owner=PersonFactory.create(name="Tom Reyes"))

    with Worker(folder) as worker:
        talk.comment(initiative=lights, text="@Tom Reyes, 41 calls.", by=mei, at=timezone.now())
        worker.wait_until(lambda: Mail.objects.filter(sent_at__isnull=False).exists())

    said = (folder / "worker.log").read_text()
    assert said.count("Message-ID:") == 1
    assert f"To: {lights.owner.email}" in said
    assert "Mei Tan mentioned you on" in said
    assert "41 calls" not in said

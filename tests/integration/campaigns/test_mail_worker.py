"""Mail through a real worker and a real broker."""

from pathlib import Path

from django.utils import timezone

from campaigns.actions import talk
from campaigns.models import Mail
from strategy.models import Role
from tests.factories.campaigns import DepartmentFactory, InitiativeFactory
from tests.factories.strategy import PersonFactory, person
from tests.worker import Worker


def test_a_mention_becomes_one_mail(workplace: Path) -> None:
    mei = person(Role.MEMBER, DepartmentFactory.create(key="service"), name="Mei Tan")
    lights = InitiativeFactory.create(name="Lights", owner=PersonFactory.create(name="Tom Reyes"))

    with Worker(workplace) as worker:
        talk.comment(initiative=lights, text="@Tom Reyes, 41 calls.", by=mei, at=timezone.now())
        worker.wait_until(lambda: Mail.objects.filter(sent_at__isnull=False).exists())

    said = (workplace / "worker.log").read_text()
    assert said.count("Message-ID:") == 1
    assert f"To: {lights.owner.email}" in said
    assert "Mei Tan mentioned you on" in said
    assert "41 calls" not in said

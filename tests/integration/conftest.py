"""What integration tests share: files that come in as they do in earnest."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol

import pytest
from kombu import pools
from pytest_django import Settings

from config.celery import app
from config.servers import places, valkey
from customers.actions.kinds import KINDS
from customers.intake.mapping import parse
from customers.models import Import, Source
from tests import files
from tests.worker import LEASE_SECONDS

NOW = datetime(2026, 11, 23, 7, 40, tzinfo=UTC)  # a Monday


class Bring(Protocol):
    """Brings a CSV file in, and returns its import."""

    def __call__(self, source: Source, text: str, mapping: str | None = None) -> Import:
        """Raise AssertionError, with the ledger's sentence, for a file that is not taken."""


@pytest.fixture
def import_folder(settings: Settings, tmp_path: Path) -> Path:
    """Keep handed-in files in a folder of the test's own."""
    settings.IMPORT_FOLDER = tmp_path / "imports"
    return tmp_path / "imports"


@pytest.fixture
def bring(import_folder: Path, tmp_path: Path) -> Bring:
    """Bring a file in here and now, through the ledger, at NOW."""
    assert not import_folder.exists()

    def brought(source: Source, text: str, mapping: str | None = None) -> Import:
        kinds = {name: registered.kind for name, registered in KINDS.items()}
        said = parse(mapping, kinds) if mapping else None
        return files.brought(source, tmp_path / f"{source.key}.csv", said, text=text)

    return brought


@contextmanager
def broker_at(url: str) -> Iterator[None]:
    """Let rings go to the broker at this address, on connections of their own."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CELERY_BROKER_URL", url)
        _forget_connections()
        yield
    _forget_connections()


def _forget_connections() -> None:
    vars(app)["_pool"] = vars(app.amqp)["_producer_pool"] = None
    pools.reset()


@pytest.fixture
def workplace(tmp_path: Path, settings: Settings, transactional_db: None) -> Iterator[Path]:
    """Run a broker in a folder of the test's own, ring there, and keep handed-in files there."""
    assert transactional_db is None
    settings.IMPORT_FOLDER = tmp_path / "imports"
    settings.WORK_LEASE_SECONDS = LEASE_SECONDS
    valkey.start(tmp_path)
    with broker_at(places.broker_url(tmp_path)):
        yield tmp_path
    valkey.stop(tmp_path)


@pytest.fixture
def no_broker(tmp_path: Path) -> Iterator[None]:
    """Let nobody hear a ring."""
    with broker_at(f"redis+socket://{tmp_path}/nobody.sock"):
        yield


@pytest.fixture
def deaf_broker() -> Iterator[None]:
    """Let every ring be heard, and nobody come."""
    with broker_at("memory://"):
        yield

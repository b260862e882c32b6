import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
import redis

from config.servers import places, valkey
from config.servers.faults import Fault


@pytest.fixture
def root(tmp_path: Path) -> Iterator[Path]:
    valkey.start(tmp_path)
    yield tmp_path
    valkey.stop(tmp_path)


def test_a_killed_broker_comes_back_with_its_messages(root: Path) -> None:
    with redis.Redis(unix_socket_path=str(places.valkey_socket(root))) as client:
        client.rpush("queue", "message")
        os.kill(client.info()["process_id"], signal.SIGKILL)

    valkey.start(root)

    with redis.Redis(unix_socket_path=str(places.valkey_socket(root))) as client:
        assert client.lrange("queue", 0, -1) == [b"message"]


def test_starting_and_stopping_twice_changes_nothing(root: Path) -> None:
    valkey.start(root)
    assert valkey.answers(root)

    valkey.stop(root)
    valkey.stop(root)

    assert not valkey.answers(root)


def test_a_broken_file_is_named(root: Path) -> None:
    valkey.stop(root)
    for path in (valkey.folder(root) / "appendonlydir").glob("*.aof"):
        path.write_bytes(b"nonsense" * 100)

    with pytest.raises(Fault, match="Valkey did not start") as fault:
        valkey.start(root)

    assert "Bad file format" in str(fault.value)
    assert f"{valkey.folder(root)} is broken" in str(fault.value)

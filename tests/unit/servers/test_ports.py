import socket
from collections.abc import Iterator

import pytest

from config.servers import ports
from config.servers.faults import Fault


@pytest.fixture
def taken_port() -> Iterator[int]:
    with socket.create_server((ports.HOST, 0)) as listener:
        yield listener.getsockname()[1]


def test_a_free_port_that_was_asked_for_is_used() -> None:
    with socket.socket() as probe:
        probe.bind((ports.HOST, 0))
        free = probe.getsockname()[1]

    assert ports.choose(str(free)) == free


def test_a_taken_port_that_was_asked_for_is_refused(taken_port: int) -> None:
    with pytest.raises(Fault, match=f"Port {taken_port} is in use by another program: choose"):
        ports.choose(str(taken_port))


def test_without_a_wish_the_next_free_port_is_taken(
    taken_port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ports, "FIRST", taken_port)

    assert taken_port < ports.choose("") < taken_port + 100


@pytest.mark.parametrize("nonsense", ["0", "65536", "-1", "http", "8000.5"])
def test_what_is_no_port_is_refused(nonsense: str) -> None:
    with pytest.raises(Fault, match="must be a number from 1 to 65535"):
        ports.choose(nonsense)

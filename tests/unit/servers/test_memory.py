"""The memory that the embedded servers may plan with."""

from pathlib import Path

import pytest

from config.servers import postgres
from config.servers.memory import memory

GIGABYTE = 1 << 30
MEGABYTE = 1 << 20


def test_a_containers_limit_counts_where_it_is_lower_than_the_machine(tmp_path: Path) -> None:
    limit = tmp_path / "memory.max"
    limit.write_text("104857600\n")
    assert memory((tmp_path / "nowhere", limit)) == 100 * MEGABYTE


@pytest.mark.parametrize("told", ["max\n", "9223372036854771712\n", None])
def test_no_limit_leaves_the_machines_memory(tmp_path: Path, told: str | None) -> None:
    limit = tmp_path / "memory.max"
    if told is not None:
        limit.write_text(told)
    assert memory((limit,)) == memory(()) > 0


@pytest.mark.parametrize(
    ("bytes_there", "buffers"),
    [(256 * MEGABYTE, 128), (2 * GIGABYTE, 512), (24 * GIGABYTE, 6144), (256 * GIGABYTE, 8192)],
)
def test_buffers_are_a_quarter_of_the_memory_within_bounds(bytes_there: int, buffers: int) -> None:
    assert postgres.sized(bytes_there)["shared_buffers"] == f"{buffers}MB"

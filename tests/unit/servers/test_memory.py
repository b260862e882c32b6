"""The memory that the embedded servers may plan with."""

from pathlib import Path

import pytest

from config.servers import memory, postgres

GIGABYTE = 1 << 30
MEGABYTE = 1 << 20


def test_a_containers_limit_counts_where_it_is_lower_than_the_machine(tmp_path: Path) -> None:
    limit = tmp_path / "memory.max"
    limit.write_text("104857600\n")
    assert memory.size((tmp_path / "nowhere", limit)) == 100 * MEGABYTE


@pytest.mark.parametrize("told", ["max\n", "9223372036854771712\n", None])
def test_no_limit_leaves_the_machines_memory(tmp_path: Path, told: str | None) -> None:
    limit = tmp_path / "memory.max"
    if told is not None:
        limit.write_text(told)
    assert memory.size((limit,)) == memory.size(()) > 0


@pytest.mark.parametrize(
    ("there", "buffers"),
    [(256 * MEGABYTE, 128), (2 * GIGABYTE, 512), (24 * GIGABYTE, 6144), (256 * GIGABYTE, 8192)],
)
def test_buffers_are_a_quarter_of_the_memory_within_bounds(there: int, buffers: int) -> None:
    assert postgres.sized(memory=there, disk=GIGABYTE)["shared_buffers"] == f"{buffers}MB"


@pytest.mark.parametrize(
    ("free", "log"), [(0, 1024), (20 * GIGABYTE, 4096), (500 * GIGABYTE, 16_384)]
)
def test_the_log_may_take_a_fifth_of_the_free_disk_within_bounds(free: int, log: int) -> None:
    assert postgres.sized(memory=GIGABYTE, disk=free)["max_wal_size"] == f"{log}MB"

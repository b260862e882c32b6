import os
import signal
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psycopg
import pytest

from config.servers import places, postgres
from config.servers.faults import Fault


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Return a checkout, with a space in its path, that eight starters started at once."""
    root = tmp_path_factory.mktemp("a checkout")
    with ThreadPoolExecutor(8) as starters:
        list(starters.map(postgres.start, [root] * 8))
    yield root
    postgres.stop(root)


def test_eight_starters_give_one_server(root: Path) -> None:
    log = postgres.log_file(root).read_text()

    assert log.count("database system is ready to accept connections") == 1


def test_the_database_has_what_the_project_relies_on(root: Path) -> None:
    with psycopg.connect(places.database_url(root)) as connection:
        settings = {
            name: connection.execute(f"SHOW {name}").fetchone()
            for name in ("server_encoding", "fsync", "listen_addresses", "jit")
        }
        locale = connection.execute("SELECT datlocale FROM pg_database LIMIT 1").fetchone()
        extensions = connection.execute(
            "SELECT count(*) FROM pg_available_extensions WHERE name IN ('pg_trgm', 'btree_gist')"
        ).fetchone()

    assert settings == {
        "server_encoding": ("UTF8",),
        "fsync": ("on",),
        "listen_addresses": ("",),
        "jit": ("off",),
    }
    assert locale == ("C.UTF-8",)
    assert extensions == (2,)


def test_a_killed_server_comes_back_with_what_was_committed(root: Path) -> None:
    with psycopg.connect(places.database_url(root)) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 'committed' AS word")
    _kill(root)

    postgres.start(root)

    with psycopg.connect(places.database_url(root)) as connection:
        assert connection.execute("SELECT word FROM kept").fetchall() == [("committed",)]


def test_a_number_that_another_process_got_since_does_not_block_the_start(root: Path) -> None:
    _kill(root)
    pid_file = postgres.folder(root) / "postmaster.pid"
    rest = pid_file.read_text().splitlines(keepends=True)[1:]
    pid_file.write_text("".join([f"{os.getppid()}\n", *rest]))

    postgres.start(root)

    assert postgres.answers(root)


def test_a_stopped_server_can_be_started_at_once(root: Path) -> None:
    postgres.stop(root)
    assert not postgres.answers(root)

    postgres.stop(root)
    postgres.start(root)

    assert postgres.answers(root)


def test_a_folder_that_is_no_database_is_named(tmp_path: Path) -> None:
    (tmp_path / ".local" / "postgres").mkdir(parents=True)

    with pytest.raises(Fault, match=r"postgres holds no PostgreSQL database: move it away \(mv "):
        postgres.start(tmp_path)


def test_a_database_of_another_version_is_named(tmp_path: Path) -> None:
    data = tmp_path / ".local" / "postgres"
    data.mkdir(parents=True)
    (data / "PG_VERSION").write_text("17\n")

    with pytest.raises(Fault, match="was made by PostgreSQL 17, this is 18: move it away"):
        postgres.start(tmp_path)


def _kill(root: Path) -> None:
    pid = int((postgres.folder(root) / "postmaster.pid").read_text().split()[0])
    os.kill(pid, signal.SIGKILL)

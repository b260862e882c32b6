from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from config.servers import places


def test_sockets_lie_under_local_when_the_path_is_short() -> None:
    assert places.run(Path("/srv/hymnsheet")) == Path("/srv/hymnsheet/.local/run")


def test_every_socket_path_fits_however_long_the_checkouts_path_is() -> None:
    for length in range(1, 300, 7):
        root = Path("/" + "ü" * length)

        postgres = places.postgres_socket_folder(root) / places.POSTGRES_SOCKET

        assert len(bytes(postgres)) <= places.LONGEST_SOCKET_PATH
        assert len(bytes(places.valkey_socket(root))) <= places.LONGEST_SOCKET_PATH


def test_two_long_checkouts_share_no_socket() -> None:
    first, second = Path("/" + "a" * 200), Path("/" + "b" * 200)

    assert places.run(first) != places.run(second)
    assert places.run(first) == places.run(first)


def test_a_path_with_spaces_survives_both_addresses() -> None:
    root = Path("/home/ann lee/hymn sheet")

    database = urlsplit(places.database_url(root))
    broker = urlsplit(places.broker_url(root))

    assert parse_qs(database.query) == {"host": ["/home/ann lee/hymn sheet/.local/run/postgres"]}
    assert (database.username, database.path) == ("hymnsheet", "/hymnsheet")
    assert broker.path == "/home/ann%20lee/hymn%20sheet/.local/run/valkey.sock"

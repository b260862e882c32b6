"""Settings from the environment: taken, or refused with one sentence."""

import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from config import environment
from config.environment import BadSetting


@pytest.fixture
def say(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    monkeypatch.delenv("X", raising=False)
    return monkeypatch


@pytest.mark.parametrize(
    ("text", "value"),
    [("1", True), ("YES", True), (" on ", True), ("0", False), ("False", False), ("no", False)],
)
def test_flags(say: pytest.MonkeyPatch, text: str, value: bool) -> None:
    say.setenv("X", text)

    assert environment.flag("X", default=not value) is value


@pytest.mark.parametrize("text", ["", "  "])
def test_what_is_empty_is_not_said(say: pytest.MonkeyPatch, text: str) -> None:
    say.setenv("X", text)

    assert environment.flag("X", default=True) is True
    assert environment.whole("X", default=7) == 7
    assert environment.words("X", default=["a"]) == ["a"]


@pytest.mark.parametrize("text", ["2", "maybe", "ja", "1.0"])
def test_no_flag(say: pytest.MonkeyPatch, text: str) -> None:
    say.setenv("X", text)

    with pytest.raises(BadSetting, match=f"^X is “{text}”; it must be 1 or 0.$"):
        environment.flag("X", default=True)


def test_whole_numbers(say: pytest.MonkeyPatch) -> None:
    say.setenv("X", " 42 ")

    assert environment.whole("X", default=1) == 42


@pytest.mark.parametrize("text", ["-1", "1.5", "1e3", "many", "²", "1 000"])
def test_no_whole_number(say: pytest.MonkeyPatch, text: str) -> None:
    say.setenv("X", text)

    with pytest.raises(BadSetting, match=r"it must be a whole number\.$"):
        environment.whole("X", default=1)


def test_a_number_that_is_too_small(say: pytest.MonkeyPatch) -> None:
    say.setenv("X", "1")

    with pytest.raises(BadSetting, match=r"^X is 1; it must be 2 or more\.$"):
        environment.whole("X", default=60, least=2)


def test_words(say: pytest.MonkeyPatch) -> None:
    say.setenv("X", " a.example ,, b.example,")

    assert environment.words("X", default=[]) == ["a.example", "b.example"]


def test_a_secret_is_made_once_and_for_its_owner_only(
    say: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    file = tmp_path / "new" / "secret"

    made = environment.secret("X", keep_in=file)

    assert len(made) >= 50
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert environment.secret("X", keep_in=file) == made
    assert [path.name for path in file.parent.iterdir()] == ["secret"]
    say.setenv("X", "given")
    assert environment.secret("X", keep_in=file) == "given"


def test_many_who_make_it_at_once_get_the_same(say: pytest.MonkeyPatch, tmp_path: Path) -> None:
    assert say
    for number in range(20):
        file = tmp_path / str(number)
        with ThreadPoolExecutor(4) as pool:
            made = list(pool.map(lambda f: environment.secret("X", keep_in=f), [file] * 4))
        assert len(set(made)) == 1


def test_an_empty_secret_is_none(say: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """As a full disk leaves it: with an empty key, hashes would have no key at all."""
    assert say
    file = tmp_path / "secret"
    file.write_text("\n")

    with pytest.raises(BadSetting, match="is empty"):
        environment.secret("X", keep_in=file)


def test_a_server_must_give_its_secret(say: pytest.MonkeyPatch) -> None:
    say.setenv("X", " ")

    with pytest.raises(BadSetting, match=r"^X is not set;"):
        environment.secret("X", keep_in=None)


def test_a_database_s_address() -> None:
    found = environment.database(
        "postgresql://an%40a:s%2Fe:c@db.example:5433/hymn%20al?sslmode=require"
    )

    assert found == {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": "hymn al",
        "USER": "an@a",
        "PASSWORD": "s/e:c",
        "HOST": "db.example",
        "PORT": 5433,
        "OPTIONS": {"sslmode": "require"},
    }


def test_a_socket_s_folder_wins() -> None:
    found = environment.database("postgres://me@/hymnal?host=%2Frun%2Fpg&port=6000")

    assert (found["HOST"], found["PORT"], found["USER"], found["OPTIONS"]) == (
        "/run/pg",
        "6000",
        "me",
        {},
    )


@pytest.mark.parametrize(
    "url",
    [
        "mysql://me@localhost/hymnal",
        "sqlite:///hymnal.db",
        "hymnal",
        "postgresql://me@localhost",
        "postgresql://me@localhost/",
        "postgresql://me@localhost:port/hymnal",
        "postgresql://me@[::1/hymnal",
    ],
)
def test_no_address_of_a_postgresql_database(url: str) -> None:
    with pytest.raises(BadSetting, match=r"^DATABASE_URL .*\.?"):
        environment.database(url)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("", "https://localhost"),
        ("https://hymnsheet.example/", "https://hymnsheet.example"),
        ("http://10.0.0.1:8000", "http://10.0.0.1:8000"),
    ],
)
def test_an_address(say: pytest.MonkeyPatch, text: str, value: str) -> None:
    say.setenv("X", text)

    assert environment.address("X", default="https://localhost") == value


@pytest.mark.parametrize("text", ["hymnsheet.example", "ftp://a", "https://a/b", "https://a?b"])
def test_no_address(say: pytest.MonkeyPatch, text: str) -> None:
    say.setenv("X", text)

    with pytest.raises(BadSetting, match=r"^X is “.*it must be https://host"):
        environment.address("X", default="https://localhost")


def test_secrets_of_webhooks(say: pytest.MonkeyPatch) -> None:
    assert environment.webhook_secrets("X") == {}

    say.setenv("X", "mail/mailgun=0123456789\n texts/twilio=9876543210 ")

    assert environment.webhook_secrets("X") == {
        ("mail", "mailgun"): ("0123456789",),
        ("texts", "twilio"): ("9876543210",),
    }


def test_a_secret_for_no_webhook_is_refused_and_not_shown(say: pytest.MonkeyPatch) -> None:
    say.setenv("X", "mail/mailgun=0123456789 9876543210")

    with pytest.raises(BadSetting, match=r"^X: entry 2 is not <source key>/<provider>=<secret>.$"):
        environment.webhook_secrets("X")

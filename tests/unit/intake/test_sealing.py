"""Sealed values open with their own key and as their own kind only."""

import pytest

from config import environment
from config.environment import BadSetting
from customers.intake.sealing import Keys, UnsealableError, key_id

OLD, NEW = "old key of thirty-two characters or so", "new key of thirty-two characters or so"


def test_what_is_sealed_opens_again() -> None:
    keys = Keys([NEW])
    texts = ["Ada@example.org", "", "É🎄"]

    sealed = keys.seal("email", texts)

    assert [keys.open("email", one) for one in sealed] == texts
    assert sealed[0][0] == key_id(NEW)
    assert len(sealed[0]) == 1 + 12 + len(texts[0]) + 16
    assert keys.seal("email", texts)[0] != sealed[0]


def test_an_older_key_still_opens_and_the_newest_seals() -> None:
    (sealed,) = Keys([OLD]).seal("phone", ["020 7946 0018"])
    both = Keys([NEW, OLD])

    assert both.open("phone", sealed) == "020 7946 0018"
    assert both.seal("phone", ["1"])[0][0] == key_id(NEW)


def test_another_kind_another_key_or_another_byte_opens_nothing() -> None:
    keys = Keys([NEW])
    (sealed,) = keys.seal("email", ["ada@example.org"])

    with pytest.raises(UnsealableError, match="does not open"):
        keys.open("phone", sealed)
    with pytest.raises(UnsealableError, match="not among ours"):
        Keys([OLD]).open("email", sealed)
    with pytest.raises(UnsealableError, match="does not open"):
        keys.open("email", sealed[:-1] + bytes([sealed[-1] ^ 1]))
    with pytest.raises(UnsealableError):
        keys.open("email", b"")
    with pytest.raises(UnsealableError):
        keys.open("email", sealed[:5])


def test_keys_come_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("X", f"{NEW}, {OLD}")
    assert environment.keys("X", keep_in=None) == [NEW, OLD]

    monkeypatch.setenv("X", "short")
    with pytest.raises(BadSetting, match="32 characters"):
        environment.keys("X", keep_in=None)
    monkeypatch.setenv("X", f"{NEW},{NEW}")
    with pytest.raises(BadSetting, match="told apart"):
        environment.keys("X", keep_in=None)

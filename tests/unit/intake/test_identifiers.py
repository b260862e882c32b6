import pytest

from customers.intake.identifiers import digest, digests, normalised


@pytest.mark.parametrize(
    ("kind", "sent", "spelling"),
    [
        ("email", " Ada@Example.ORG ", "ada@example.org"),
        ("email", "ada+shop@example.org", "ada@example.org"),
        ("email", "a.da+x@gmail.com", "ada@gmail.com"),
        ("email", "a.da@googlemail.com", "ada@gmail.com"),
        ("email", "a.da@example.org", "a.da@example.org"),
        ("email", "test@test.com", None),
        ("email", "@example.org", None),
        ("email", "not an address", None),
        ("phone", "020 7946 0018", "+442079460018"),
        ("phone", "+44 (0)20 7946 0018", "+442079460018"),
        ("phone", "+1 212 555 0123", "+12125550123"),
        ("phone", "0000000000", None),
        ("phone", "11111111", None),
        ("phone", "+44 1", None),
        ("phone", "+999 123456789", None),
        ("loyalty_card", " ab12 34-56 ", "AB123456"),
        ("loyalty_card", "000-000", None),
        ("account_id", "anonymous", None),
        ("account_id", "-1", None),
        ("wifi_device", "N/A", None),
        ("payment_token", "null", None),
    ],
)
def test_an_identifier_has_one_spelling_or_none(kind: str, sent: str, spelling: str | None) -> None:
    assert normalised(kind, sent) == spelling


def test_the_region_reads_numbers_without_a_country() -> None:
    assert normalised("phone", "030 901820", region="DE") == "+4930901820"


def test_digests_need_the_key_and_keep_kinds_apart() -> None:
    one = digest("account_id", "17", b"key")

    assert len(one) == 16
    assert one == digest("account_id", "17", b"key")
    assert one != digest("account_id", "17", b"another key")
    assert one != digest("loyalty_card", "17", b"key")


def test_digests_of_a_column() -> None:
    found = digests("email", ["Ada@example.org", None, "n/a", "ada@example.org "], b"key")

    assert found == [digest("email", "ada@example.org", b"key"), None, None, found[0]]

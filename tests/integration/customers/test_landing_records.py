"""Records as they merge: the newest word counts, silence leaves what was known."""

import pytest
from django.conf import settings as django_settings
from django.db import connection

from customers.models import Customer, Identifier, Record, Source
from tests.factories.customers import SourceFactory
from tests.integration.conftest import Bring

pytestmark = pytest.mark.django_db


@pytest.fixture
def shop() -> Source:
    return SourceFactory.create(key="web-shop")


def known(name: str = "A") -> dict[str, str]:
    attributes: dict[str, str] = Record.objects.get(external_id=name).attributes
    return attributes


def kinds(name: str = "A") -> list[str]:
    found = Identifier.objects.filter(record__external_id=name).order_by("kind")
    return list(found.values_list("kind", flat=True))


def test_a_new_person_founds_a_customer_of_their_own(shop: Source, bring: Bring) -> None:
    done = bring(shop, "external_id,given_name,city\nA,Ada,York\nB,Bo,\n")

    assert (done.changed_count, done.unchanged_count) == (2, 0)
    assert known("A") == {"given_name": "Ada", "city": "York"}
    assert known("B") == {"given_name": "Bo"}
    records = Record.objects.all()
    assert {record.id for record in records} == set(Customer.objects.values_list("id", flat=True))
    assert all(record.id == record.customer_id for record in records)


def test_a_name_alone_is_a_change_the_first_time_only(shop: Source, bring: Bring) -> None:
    first = bring(shop, "external_id,city\nA,\nB,\n")
    second = bring(shop, "external_id,city\nA,\nB,\nC,\n")

    assert (first.changed_count, first.unchanged_count) == (2, 0)
    assert (second.changed_count, second.unchanged_count) == (1, 2)


def test_an_empty_cell_or_a_missing_column_leaves_what_was_known(
    shop: Source, bring: Bring
) -> None:
    bring(shop, "external_id,given_name,city,email\nA,Ada,York,ada@example.org\n")

    done = bring(shop, "external_id,city,email,postcode\nA,,,YO1 7HH\n")

    assert done.changed_count == 1
    assert known() == {"given_name": "Ada", "city": "York", "postcode": "YO1 7HH"}
    assert kinds() == ["email"]


def test_what_is_said_again_is_no_change(shop: Source, bring: Bring) -> None:
    bring(shop, "external_id,city,email\nA,York,ada@example.org\nB,Hull,\n")

    done = bring(shop, "external_id,city,email\nA,York,Ada@Example.org\nB,Leeds,\n")

    assert (done.changed_count, done.unchanged_count) == (1, 1)


def test_an_older_row_changes_nothing(shop: Source, bring: Bring) -> None:
    bring(shop, "external_id,city,email,updated_at\nA,York,new@example.org,2026-11-05T10:00:00Z\n")
    digest = bytes(Identifier.objects.get().digest)

    done = bring(
        shop, "external_id,city,email,updated_at\nA,Hull,old@example.org,2026-11-05T09:59:59Z\n"
    )

    assert (done.changed_count, done.unchanged_count) == (0, 1)
    assert known()["city"] == "York"
    assert bytes(Identifier.objects.get().digest) == digest


def test_moments_are_compared_as_moments(shop: Source, bring: Bring) -> None:
    bring(shop, "external_id,city,updated_at\nA,York,2026-11-05T10:00:00+02:00\n")

    bring(shop, "external_id,city,updated_at\nA,Hull,2026-11-05T09:00:00Z\n")

    assert known()["city"] == "Hull"


@pytest.mark.parametrize(
    ("rows", "city"),
    [
        ("A,York,2026-11-05T10:00:00Z\nA,Hull,2026-11-04T10:00:00Z\n", "York"),
        ("A,York,2026-11-05T10:00:00Z\nA,Hull,2026-11-05T10:00:00Z\n", "Hull"),
        ("A,York,2026-11-05T10:00:00Z\nA,Hull,\n", "York"),
        ("A,York,\nA,Hull,\n", "Hull"),
    ],
)
def test_of_two_rows_in_a_file_the_newest_counts(
    shop: Source, bring: Bring, rows: str, city: str
) -> None:
    done = bring(shop, f"external_id,city,updated_at\n{rows}")

    assert known()["city"] == city
    assert (done.accepted_count, done.changed_count, done.unchanged_count) == (2, 1, 1)


def test_preferences_merge_one_by_one(shop: Source, bring: Bring) -> None:
    bring(shop, "external_id,prefers.size,prefers.colour\nA,M,red\n")

    bring(shop, "external_id,prefers.size,prefers.colour\nA,,blue\n")

    assert known() == {"prefers.size": "M", "prefers.colour": "blue"}


def test_a_new_identifier_takes_the_place_of_the_old(shop: Source, bring: Bring) -> None:
    bring(shop, "external_id,email,phone\nA,old@example.org,020 7946 0018\n")
    old = bytes(Identifier.objects.get(kind="email").digest)

    bring(shop, "external_id,email\nA,new@example.org\n")

    assert kinds() == ["email", "phone"]
    assert bytes(Identifier.objects.get(kind="email").digest) != old


def test_what_stands_for_nobody_identifies_nobody(shop: Source, bring: Bring) -> None:
    bring(shop, "external_id,phone,loyalty_card\nA,11111111,0000\nB,,n/a\n")

    assert not Identifier.objects.exists()


def test_odd_letters_come_through_whole(shop: Source, bring: Bring) -> None:
    city = 'a "b", \\N \\. \r\n\\.\r\n \t éΩ 🎄 NULL'
    quoted = city.replace('"', '""')

    bring(shop, f'external_id,city,given_name\nA,"{quoted}","NULL"\n')

    assert known()["city"] == city


def test_rows_without_a_name_column_are_people_of_their_own(shop: Source, bring: Bring) -> None:
    bring(shop, "given_name,city\nAda,York\nAda,York\n")

    assert Record.objects.count() == 2


def test_no_clear_identifier_is_anywhere_in_the_database(shop: Source, bring: Bring) -> None:
    canaries = {
        "email": "canary.bird@example.org",
        "phone": "+44 20 7946 0123",
        "loyalty_card": "CANARYCARD77",
        "payment_token": "tok_canary_88",
        "wifi_device": "CA:4A:12:1E:55:66",
        "account_id": "ACC-CANARY-99",
    }
    names, values = ",".join(canaries), ",".join(canaries.values())

    bring(shop, f"external_id,city,{names}\nA,Canarytown,{values}\n")

    dump = dumped()
    assert "Canarytown" in dump
    for value in canaries.values():
        for spelling in (value, value.lower(), value.replace(" ", ""), value.partition("@")[0]):
            assert spelling not in dump
            assert spelling.encode().hex() not in dump
    assert kinds() == sorted(canaries)


def dumped() -> str:
    """Return every row of every table as text, as a thief of the database would read them."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT schemaname, tablename FROM pg_tables"
            " WHERE schemaname NOT IN ('pg_catalog', 'information_schema')"
        )
        texts = []
        for schema, table in cursor.fetchall():
            with cursor.copy(f'COPY "{schema}"."{table}" TO STDOUT') as copy:
                texts += [bytes(block).decode() for block in copy]
    return "".join(texts)


def test_the_key_is_part_of_the_hash(shop: Source, bring: Bring) -> None:
    from customers.intake.identifiers import digest  # noqa: PLC0415  the plain function

    bring(shop, "external_id,email\nA,ada@example.org\n")

    found = bytes(Identifier.objects.get().digest)
    assert found == digest("email", "ada@example.org", django_settings.IDENTITY_KEY.encode()[:64])
    assert found != digest("email", "ada@example.org", b"another key")

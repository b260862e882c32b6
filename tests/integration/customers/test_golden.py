"""The golden view in the database is what the plain rule chooses."""

import random
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import connection

from customers.actions.golden import refresh_golden, refresh_golden_of
from customers.identity.survivorship import Told, golden, spelled
from customers.models import Customer, Record, Source
from tests.factories.customers import RecordFactory, SourceFactory
from tests.integration.conftest import Bring

pytestmark = pytest.mark.django_db

AT = datetime(2026, 11, 1, tzinfo=UTC)
POSSIBLE: dict[str, list[Any]] = {
    "full_name": [None, "Ana Li", "ÁNA  LI", "ána li", " Ana Maria Li", "A Li"],
    "given_name": [None, "Ana"],
    "family_name": [None, "Li"],
    "born_on": [None, "1961-05-04", "1961-04-05"],
    "address": [None, "3 Mill Lane", "9 Oak Road"],
    "postcode": [None, "YO1 7HH", "yo17hh", "HU1 1AA"],
    "city": [None, "York", "Hull"],
    "country": [None, "GB"],
}


def a_person(rng: random.Random, sources: list[Source]) -> list[Record]:
    first: Customer | None = None
    records = []
    for source in rng.choices(sources, k=rng.randint(1, 5)):
        said = {name: rng.choice(values) for name, values in POSSIBLE.items()}
        said["updated_at"] = (AT + timedelta(days=rng.randint(0, 3))).isoformat()
        attributes = {name: value for name, value in said.items() if value is not None}
        record = RecordFactory.create(source=source, attributes=attributes)
        first = first or record.customer
        record.customer = first
        record.save()
        records.append(record)
    return records


def told(record: Record) -> Told:
    said = record.attributes
    return Told(
        record.pk,
        record.source.name,
        record.source.trust_rank,
        datetime.fromisoformat(said["updated_at"]),
        spelled(said.get("full_name", ""), said.get("given_name", ""), said.get("family_name", "")),
        date.fromisoformat(said["born_on"]) if "born_on" in said else None,
        *(said.get(part, "") for part in ("address", "postcode", "city", "country")),
    )


def shown(customer: Customer) -> tuple[Any, ...]:
    customer.refresh_from_db()
    return (
        customer.full_name,
        customer.born_on,
        customer.postcode,
        customer.city,
        customer.country,
    )


def test_the_database_chooses_as_the_plain_rule_does(subtests: pytest.Subtests) -> None:
    rng = random.Random(7)  # noqa: S311  a test
    sources = [SourceFactory.create(trust_rank=rank) for rank in (1, 2, 2)]
    people = [a_person(rng, sources) for _ in range(120)]
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE TEMPORARY TABLE every ON COMMIT DROP AS "
            "SELECT DISTINCT customer_id FROM customers_record"
        )
        refresh_golden(cursor, "every")
        assert refresh_golden(cursor, "every") == 0

    for records in people:
        with subtests.test(records=[record.attributes for record in records]):
            name, born_on, place = golden(map(told, records))
            assert shown(records[0].customer) == (
                name.value if name else "",
                born_on.value if born_on else None,
                *(place.value[1:] if place else ("", "", "")),
            )


def test_a_customer_that_lost_its_records_is_blank() -> None:
    elder = RecordFactory.create(attributes={"full_name": "Maria Holt", "city": "York"})
    younger = RecordFactory.create(attributes={"full_name": "M Holt"})
    with connection.cursor() as cursor:
        refresh_golden_of(cursor, [elder.pk, younger.pk])
        left, younger.customer = younger.customer, elder.customer
        younger.save()

        assert refresh_golden_of(cursor, [younger.pk]) == 1

    assert shown(left) == ("", None, "", "", "")
    assert shown(elder.customer) == ("Maria Holt", None, "", "York", "")


def test_a_file_of_records_names_its_people(bring: Bring) -> None:
    till = SourceFactory.create(key="till", trust_rank=1)
    shop = SourceFactory.create(key="shop", trust_rank=2)
    mapping = (
        'kind = "records"\n[columns]\nexternal_id = "id"\nfull_name = "name"\nemail = "mail"\n'
    )
    bring(shop, "id,name,mail\n1,M Holt,m@example.org\n", mapping)
    bring(till, "id,name,mail\nA,Maria Holt,m@example.org\n", mapping)

    names = Customer.objects.order_by("pk").values_list("full_name", flat=True)
    assert list(names) == ["Maria Holt", ""]

    bring(till, "id,name,mail\nA,Maria Holt,other@example.org\n", mapping)
    assert list(names.all()) == ["M Holt", "Maria Holt"]


def test_who_shares_a_contact_and_is_ruled_apart_is_a_household(bring: Bring) -> None:
    shop = SourceFactory.create(key="shop")
    mapping = (
        'kind = "records"\n[columns]\nexternal_id = "id"\nfull_name = "name"\nemail = "mail"\n'
    )
    bring(shop, "id,name,mail\n1,Maria Holt,home@example.org\n", mapping)
    assert Customer.objects.get().household == ""

    bring(
        SourceFactory.create(key="till"),
        "id,name,mail\nA,Kwame Owusu,home@example.org\nB,Zoe Fox,zoe@example.org\n",
        mapping,
    )

    one, other, alone = Customer.objects.order_by("pk").values_list("household", flat=True)
    assert one == other != ""
    assert alone == ""


@pytest.mark.parametrize(
    ("one", "other", "are_one"),
    [
        pytest.param("3 Mill Lane", "3, mill lane", True, id="commas and capitals"),
        pytest.param("3 Mill Lane", "4 Mill Lane", False, id="another house"),
        pytest.param("Rúa São João 5", "Rua Sao Joao 5", True, id="accents"),
        pytest.param("ул. Ленина, д. 5", "УЛ ЛЕНИНА Д 5", True, id="Cyrillic"),
        pytest.param("ул. Ленина, д. 5", "ул. Мира, д. 5", False, id="another Cyrillic street"),
        pytest.param("Οδός Ερμού 5", "ΟΔΟΣ ΕΡΜΟΥ 5", True, id="Greek"),  # noqa: RUF001  it is Greek
        pytest.param("شارع النيل ١٢", "شارع النيل ١٣", False, id="digits of another script"),
    ],
)
def test_a_household_is_known_by_its_address_in_any_script(
    one: str, other: str, *, are_one: bool
) -> None:
    records = [
        RecordFactory.create(attributes={"address": address, "postcode": postcode})
        for address, postcode in ((one, "101 000"), (other, "101000"))
    ]
    with connection.cursor() as cursor:
        refresh_golden_of(cursor, [record.pk for record in records])

    homes = set(Customer.objects.values_list("household", flat=True))
    assert len(homes) == (1 if are_one else 2)
    assert "" not in homes


def test_the_longest_address_that_is_taken_is_shown(bring: Bring) -> None:
    told = f"{'9 Long Lane ' * 41}Mere", f"YO1 {'7' * 196}"
    bring(SourceFactory.create(), "external_id,address,postcode\nA,{},{}\n".format(*told))

    assert Customer.objects.get().postcode == told[1]
    assert len(Customer.objects.get().household) == 401

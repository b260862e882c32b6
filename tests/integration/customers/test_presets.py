"""Each preset on a real export of its system, through the whole import."""

from collections import Counter
from decimal import Decimal
from pathlib import Path

import pytest
from django.db.models import Sum

from customers.actions.kinds import KINDS
from customers.intake.files import examine
from customers.intake.mapping import Mapping, MappingError, parse
from customers.intake.presets import fitting, preset, presets, recognised
from customers.models import Consent, Event, Import, Record, Source
from tests import files
from tests.factories.customers import SourceFactory
from tests.mappings import ONLINE_RETAIL

DATA = Path(__file__).parents[4] / "shared" / "data"
SEEDS = DATA / "connector_seeds"
KIND_OF = {name: registered.kind for name, registered in KINDS.items()}

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("import_folder")]
real = pytest.mark.skipif(not SEEDS.exists(), reason="the data are not beside the project")

# preset, seed, rows read, taken, dropped, kinds of event, their amounts in all
EVENTS = [
    ("iterable-events", "iterable/event_data.csv", 6, 2, 4, {"consent_change": 2}, None),
    ("klaviyo-events", "klaviyo/event.csv", 4, 4, 0, {"contact": 3, "order": 1}, "35"),
    (
        "mailchimp-activity",
        "mailchimp/campaign_recipient_activity.csv",
        17,
        17,
        0,
        {"open": 12, "click": 5},
        None,
    ),
    ("mailchimp-unsubscribes", "mailchimp/unsubscribe.csv", 1, 1, 0, {"opt_out": 1}, None),
    ("qualtrics-invitations", "qualtrics/distribution_contact.csv", 5, 5, 0, {"contact": 5}, None),
    ("qualtrics-responses", "qualtrics/survey_response.csv", 5, 5, 0, {"survey_answer": 5}, None),
    (
        "shopify-refunds-graphql",
        "shopify/shopify_gql_refund_data.csv",
        10,
        10,
        0,
        {"return": 10},
        "-116.67",
    ),
    ("shopify-transactions", "shopify/shopify_transaction_data.csv", 5, 0, 5, {}, None),
    ("shopify-orders", "shopify/shopify_order_data.csv", 8, 8, 0, {"order": 8}, "627.01"),
    (
        "shopify-orders-graphql",
        "shopify/shopify_gql_order_data.csv",
        9,
        7,
        2,
        {"order": 7},
        "2116.99",
    ),
    ("zendesk-tickets", "zendesk/ticket_data.csv", 10, 8, 2, {"service_case": 8}, None),
]
# preset, seed, rows read, taken, dropped, people who agreed
RECORDS = [
    ("iterable-users", "iterable/user_history_data.csv", 2, 2, 0, 0),
    ("klaviyo-people", "klaviyo/person.csv", 2, 2, 0, 0),
    ("mailchimp-members", "mailchimp/member.csv", 9, 9, 0, 7),
    ("qualtrics-contacts", "qualtrics/directory_contact.csv", 5, 5, 0, 5),
    ("shopify-customers", "shopify/shopify_customer_data.csv", 4, 4, 0, 1),
    ("shopify-customers-graphql", "shopify/shopify_gql_customer_data.csv", 10, 10, 0, 5),
    ("zendesk-users", "zendesk/user_data.csv", 10, 9, 1, 0),
]
HASHED = {"shopify-customers", "shopify-customers-graphql"}
"""Seeds whose e-mail addresses were hashed before they were published."""
JOURNEY = """
kind = "events"
[columns]
external_id = "household_id"
at = "transaction_timestamp"
order_id = "basket_id"
product = "product_id"
store = "store_id"
quantity = "quantity"
amount = "sales_value"
[constants]
event = "order_line"
currency = "USD"
"""
REDEEMED = """
kind = "events"
[columns]
external_id = "household_id"
at = "redemption_date"
product = "coupon_upc"
initiative = "campaign_id"
[constants]
event = "click"
"""
OLIST_ORDERS = """
kind = "events"
[columns]
event_id = "order_id"
order_id = "order_id"
external_id = "customer_id"
at = "order_purchase_timestamp"
[constants]
event = "order"
[formats]
zone = "America/Sao_Paulo"
"""
OLIST_ITEMS = """
kind = "events"
[columns]
order_id = "order_id"
at = "shipping_limit_date"
product = "product_id"
store = "seller_id"
[derived]
amount = "price + freight_value"
[constants]
event = "order_line"
currency = "BRL"
"""
OLIST_REVIEWS = """
kind = "events"
[columns]
order_id = "order_id"
at = "review_answer_timestamp"
score = "review_score"
[constants]
event = "survey_answer"
"""


def brought(path: Path, mapping: Mapping, source: Source | None = None) -> Import:
    """Bring a file in, from a source of its own unless one is named."""
    return files.brought(source or SourceFactory.create(), path, mapping)


@real
@pytest.mark.real_data
@pytest.mark.parametrize(
    ("name", "seed", "read", "taken", "dropped", "events", "amount"),
    EVENTS,
    ids=[case[0] for case in EVENTS],
)
def test_events_go_in_through_their_preset(  # noqa: PLR0917  a case each
    name: str,
    seed: str,
    read: int,
    taken: int,
    dropped: int,
    events: dict[str, int],
    amount: str | None,
) -> None:
    path = SEEDS / seed
    found = recognised(examine(path).columns)

    done = brought(path, preset(name, KIND_OF))

    assert found is not None
    assert found.name == name
    counts = (done.read_count, done.accepted_count, done.dropped_count, done.changed_count)
    assert counts == (read, taken, dropped, taken)
    assert Counter(Event.objects.values_list("kind", flat=True)) == events
    total = Event.objects.aggregate(total=Sum("amount"))["total"]
    assert total == (None if amount is None else Decimal(amount))


@real
@pytest.mark.real_data
@pytest.mark.parametrize(
    ("name", "seed", "read", "taken", "dropped", "agreed"),
    RECORDS,
    ids=[case[0] for case in RECORDS],
)
def test_people_go_in_through_their_preset(  # noqa: PLR0917  a case each
    name: str, seed: str, read: int, taken: int, dropped: int, agreed: int
) -> None:
    path = SEEDS / seed
    found = recognised(examine(path).columns)
    mapping = preset(name, KIND_OF)
    if name in HASHED:
        mapping.columns.pop("email")

    done = brought(path, mapping)

    assert found is not None
    assert found.name == name
    assert (done.read_count, done.accepted_count, done.dropped_count) == (read, taken, dropped)
    assert Consent.objects.filter(is_allowed=True).count() == agreed


def test_a_preset_that_there_is_not_is_told() -> None:
    with pytest.raises(MappingError, match=r"^There is no preset 'shopify'; the presets are: ecb-"):
        preset("shopify", KIND_OF)


def test_every_preset_maps_its_own_header() -> None:
    for one in presets():
        mapping = preset(one.name, KIND_OF)
        assert one.title
        named = mapping.columns.keys() | mapping.when.keys()
        assert {"external_id", "event_id"} & named or mapping.kind == "rates", one.name


SHOPIFY = """\
Name,Email,Financial Status,Currency,Total,Created at,Lineitem quantity,Lineitem name,\
Lineitem price,Lineitem sku,Id,Source
#1001,Ada@Example.org,paid,GBP,37.50,2026-11-20 09:00:00 +0000,2,Lamp,12.50,L-1,501,web
#1001,ada@example.org,,,,2026-11-20 09:00:00 +0000,1,Bulb,10.00,B-1,,
#1002,bo@example.org,voided,GBP,10.00,2026-11-20 10:00:00 +0000,1,Bulb,10.00,B-1,502,web
#1003,,paid,USD,25.00,2026-11-20 23:30:00 -0500,2,Lamp,12.50,L-1,503,pos
"""


def test_one_export_of_a_shop_tells_its_orders_and_their_lines(tmp_path: Path) -> None:
    path = tmp_path / "orders_export_1.csv"
    path.write_text(SHOPIFY, encoding="utf-8")
    names = [one.name for one in fitting(examine(path).columns)]
    assert names == ["shopify-export-orders", "shopify-export-order-lines"]
    source = SourceFactory.create()

    orders = brought(path, preset(names[0], KIND_OF), source)
    lines = brought(path, preset(names[1], KIND_OF), source)
    again = brought(path, preset(names[0], KIND_OF), source)

    assert (orders.changed_count, orders.dropped_count) == (2, 2)
    assert (lines.changed_count, lines.dropped_count) == (4, 0)
    assert (again.changed_count, again.unchanged_count) == (0, 2)
    assert totals("order") == (2, Decimal("62.50"))
    assert totals("order_line") == (4, Decimal("70.00"))
    ada = Record.objects.get(events__order_id="#1001", events__kind="order")
    assert ada.events.count() == 3
    assert "@" not in "".join(Record.objects.values_list("external_id", flat=True))


@real
@pytest.mark.real_data
def test_who_answers_a_survey_is_known_by_a_pseudonym_and_an_address() -> None:
    brought(SEEDS / "qualtrics" / "survey_response.csv", preset("qualtrics-responses", KIND_OF))

    assert Event.objects.filter(kind="survey_answer", record=None).count() == 3
    people = Record.objects.filter(events__kind="survey_answer")
    assert [one.external_id[:6] for one in people] == ["email:", "email:"]
    assert [one.identifiers.get().kind for one in people] == ["email", "email"]


def totals(kind: str = "") -> tuple[int, Decimal | None]:
    events = Event.objects.filter(kind=kind) if kind else Event.objects.all()
    return events.count(), events.aggregate(total=Sum("amount"))["total"]


@real
@pytest.mark.real_data
def test_online_retail_has_its_published_totals() -> None:
    done = brought(DATA / "online_retail" / "online_retail.parquet", parse(ONLINE_RETAIL, KIND_OF))

    assert (done.read_count, done.changed_count, done.rejected_count) == (541_909, 541_909, 0)
    assert totals() == (541_909, Decimal("9747747.934"))
    assert Event.objects.filter(kind="return", order_id__startswith="C").count() == 9_288
    assert Event.objects.filter(kind="return").exclude(order_id__startswith="C").count() == 2
    assert Event.objects.filter(record=None).count() == 135_080
    assert Record.objects.count() == 4_372
    assert Event.objects.values("order_id").distinct().count() == 25_900


@real
@pytest.mark.real_data
def test_complete_journey_has_its_published_totals() -> None:
    folder = DATA / "complete_journey"

    lines = brought(folder / "transactions_sample_100k.parquet", parse(JOURNEY, KIND_OF))
    redeemed = brought(folder / "coupon_redemptions.parquet", parse(REDEEMED, KIND_OF))

    assert (lines.changed_count, lines.rejected_count) == (99_999, 1)  # one is 0.00…0444
    assert (redeemed.changed_count, redeemed.rejected_count) == (2_102, 0)
    assert totals("order_line")[1] == Decimal("312753.23")
    assert Record.objects.filter(source=redeemed.source).count() == 410


@real
@pytest.mark.real_data
def test_olist_has_its_totals() -> None:
    folder = DATA / "olist_sample_a"

    orders = brought(folder / "orders.parquet", parse(OLIST_ORDERS, KIND_OF))
    items = brought(folder / "order_items.parquet", parse(OLIST_ITEMS, KIND_OF))
    reviews = brought(folder / "order_reviews.parquet", parse(OLIST_REVIEWS, KIND_OF))

    assert [one.changed_count for one in (orders, items, reviews)] == [4_000, 4_519, 3_986]
    assert [one.rejected_count for one in (orders, items, reviews)] == [0, 0, 0]
    assert totals("order_line")[1] == Decimal("639254.77")
    assert Event.objects.filter(kind="survey_answer").aggregate(Sum("score")) == {
        "score__sum": 16_264
    }

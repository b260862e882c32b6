"""How other systems name what we have a field for: the mapping of a file that nobody has mapped."""

import re
from collections.abc import Mapping as Read
from collections.abc import Sequence

from customers.intake.fields import Formats, Kind
from customers.intake.mapping import Mapping

_SPELLINGS = {
    "external_id": "customer_id customer customer_no customer_number client_id user_id contact_id "
    "member_id household_id person_id id",
    "email": "email_address e_mail mail customer_email",
    "phone": "phone_number telephone mobile mobile_number tel",
    "loyalty_card": "card_number loyalty_number loyalty_id loyalty_card_number",
    "given_name": "first_name firstname forename",
    "family_name": "last_name lastname surname",
    "full_name": "name customer_name",
    "born_on": "birthday date_of_birth birth_date dob",
    "address": "street address_1 street_address",
    "city": "town customer_city",
    "postcode": "zip zip_code postal_code zipcode",
    "country": "country_code",
    "updated_at": "updated last_modified modified_at last_changed",
    "event": "event_type event_name type action",
    "event_id": "id transaction_id message_id line_id",
    "at": "date datetime timestamp created_at order_date invoice_date transaction_date time "
    "occurred_at processed_at sent_at",
    "channel": "source_name via_channel",
    "initiative": "campaign campaign_id campaign_name",
    "order_id": "order order_no order_number invoice invoice_no basket_id receipt_no",
    "amount": "total total_price price value revenue sales_value order_total",
    "currency": "currency_code",
    "quantity": "qty units",
    "product": "sku product_id stock_code item article product_code",
    "category": "product_category department",
    "store": "store_id shop branch location_id",
    "score": "rating review_score nps nps_score",
}
_HAPPENED = {"event", "order_id", "amount", "product", "score", "initiative"}


def guess(columns: Sequence[str], kinds: Read[str, Kind], *, decimal: str = ".") -> Mapping:
    """Return a mapping by common spellings, for somebody to look at; it need not be whole.

    A file is of events where it has a moment and something that happened then.

    >>> from customers.intake.fields import EVENTS, RECORDS
    >>> kinds = {"events": EVENTS, "records": RECORDS}
    >>> guess(["Customer No.", "Order Date", "Total"], kinds).columns
    {'external_id': ('Customer No.',), 'at': ('Order Date',), 'amount': ('Total',)}
    """
    spelt = {column: re.sub(r"[\W_]+", "_", column).strip("_").lower() for column in columns}
    events = _fields(spelt, kinds["events"])
    is_events = "at" in events and not _HAPPENED.isdisjoint(events)
    kind = kinds["events" if is_events else "records"]
    found = events if is_events else _fields(spelt, kind)
    return Mapping(kind.name, found, formats=Formats(decimal=decimal))


def _fields(spelt: Read[str, str], kind: Kind) -> dict[str, tuple[str, ...]]:
    """Give each field the column that is spelt most like it; no column twice."""
    found: dict[str, tuple[str, ...]] = {}
    left = dict(spelt)
    for field in kind.fields:
        for spelling in (field.name, *_SPELLINGS.get(field.name, "").split()):
            column = next((name for name, is_spelt in left.items() if is_spelt == spelling), None)
            if column is not None:
                found[field.name] = (column,)
                del left[column]
                break
    order = list(spelt)
    return dict(sorted(found.items(), key=lambda pair: order.index(pair[1][0])))

"""What each field takes, and a kind that another floor declares with the same words."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pyarrow as pa
import pytest

from customers.intake.fields import (
    ARM,
    COUNTRY,
    CURRENCY,
    EVENT_KIND,
    EVENTS,
    RATES,
    RECORDS,
    Day,
    Email,
    Family,
    Field,
    Formats,
    Kind,
    Moment,
    Money,
    Number,
    Phone,
    Rate,
    Rule,
    Text,
    Whole,
    YesNo,
)
from customers.intake.mapping import Mapping
from customers.intake.picking import propose
from customers.intake.readers import arrow_type, read
from tests.mappings import MENS_MAIL

ASSIGNMENTS = Kind(
    name="assignments",
    fields=(
        Field("initiative", Text()),
        Field("external_id", Text(), identifies=True),
        Field("arm", ARM),
        Field("at", Moment()),
        Field("unit", Text()),
    ),
    required=("initiative", "external_id", "arm", "at"),
    families=(
        Family("covariate", ("name",), Number()),
        Family("outcome", ("measure",), Number()),
    ),
    named_by_place="external_id",
)
_COMMA = Formats(decimal=",")


@pytest.mark.parametrize(
    ("rule", "formats", "text", "value"),
    [
        (Text(), Formats(), "x" * 200, "x" * 200),
        (Text(), Formats(), "x" * 201, None),
        (Text(), Formats(), "a\0b", None),
        (Text(longest=500), Formats(), "x" * 500, "x" * 500),
        (Money(), Formats(), "12.5", Decimal("12.5")),
        (Money(), Formats(), "-0.0001", Decimal("-0.0001")),
        (Money(), Formats(), "1.230000", Decimal("1.23")),
        (Money(), Formats(), "99999999999999.9999", Decimal("99999999999999.9999")),
        (Money(), Formats(), "1.23456", None),
        (Money(), Formats(), "1,000.00", None),
        (Money(), Formats(), "1e3", None),
        (Money(), Formats(), "£5", None),
        (Money(), _COMMA, "1234,56", Decimal("1234.56")),
        (Money(), _COMMA, "1.234,56", None),
        (Money(), _COMMA, "1234.56", None),
        (Rate(), Formats(), "1.0842", Decimal("1.0842")),
        (Rate(), Formats(), "0.00000000011", None),
        (Rate(), Formats(), "0.0000000001000", Decimal("0.0000000001")),
        (Rate(), Formats(), "9999999999", Decimal(9999999999)),
        (Rate(), Formats(), "0", None),
        (Rate(), Formats(), "-1.1", None),
        (Rate(), _COMMA, "1,0842", Decimal("1.0842")),
        (Whole(), Formats(), "+12", 12),
        (Whole(), Formats(), "-3.0", -3),
        (Whole(), Formats(), "3.5", None),
        (Whole(), Formats(), "1234567890", None),
        (Number(), Formats(), "1e3", 1000.0),
        (Number(), _COMMA, "7,5", 7.5),
        (Number(), Formats(), "1e999", None),
        (Number(), Formats(), "nan", None),
        (YesNo(), Formats(), "Yes", True),
        (YesNo(), Formats(), "0", False),
        (YesNo(), Formats(), "maybe", None),
        (COUNTRY, Formats(), "gb", "GB"),
        (COUNTRY, Formats(), "UK", None),
        (CURRENCY, Formats(), "eur", "EUR"),
        (CURRENCY, Formats(), "£", None),
        (EVENT_KIND, Formats(), "Order_Line", "order_line"),
        (EVENT_KIND, Formats(), "purchase", None),
        (ARM, Formats(), "HOLDOUT", "holdout"),
        (ARM, Formats(), "control", None),
        (Email(), Formats(), "Ada@Example.org", "Ada@Example.org"),
        (Email(), Formats(), "ada@example", None),
        (Email(), Formats(), "ada byron@example.org", None),
        (Phone(), Formats(), "(020) 7946-0018 ext 5", "(020) 7946-0018 ext 5"),
        (Phone(), Formats(), "1234", None),
        (Phone(), Formats(), "call me", None),
        (Day(), Formats(), "1815-12-10", None),
        (Day(), Formats(), "1980-07-01 09:30", date(1980, 7, 1)),
        (Day(), Formats("%d/%m/%Y %H:%M"), "01/07/1980", date(1980, 7, 1)),
        (Day(), Formats("%d/%m/%Y %H:%M"), "31/02/1980", None),
        (Moment(), Formats(), "2026-11-25T09:30:00Z", datetime(2026, 11, 25, 9, 30, tzinfo=UTC)),
    ],
)
def test_a_text_becomes_a_value_or_is_refused(
    rule: Rule, formats: Formats, text: str, value: Any
) -> None:
    found = read(rule, pa.array([text]), formats)

    assert found.type == arrow_type(rule)
    assert found[0].as_py() == value


@pytest.mark.parametrize("kind", [RECORDS, EVENTS, RATES, ASSIGNMENTS])
def test_every_needed_field_is_a_field(kind: Kind) -> None:
    named = [*kind.required, kind.named_by_place, kind.hashed]

    assert all(kind.field(name) for name in named if name is not None)


def test_free_names_follow_their_shape() -> None:
    assert RECORDS.field("consent.email.news") == Field("consent.email.news", YesNo())
    assert RECORDS.field("consent.email") is None
    assert RECORDS.field("prefers.") is None
    assert ASSIGNMENTS.names()[-2:] == ["covariate.<name>", "outcome.<measure>"]


def test_a_file_with_arms_is_taken_for_assignments() -> None:
    columns = ["initiative", "arm", "at", "outcome.spend", "note"]

    assert propose(columns, {"records": RECORDS, "assignments": ASSIGNMENTS}) == Mapping(
        "assignments", {name: (name,) for name in columns[:4]}
    )


def test_a_kind_of_another_floor_is_taken_like_ours(take: Callable[..., Any]) -> None:
    taken = take(
        "segment,spend,history\nMens,29.99,142.44\nNone,0,329.08\nWomens,1,2\n",
        MENS_MAIL,
        kinds={"assignments": ASSIGNMENTS},
    )

    assert taken.dropped == 1
    assert taken.column("arm") == ["treated", "holdout"]
    assert taken.column("outcome.spend") == [29.99, 0.0]
    assert taken.column("at") == [datetime(2008, 3, 20, tzinfo=UTC)] * 2
    assert [name[12:] for name in taken.column("external_id")] == [":1", ":2"]

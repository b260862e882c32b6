import pytest

from customers.intake.fields import EVENTS, RATES, RECORDS, Formats, Kind
from customers.intake.mapping import Mapping, MappingError, Wide, fit, parse
from customers.intake.picking import propose

_ORDERS = """
kind = "events"
[columns]
external_id = "customer_id"
at = ["day", "time"]
amount = "total"
event = "type"
[constants]
currency = "GBP"
transactional = true
[values.event]
"refund" = "return"
"test" = ""
[formats]
at = "%d/%m/%Y %H:%M"
zone = "Europe/London"
decimal = ","
"""
_FIELDS_OF_EVENTS = (
    "event, event_id, external_id, at, channel, initiative, arm, order_id, amount, currency, "
    "quantity, product, category, store, score, transactional"
)


def test_a_mapping_is_read(kinds: dict[str, Kind]) -> None:
    assert parse(_ORDERS, kinds) == Mapping(
        kind="events",
        columns={
            "external_id": ("customer_id",),
            "at": ("day", "time"),
            "amount": ("total",),
            "event": ("type",),
        },
        constants={"currency": "GBP", "transactional": "true"},
        values={"event": {"refund": "return", "test": ""}},
        formats=Formats("%d/%m/%Y %H:%M", "Europe/London", ","),
    )


def test_dotted_fields_need_no_quotation_marks(kinds: dict[str, Kind]) -> None:
    mapping = parse(
        'kind = "records"\n[columns]\nconsent.email.news = "opt_in"\n"prefers.size" = "size"\n'
        '[values.consent.email.news]\n"1.0" = "yes"\n[values."prefers.size"]\n"XXL" = "2XL"\n',
        kinds,
    )

    assert mapping.columns == {"consent.email.news": ("opt_in",), "prefers.size": ("size",)}
    assert mapping.values == {
        "consent.email.news": {"1.0": "yes"},
        "prefers.size": {"XXL": "2XL"},
    }


def test_a_mapping_is_stored_and_known_again(kinds: dict[str, Kind]) -> None:
    mapping = parse(_ORDERS, kinds)
    reordered = mapping._replace(columns=dict(reversed(mapping.columns.items())))

    assert Mapping.from_json(mapping.to_json()) == mapping
    assert reordered.sha256() == mapping.sha256()
    assert mapping._replace(constants={"currency": "EUR"}).sha256() != mapping.sha256()


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (
            'kind = "events"\n[columns\nat = "day"\n',
            (
                "The mapping is not TOML: Expected ']' at the end of a table declaration "
                "(at line 2, column 9)."
            ),
        ),
        (
            '[columns]\nat = "day"\n',
            "The mapping names no kind: write kind = one of records, events.",
        ),
        (
            'kind = "event"\n',
            (
                "The mapping holds the unknown kind 'event' (did you mean 'events'?); expected one "
                "of records, events."
            ),
        ),
        (
            'kind = "events"\n[column]\nat = "day"\n',
            (
                "The mapping holds the unknown section 'column' (did you mean 'columns'?); "
                "expected one of kind, columns, constants, derived, values, when, wide, formats."
            ),
        ),
        (
            'kind = "events"\n[columns]\namuont = "total"\n',
            (
                "[columns] names 'amuont', which is no field of events (did you mean 'amount'?); "
                f"the fields are {_FIELDS_OF_EVENTS}."
            ),
        ),
        (
            'kind = "events"\n[columns]\nat = 3\n',
            "[columns] at holds 3; expected a column's name or a list of names.",
        ),
        (
            'kind = "events"\n[columns]\nat = "day"\n[constants]\nstore = "York\\u0000"\n',
            "The mapping holds a NUL character, which no text may hold; take it out.",
        ),
        (
            'kind = "events"\n[columns]\nat = []\n',
            "[columns] at holds []; expected a column's name or a list of names.",
        ),
        (
            'kind = "events"\n[columns]\nat = "day"\n[constants]\nat = 2026-11-25\n',
            "at stands in [columns] and in [constants]; keep one of them.",
        ),
        (
            'kind = "events"\n[constants]\nevent = ["order"]\n',
            "[constants] event holds ['order']; expected one value.",
        ),
        (
            'kind = "events"\n[values.event]\n"buy" = "order"\n',
            "[values.event] turns values of a field that [columns] does not map.",
        ),
        (
            'kind = "events"\n[values]\nevent = "order"\n',
            "[values] event holds 'order'; write [values.event].",
        ),
        (
            'kind = "events"\ncolumns = "at"\n',
            "columns holds 'at'; it is a section: write [columns].",
        ),
        (
            'kind = "events"\n[formats]\ntimezone = "UTC"\n',
            (
                "[formats] holds the unknown format 'timezone' (did you mean 'zone'?); expected "
                "one of at, zone, decimal."
            ),
        ),
        (
            'kind = "events"\n[formats]\nzone = "Europe/Londn"\n',
            (
                "[formats] zone is 'Europe/Londn', which is no time zone; expected a name such as "
                "Europe/London."
            ),
        ),
        (
            'kind = "events"\n[formats]\nzone = 0\n',
            "[formats] zone holds 0; expected text.",
        ),
        (
            'kind = "events"\n[formats]\ndecimal = "·"\n',
            '[formats] decimal is \'·\'; expected "." or ",".',
        ),
        (
            'kind = "events"\n[formats]\nat = "DD/MM/YYYY"\n',
            '[formats] at is \'DD/MM/YYYY\'; expected "iso" or a format such as "%d/%m/%Y %H:%M".',
        ),
        (
            'kind = "events"\n[formats]\nat = "%d/%m/%Y %Q"\n',
            (
                "[formats] at is '%d/%m/%Y %Q'; expected \"iso\" or a format such as "
                '"%d/%m/%Y %H:%M".'
            ),
        ),
        (
            'kind = "events"\n[formats]\nat = "%d/%m %H:%M"\n',
            '[formats] at is \'%d/%m %H:%M\'; expected "iso" or a format such as "%d/%m/%Y %H:%M".',
        ),
    ],
)
def test_a_mistake_is_answered_with_its_place(
    kinds: dict[str, Kind], text: str, sentence: str
) -> None:
    with pytest.raises(MappingError) as refused:
        parse(text, kinds)

    assert str(refused.value) == sentence


def test_a_column_that_the_file_lacks_is_named() -> None:
    mapping = Mapping("events", {"at": ("order_day",), "event": ("type",)})

    with pytest.raises(MappingError) as refused:
        fit(mapping, EVENTS, ["type", "order_date"])

    assert str(refused.value) == (
        "[columns] at names the column 'order_day', which the file does not have (did you mean "
        "'order_date'?); it has type, order_date."
    )


def test_json_lines_may_bring_a_column_later() -> None:
    fit(Mapping("records", {"email": ("mail",)}), RECORDS, ["id"], complete=False)


def test_a_needed_field_without_a_column_is_named() -> None:
    with pytest.raises(MappingError) as refused:
        fit(Mapping("events", {"at": ("at",)}), EVENTS, ["at", "what"])

    assert str(refused.value) == (
        "Events need event, and no column of the file is mapped to it; it has at, what."
    )


def test_a_file_without_any_of_our_fields_is_refused(kinds: dict[str, Kind]) -> None:
    with pytest.raises(MappingError, match="records need external_id; events need event, at"):
        fit(propose(["a", "b"], kinds), RECORDS, ["a", "b"])


def test_without_a_mapping_our_own_names_map_to_themselves(kinds: dict[str, Kind]) -> None:
    events = propose(["event", "at", "till"], kinds)
    records = propose(["external_id", "email", "consent.sms.offers", "shoe"], kinds)

    assert events.kind == "events"
    assert events.columns == {"event": ("event",), "at": ("at",)}
    assert events.ignored(["event", "at", "till"]) == ["till"]
    assert records.kind == "records"
    assert set(records.columns) == {"external_id", "email", "consent.sms.offers"}


_WIDE = """
kind = "rates"
[columns]
on = "Date"
[constants]
base = "EUR"
[wide]
header = "currency"
cell = "rate"
[values.rate]
"N/A" = ""
"""


def test_a_wide_mapping_is_stored_and_fits_with_two_fields_of_each_further_column() -> None:
    kinds = {"rates": RATES}
    mapping = parse(_WIDE, kinds)

    fit(mapping, RATES, ["Date", "USD", "JPY"])
    assert mapping.wide == Wide("currency", "rate")
    assert Mapping.from_json(mapping.to_json()) == mapping
    assert mapping.unnamed(["Date", "USD", "JPY"]) == ["USD", "JPY"]
    assert mapping.ignored(["Date", "USD", "JPY"]) == []


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ('cell = "rate"', "", "[wide] holds {'header': 'currency'}; expected header and cell, "),
        ('cell = "rate"', 'cell = "rat"', "[wide] names 'rat', which is no field of rates"),
        ('base = "EUR"', 'currency = "EUR"', "currency stands in [constants] and in [wide]; "),
        ("rate]", "base]", "[values.base] turns values of a field that [columns] does not map."),
    ],
)
def test_a_mistake_in_a_wide_mapping_is_told(old: str, new: str, sentence: str) -> None:
    with pytest.raises(MappingError) as mistake:
        parse(_WIDE.replace(old, new), {"rates": RATES})

    assert str(mistake.value).startswith(sentence)

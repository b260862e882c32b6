from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from customers.intake.batches import Batch
from customers.intake.columns import apply, schema
from customers.intake.fields import EVENTS, RECORDS, Kind
from customers.intake.mapping import Mapping, MappingError, parse
from customers.intake.rejected import Rejected

Take = Callable[..., Any]
_NOON = datetime(2026, 11, 25, 12, tzinfo=UTC)


def test_a_row_becomes_typed_columns(take: Take) -> None:
    taken = take(
        "kind;id;day;hour;total\nsale; C1 ;01/07/2026;09:30;12,50\n",
        """
        kind = "events"
        [columns]
        event = "kind"
        external_id = "id"
        at = ["day", "hour"]
        amount = "total"
        [constants]
        currency = "gbp"
        [values.event]
        sale = "order"
        [formats]
        at = "%d/%m/%Y %H:%M"
        zone = "Europe/London"
        decimal = ","
        """,
    )

    (row,) = taken.rows
    assert taken.rejected == []
    assert {name: value for name, value in row.items() if value is not None} == {
        "row": 1,
        "event": "order",
        "content": row["content"],
        "external_id": "C1",
        "at": datetime(2026, 7, 1, 8, 30, tzinfo=UTC),
        "amount": Decimal("12.5000"),
        "currency": "GBP",
    }


def test_money_given_back_is_below_zero_however_it_is_written(take: Take) -> None:
    taken = take(
        "event,at,amount\n"
        "return,2026-11-05,12.5\nreturn,2026-11-05,-3\nreturn,2026-11-05,\norder,2026-11-05,7\n"
    )

    assert taken.column("amount") == [Decimal("-12.5"), Decimal(-3), None, Decimal(7)]


def test_the_columns_are_always_those_of_the_schema(take: Take) -> None:
    mapping = Mapping("records", {"external_id": ("id",), "prefers.size": ("size",)})

    assert schema(mapping, RECORDS).names == [
        "row",
        *(field.name for field in RECORDS.fields),
        "prefers.size",
    ]
    assert list(take("external_id,prefers.size\n1,M\n").rows[0]) == schema(mapping, RECORDS).names


def test_each_refused_row_names_its_first_fault(take: Take) -> None:
    taken = take(
        "event,at,external_id,amount,quantity\n"
        "order,2026-11-25,1,5,1\n"
        "ordre,2026-11-25,1,x,1\n"
        "order,25/11/2026,1,5,1\n"
        "order,2026-11-25 12:11:00,1,5,1\n"
        "order,,1,5,1\n"
        "order,2026-11-25,1,-5,1\n"
        "return,2026-11-25,1,-5,1\n"
        "order,2026-11-25,1,5,1.5\n"
        "order,2026-11-25,1,5\n"
        "order,2026-11-25 12:10:00,1,5,-1\n"
    )

    assert taken.column("row") == [1, 7, 10]
    assert [(fault.row, fault.column, fault.value) for fault in taken.rejected] == [
        (2, "event", "ordre"),
        (3, "at", "25/11/2026"),
        (4, "at", "2026-11-25 12:11:00"),
        (5, "at", ""),
        (6, "amount", "-5"),
        (8, "quantity", "1.5"),
        (9, "4 cells", "order,2026-11-25,1,5"),
    ]
    assert [fault.expected for fault in taken.rejected] == [
        (
            "one of visit, view, order, order_line, return, contact, open, click, bounce, opt_out, "
            "spam_report, complaint, service_case, survey_answer, store_visit, consent_change, "
            "other"
        ),
        "a moment such as 2026-11-25 14:30:00",
        "a moment that is not in the future",
        "a value: at is needed",
        "an amount that is not negative, unless event is return",
        "a whole number of at most 9 digits",
        "5 cells, as in the header",
    ]


def test_what_is_expected_follows_the_formats_of_the_file(take: Take) -> None:
    taken = take(
        "event;at;amount\norder;25.11.2026;1.5\norder;2026-11-25;1\n",
        'kind = "events"\n[columns]\nevent = "event"\nat = "at"\namount = "amount"\n'
        '[formats]\nat = "%d.%m.%Y"\ndecimal = ","\n',
    )

    assert taken.rejected == [
        Rejected(1, "amount", "1.5", "an amount such as 1234,50, at most 4 decimals"),
        Rejected(2, "at", "2026-11-25", "a moment written as %d.%m.%Y"),
    ]


def test_a_dropped_row_is_counted_and_not_refused(take: Take) -> None:
    taken = take(
        "event,at\ntest,nonsense\n,2026-11-25\norder,2026-11-25\n",
        'kind = "events"\n[columns]\nevent = "event"\nat = "at"\n'
        '[values.event]\ntest = ""\n"" = "visit"\n',
    )

    assert taken.dropped == 1
    assert taken.rejected == []
    assert taken.column("event") == ["visit", "order"]


def test_an_event_without_a_person_counts_for_nobody(take: Take) -> None:
    taken = take(
        "event,at,external_id\norder,2026-11-25,\norder,2026-11-25,NULL\norder,2026-11-25,0\n"
    )

    assert taken.column("external_id") == [None, None, "0"]
    assert taken.rejected == []


def test_a_record_needs_its_id_where_the_file_has_ids(take: Take) -> None:
    taken = take("external_id,email\n,ada@example.org\nn/a,bea@example.org\n1,n/a\n")

    assert taken.rejected == [
        Rejected(1, "external_id", "", "a value: external_id is needed"),
        Rejected(2, "external_id", "n/a", "a value: external_id is needed"),
    ]
    assert taken.column("email") == [None]


def test_records_of_a_file_without_ids_are_named_by_their_place(take: Take) -> None:
    taken = take("email\nada@example.org\nada@example.org\n")
    again = take("email\nbea@example.org\n")

    first, second = taken.column("external_id")
    assert first[12:] == ":1"
    assert second[12:] == ":2"
    assert again.column("external_id")[0][:12] != first[:12]


def test_an_event_without_an_id_carries_the_hash_of_what_it_says(take: Take) -> None:
    day = "event,at,till\norder,2026-11-24,1\norder,2026-11-24,1\n"
    mapping = 'kind = "events"\n[columns]\nevent = "event"\nat = "at"\n'

    first = take(day, mapping).column("content")
    longer = take(day + "order,2026-11-25,1\n", mapping).column("content")
    moved = take(day.replace("order", "visit,2026-11-23,1\norder", 1), mapping).column("content")
    other_till = take(day.replace(",1\n", ",2\n"), mapping).column("content")
    other_store = take(day, mapping + '[constants]\nstore = "Leeds"\n').column("content")

    assert len(set(first)) == 1
    assert longer[:2] == moved[1:] == first
    assert not set(first) & set(other_till)
    assert not set(first) & set(other_store)


def test_an_event_keeps_the_id_that_it_has(take: Take) -> None:
    taken = take("event,at,event_id\norder,2026-11-24,e1\norder,2026-11-24,\n")

    assert taken.column("event_id") == ["e1", None]
    hashed = taken.column("content")
    assert hashed[0] is None
    assert len(hashed[1]) == 32


def test_columns_are_joined_with_a_space_and_empty_ones_left_out(take: Take) -> None:
    taken = take(
        "id,title,first,last\n1,Ms,Ada,Byron\n2, ,Bea,\n3,,,\n",
        'kind = "records"\n[columns]\nexternal_id = "id"\nfull_name = ["title", "first", "last"]\n',
    )

    assert taken.column("full_name") == ["Ms Ada Byron", "Bea", None]


def test_json_lines_are_taken_like_csv(take: Take) -> None:
    taken = take(
        '{"event": "order", "at": "2026-11-25T09:00:00Z", "amount": 12.10}\n'
        '{"event": "visit", "at": "2026-11-25T09:00:00+01:00", "score": 9}\n',
        name="events.jsonl",
    )

    assert taken.column("amount") == [Decimal("12.1000"), None]
    assert taken.rows[1]["at"] == datetime(2026, 11, 25, 8, tzinfo=UTC)


def test_a_column_that_json_lines_do_not_bring_is_empty(take: Take) -> None:
    taken = take(
        '{"event": "order", "at": "2026-11-25"}\n',
        'kind = "events"\n[columns]\nevent = "event"\nat = "at"\nscore = "nps"\n',
        name="events.jsonl",
    )

    assert taken.column("score") == [None]


def test_a_constant_that_is_no_value_is_a_mistake_of_the_mapping(
    take: Take, kinds: dict[str, Kind]
) -> None:
    text = 'kind = "events"\n[columns]\nat = "at"\n[constants]\nevent = "purchase"\n'
    assert parse(text, kinds).constants == {"event": "purchase"}

    with pytest.raises(MappingError, match=r"^\[constants\] event is 'purchase'; expected one of"):
        take("at\n2026-11-25\n", text)


@given(
    st.lists(
        st.tuples(
            st.decimals(0, 10**9, places=4),
            st.datetimes(datetime(1970, 1, 2), datetime(2026, 11, 24)),  # noqa: DTZ001 - UTC follows
            st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=200),
        )
    )
)
def test_what_is_written_is_what_is_read(rows: list[tuple[Decimal, datetime, str]]) -> None:
    table = pa.table(
        {
            "amount": [f"{amount:f}" for amount, _, _ in rows],
            "at": [at.isoformat() for _, at, _ in rows],
            "product": [product for _, _, product in rows],
            "event": ["order"] * len(rows),
        },
        schema=pa.schema([(name, pa.string()) for name in ("amount", "at", "product", "event")]),
    )
    mapping = Mapping("events", {name: (name,) for name in table.column_names})
    numbers = pa.array(range(1, len(rows) + 1), pa.int64())

    taken = apply(mapping, EVENTS, Batch(numbers, table, []), file_sha256="0" * 64, now=_NOON)

    assert taken.rejected == []
    assert [
        (row["amount"], row["at"].replace(tzinfo=None), row["product"] or "")
        for row in taken.rows.to_pylist()
    ] == [(amount, at, product.strip()) for amount, at, product in rows]


@pytest.mark.parametrize(
    ("column", "value", "expected"),
    [
        ("score", "11", "a whole number from 0 to 10, as event is survey_answer"),
        ("score", "-1", "a whole number from 0 to 10, as event is survey_answer"),
        ("score", "8.5", "a whole number from 0 to 10, as event is survey_answer"),
        ("score", "often", "a number such as 12.5"),
        ("currency", "GPB", "a three-letter ISO 4217 currency code such as GBP"),
        ("amount", "-0.01", "an amount that is not negative, unless event is return"),
        ("at", "2027-01-01", "a moment that is not in the future"),
    ],
)
def test_each_check_of_an_event_has_its_own_sentence(
    take: Take, column: str, value: str, expected: str
) -> None:
    row = {"event": "survey_answer", "at": "2026-11-20", column: value}

    taken = take(f"{','.join(row)}\n{','.join(row.values())}\n")

    assert taken.rejected == [Rejected(1, column, value, expected)]


@pytest.mark.parametrize("score", ["0", "10", "7.0", ""])
def test_an_answer_from_0_to_10_is_taken(take: Take, score: str) -> None:
    assert take(f"event,at,score\nsurvey_answer,2026-11-20,{score}\n").rejected == []


def test_a_score_of_another_event_is_any_number(take: Take) -> None:
    taken = take("event,at,score\nservice_case,2026-11-20,-8.5\n")

    assert taken.column("score") == [-8.5]


@pytest.mark.parametrize(
    ("column", "value", "expected"),
    [
        ("born_on", "2026-11-26", "a day that is not in the future"),
        ("born_on", "1899-12-31", "a day such as 2026-11-25"),
        ("country", "UK", "a two-letter ISO 3166 country code such as GB"),
    ],
)
def test_each_check_of_a_record_has_its_own_sentence(
    take: Take, column: str, value: str, expected: str
) -> None:
    taken = take(f"external_id,{column}\nA,{value}\n")

    assert taken.rejected == [Rejected(1, column, value, expected)]

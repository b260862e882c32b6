from collections.abc import Callable
from typing import Any

import pytest

from customers.intake.expressions import ExpressionError, steps
from customers.intake.fields import Kind
from customers.intake.mapping import Mapping, MappingError, fit, parse

_EVENTS = """
kind = "events"
[columns]
at = "at"
[constants]
event = "order"
"""


@pytest.mark.parametrize(
    ("text", "postfix"),
    [
        ("a", "a"),
        ("a - b - c", "a b - c -"),
        ("a + b * c", "a b c * +"),
        ("(a + b) * 2", "a b + 2 *"),
        ("`net price`*1.2", "net price 1.2 *"),
        ("menge * größe", "menge größe *"),
    ],
)
def test_an_expression_reads_as_at_school(text: str, postfix: str) -> None:
    assert " ".join(step.text for step in steps(text)) == postfix


@pytest.mark.parametrize(
    "text",
    [
        "",
        "a b",
        "a +",
        "* a",
        "(a",
        "a)",
        "a / b",
        "a ** b",
        "f(a)",
        "a.b",
        "100",
        "a * a * a * a * a",
    ],
)
def test_nothing_else_is_an_expression(text: str) -> None:
    with pytest.raises(ExpressionError):
        steps(text)


@pytest.mark.parametrize(
    ("expression", "row", "amount"),
    [
        ("n * p", "6,2.55,", "15.3000"),
        ("n * p", "0,2.55,", "0.0000"),
        ("n * p - x", "3,2.50,0.5", "7.0000"),
        ("n * 0.3333", "0.0001,,", "0.0000"),
        ("n * 0.5", "0.0001,,", "0.0001"),
        ("n * p", "99999999999999,1,", "99999999999999.0000"),
        ("n * p", "6,,", None),
    ],
)
def test_it_is_exact_to_four_places(
    take: Callable[..., Any], expression: str, row: str, amount: str | None
) -> None:
    taken = take(f"at,n,p,x\n2026-11-20,{row}\n", f'{_EVENTS}[derived]\namount = "{expression}"\n')

    assert taken.rejected == []
    assert [None if it is None else str(it) for it in taken.column("amount")] == [amount]


@pytest.mark.parametrize(
    ("row", "value"),
    [("six,2", "six 2"), ("-1,2", "-2.0000"), ("99999999999999,99999999999999", None)],
)
def test_what_it_cannot_be_costs_the_row(
    take: Callable[..., Any], row: str, value: str | None
) -> None:
    taken = take(f"at,n,p\n2026-11-20,{row}\n", f'{_EVENTS}[derived]\namount = "n * p"\n')

    (fault,) = taken.rejected
    assert fault.column == "n * p"
    assert value is None or fault.value == value


def test_decimals_are_read_as_the_file_writes_them(take: Callable[..., Any]) -> None:
    taken = take(
        "at;n;p\n2026-11-20;2;1,25\n",
        f'{_EVENTS}[derived]\namount = "n * p"\n[formats]\ndecimal = ","\n',
    )

    assert [str(amount) for amount in taken.column("amount")] == ["2.5000"]


def test_the_first_rule_that_holds_decides(take: Callable[..., Any]) -> None:
    taken = take(
        "at,no,n,test\n"
        "2026-11-20,C1,-1,no\n2026-11-20,2,-1,no\n2026-11-20,C3,5,YES\n2026-11-20,4,1,\n"
        "2026-11-20,5,200,\n",
        f"""{_EVENTS}
        [when]
        event = [
          {{ then = "", column = "test", equals = "yes" }},
          {{ then = "return", column = "no", begins = "C" }},
          {{ then = "complaint", column = "n", below = 0 }},
          {{ then = "view", column = "n", above = 99.5 }},
        ]
        channel = [{{ then = "till", column = "test", given = false }}]
        """,
    )

    assert taken.column("event") == ["return", "complaint", "order", "view"]
    assert taken.column("channel") == [None, None, "till", "till"]
    assert (taken.dropped, taken.rejected) == (1, [])


def test_any_other_value_may_be_left_out(take: Callable[..., Any]) -> None:
    taken = take(
        "at,what\n2026-11-20,sale\n2026-11-20,ping\n2026-11-20,\n",
        'kind = "events"\n[columns]\nat = "at"\nevent = "what"\n'
        '[values.event]\nsale = "order"\n"*" = ""\n',
    )

    assert taken.column("event") == ["order"]
    assert taken.dropped == 1
    assert [fault.expected for fault in taken.rejected] == ["a value: event is needed"]


@pytest.mark.parametrize(
    ("more", "sentence"),
    [
        (
            '[derived]\namount = "n / p"',
            (
                "[derived] amount holds 'n / p'; expected columns and numbers joined by + - * "
                "and brackets."
            ),
        ),
        ('[derived]\nevent = "n"', "event stands in [constants] and in [derived]; keep one"),
        ('[derived]\namont = "n"', "[derived] names 'amont', which is no field of events"),
        ('[when]\nevent = "n"', "[when] event holds 'n'; expected a list of rules such as {"),
        ('[when]\nevent = [{ then = "order", column = "n" }]', "[when] event holds [{"),
        ('[when]\nevent = [{ then = "order", column = "n", below = true }]', "[when] event"),
        ('[when]\nevent = [{ then = "order", column = "n", begins = 1 }]', "[when] event"),
    ],
)
def test_a_mistake_is_told_in_a_sentence(kinds: dict[str, Kind], more: str, sentence: str) -> None:
    with pytest.raises(MappingError) as mistake:
        parse(_EVENTS + more, kinds)

    assert str(mistake.value).startswith(sentence)


def test_a_rule_cannot_make_what_is_no_value(take: Callable[..., Any]) -> None:
    with pytest.raises(MappingError, match=r"^\[when\] event is 'sale'; expected one of visit"):
        take(
            "at,n\n2026-11-20,1\n",
            f'{_EVENTS}[when]\nevent = [{{ then = "sale", column = "n", given = true }}]\n',
        )


def test_columns_of_expressions_and_rules_must_be_there(kinds: dict[str, Kind]) -> None:
    mapping = parse(_EVENTS + '[derived]\namount = "n * prise"\n', kinds)

    with pytest.raises(MappingError, match=r"^\[derived\] amount names the column 'prise', which"):
        fit(mapping, kinds["events"], ["at", "n", "price"])


def test_it_is_stored_and_found_again(kinds: dict[str, Kind]) -> None:
    mapping = parse(
        _EVENTS + '[derived]\namount = "n * p"\n'
        '[when]\nevent = [{ then = "return", column = "n", below = 0 }]\n',
        kinds,
    )

    assert Mapping.from_json(mapping.to_json()) == mapping
    assert mapping.ignored(["at", "n", "p", "x"]) == ["x"]

"""Which pairs are looked at, and how many at most."""

from customers.identity.blocks import FEW, PARTS, SHARP, lay_keys, rules_for
from customers.identity.comparable import compared
from customers.identity.memory import database, run
from tests.factories.golden import golden


def test_a_common_value_asks_for_no_pairs() -> None:
    common = [{"email": "shop@example.com"}] * 100
    rare = [{"email": "ada@example.com"}] * 2

    with database(1, "200MB") as connection:
        compared(golden(*common, *rare), connection)
        keys = lay_keys(connection, ["email"], pairs_at_most=50)
        keyed = run(connection, "select count(key_email) from people")

    assert [(key.rule, key.block_at_most, key.pairs) for key in keys] == [("email", 2, 1)]
    assert keyed == [(2,)]


def test_a_rule_that_nobody_shares_is_left_out() -> None:
    with database(1, "200MB") as connection:
        compared(golden({"email": "a@example.com"}, {"phone": "123456"}), connection)

        assert lay_keys(connection, ["email", "phone"], pairs_at_most=50) == []


def test_rules_follow_the_columns_and_the_number_of_people() -> None:
    few, many = (rules_for(("given", "family"), people) for people in (FEW, FEW + 1))

    needed = {need for rule in few for part in rule.split() for need in PARTS[part].needs}
    assert needed == {"given", "family"}
    assert set(many) == set(few) & set(SHARP)

"""Who is one person, by example, and in any order."""

from collections.abc import Iterable

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from customers.identity.graph import Graph, Ties, taken
from customers.identity.rules import RULES, Kind, Reason, State, Tier
from customers.identity.solve import Partition, solve
from tests.factories.linking import Person, graph_of

ALIAS, ACCOUNT, CARD = Kind.ALIAS, Kind.ACCOUNT_ID, Kind.LOYALTY_CARD
EMAIL, PHONE, TOKEN, DEVICE = Kind.EMAIL, Kind.PHONE, Kind.PAYMENT_TOKEN, Kind.WIFI_DEVICE
SHOP, TILLS, MAIL = 1, 2, 3
ADA = Person(SHOP, "ada", "byron", "1980-05-17", {EMAIL: "a"})


def groups(found: Partition) -> list[list[int]]:
    """Return the people with more than one record."""
    people: dict[int, list[int]] = {}
    for record, founder in zip(found.record.tolist(), found.founder.tolist(), strict=True):
        people.setdefault(founder, []).append(record)
    return [records for records in people.values() if len(records) > 1]


def test_records_that_share_a_value_are_one_person_founded_by_the_eldest() -> None:
    found = solve(graph_of({9: ADA, 4: ADA._replace(source=MAIL), 7: Person(MAIL)}))

    assert found.record.tolist() == [4, 7, 9]
    assert found.founder.tolist() == [4, 7, 4]
    assert found.ties.joins.tolist() == [4, 4]


def test_nobody_is_joined_by_a_blocked_value() -> None:
    found = solve(graph_of({1: ADA, 2: ADA}, blocked=("a",)))

    assert groups(found) == []
    assert set(found.ties.state) == {State.BLOCKED}
    assert set(found.ties.reason) == {Reason.PLACEHOLDER}


def test_a_value_of_too_many_people_is_generic() -> None:
    names = ["ann", "bob", "cyd", "dee", "eve", "fay"]
    people = {n: Person(n, name, "hill", "", {EMAIL: "a"}) for n, name in enumerate(names)}

    few = solve(graph_of({n: people[n] for n in range(5)}))
    many = solve(graph_of(people | {7: Person(7, "ann", "hill", "", {EMAIL: "a"})}))

    assert set(few.ties.state) == {State.OK}
    assert set(many.ties.state) == {State.GENERIC}
    assert set(many.ties.fan_out) == {6}
    assert groups(many) == []


def test_a_kiosk_is_known_by_the_addresses_of_its_nameless_guests() -> None:
    guests = {n: Person(n, values={DEVICE: "k", EMAIL: f"e{n}"}) for n in range(4)}

    assert groups(solve(graph_of(guests))) == []


def test_a_tablet_in_the_shop_is_no_alias() -> None:
    visitors = {n: Person(SHOP, values={ALIAS: "v"}) for n in (1, 2, 3)}

    assert groups(solve(graph_of(visitors))) == []
    assert groups(solve(graph_of({n: visitors[n] for n in (1, 2)}, registers=(SHOP,)))) == [[1, 2]]


def test_a_family_under_one_address_is_told_apart_by_name() -> None:
    found = solve(
        graph_of(
            {
                1: ADA,
                2: ADA._replace(source=MAIL, given="bob", born=""),
                3: ADA._replace(source=TILLS),
                4: ADA._replace(source=TILLS, given="robert", born=""),
            }
        )
    )

    assert groups(found) == [[1, 3], [2, 4]]
    assert set(found.ties.state) == {State.OK}
    assert set(found.ties.reason) == {Reason.SEVERAL_PEOPLE}


def test_who_has_two_family_names_is_met_by_either() -> None:
    before, since = (Person(SHOP, "ada", family, "", {EMAIL: "a"}) for family in ("byron", "king"))
    known = {1: before, 2: since}
    byron, lamb = (Person(MAIL, "", family, "", {EMAIL: "a"}) for family in ("byron", "lamb"))

    assert groups(solve(graph_of(known | {3: byron}))) == [[1, 2, 3]]
    assert groups(solve(graph_of(known | {3: lamb}))) == [[1, 2]]


def test_a_birth_day_mistyped_keeps_out_nobody_who_has_the_right_one() -> None:
    mistyped = ADA._replace(source=TILLS, born="1980-05-18")
    nameless = Person(MAIL, born="1980-05-17", values={EMAIL: "a"})

    assert groups(solve(graph_of({1: ADA, 2: mistyped, 3: nameless}))) == [[1, 2, 3]]


def test_parent_and_child_of_one_name_are_told_apart_by_birth_day() -> None:
    child = ADA._replace(source=MAIL, born="2003-02-11")

    assert groups(solve(graph_of({1: ADA, 2: child}))) == []


def test_who_may_be_either_is_held_for_review() -> None:
    child = ADA._replace(source=MAIL, born="2003-02-11")
    found = solve(graph_of({1: ADA, 2: child, 3: ADA._replace(source=TILLS, born="")}))

    assert groups(found) == []
    assert found.ties.state[2] == State.AMBIGUOUS
    assert [column.tolist() for column in found.ambiguous] == [[3], [0], [1], [2]]


def test_another_value_may_settle_whose_record_it_is() -> None:
    child = ADA._replace(source=MAIL, born="2003-02-11", values={EMAIL: "a", CARD: "c"})
    nameless = Person(TILLS, values={EMAIL: "a", CARD: "c"})
    found = solve(graph_of({1: ADA, 2: child, 3: nameless}))

    assert groups(found) == [[2, 3]]
    assert not len(found.ambiguous.record)


def test_two_accounts_of_one_register_are_two_people() -> None:
    twice = {1: ADA._replace(born=""), 2: ADA._replace(born="")}

    assert groups(solve(graph_of(twice, registers=(SHOP,)))) == []
    assert groups(solve(graph_of(twice))) == [[1, 2]]


def test_a_chain_that_breaks_a_limit_gives_way_where_it_is_weakest() -> None:
    bridge = Person(MAIL, values={CARD: "c", PHONE: "p"})
    graph = graph_of(
        {
            1: ADA._replace(values={PHONE: "p"}),
            2: bridge,
            3: Person(TILLS, "bob", "hill", "", {CARD: "c"}),
        }
    )
    found = solve(graph)

    assert groups(found) == [[2, 3]]
    assert found.ties.state.tolist() == [State.OK, State.OK, State.CUT, State.OK]
    assert found.ties.reason[2] == Reason.NAMES
    assert found.component.tolist() == [1, 1, 1]


def test_nobody_has_two_cards() -> None:
    graph = graph_of(
        {
            1: Person(MAIL, values={CARD: "c", EMAIL: "e"}),
            2: Person(TILLS, values={CARD: "d", EMAIL: "e"}),
        }
    )
    found = solve(graph)

    assert groups(found) == []
    assert found.ties.reason.tolist() == [0, 0, 0, Reason.TWO_CARDS]


def test_nobody_has_more_records_than_the_largest_may() -> None:
    chain = {
        n: Person(n, values={EMAIL: f"e{n // 2}", PHONE: f"p{(n + 1) // 2}"}) for n in range(30)
    }
    found = solve(graph_of(chain))

    assert max(map(len, groups(found))) <= RULES.largest
    assert Reason.SIZE in found.ties.reason


def test_a_person_outranks_the_rules() -> None:
    graph = graph_of(
        {1: ADA, 2: Person(SHOP, "zoe", "hill", "1999-01-02", {EMAIL: "z"})},
        registers=(SHOP,),
        decisions=((2, 1, True),),
    )

    assert groups(solve(graph)) == [[1, 2]]


def test_who_is_put_apart_stays_apart_whatever_joins_them() -> None:
    people = {1: ADA, 2: ADA._replace(source=MAIL), 3: ADA._replace(source=TILLS)}
    graph = graph_of(people, decisions=((1, 3, False), (2, 3, True)))
    found = solve(graph)

    assert groups(found) == [[2, 3]]
    assert found.ties.reason[0] == Reason.NONE
    assert Reason.APART in found.ties.reason


def test_who_was_joined_agrees_by_either_name() -> None:
    wed = ADA._replace(source=MAIL, family="hill", born="", values={EMAIL: "w"})
    later = Person(TILLS, "ada", "hill", "", {EMAIL: "w", PHONE: "p"})
    earlier = Person(4, "ada", "byron", "", {PHONE: "q", EMAIL: "a"})
    people = {1: ADA, 2: wed, 3: later, 4: earlier}

    assert groups(solve(graph_of(people))) == [[1, 4], [2, 3]]
    assert groups(solve(graph_of(people, decisions=((1, 2, True),)))) == [[1, 2, 3, 4]]


def test_a_proposal_joins_and_a_probable_one_only_probably() -> None:
    people = {n: Person(n, "ada", "byron") for n in (1, 2, 3)}
    accepted = ((1, 2, 14.0, Tier.CONFIRMED), (3, 2, 20.0, Tier.PROBABLE))
    found = solve(graph_of(people, accepted=accepted))

    assert found.confirmed.tolist() == [1, 1, 3]
    assert found.founder.tolist() == [1, 1, 1]


def test_a_proposal_never_overrules_a_name() -> None:
    people = {1: ADA, 2: ADA._replace(source=MAIL), 3: Person(TILLS, "zoe", "byron")}
    found = solve(graph_of(people, accepted=((1, 3, 30.0, Tier.CONFIRMED),)))

    assert groups(found) == [[1, 2]]


def test_no_records_are_nobody() -> None:
    found = solve(graph_of({}))

    assert not len(found.record)


def test_a_tie_of_a_record_that_is_not_there_is_left_out() -> None:
    graph = graph_of({1: ADA, 2: ADA._replace(source=MAIL)})
    found = solve(graph_of({2: ADA._replace(source=MAIL)})._replace(ties=graph.ties))

    assert found.record.tolist() == [2]
    assert found.ties.joins.tolist() == [1, 2]


PEOPLE = st.builds(
    Person,
    source=st.integers(1, 3),
    given=st.sampled_from(["", "a", "ann", "anna", "bob"]),
    family=st.sampled_from(["", "hill", "hilll", "cox"]),
    born=st.sampled_from(["", "", "1980-05-17", "1980-05-18", "2003-02-11"]),
    values=st.dictionaries(st.sampled_from(list(Kind)), st.sampled_from("xyz"), max_size=4),
)
PAIRS = st.tuples(st.integers(0, 13), st.integers(0, 13)).filter(lambda two: two[0] != two[1])


@st.composite
def graphs(draw: st.DrawFn) -> Graph:
    people = dict(enumerate(draw(st.lists(PEOPLE, min_size=1, max_size=14))))
    decided = draw(
        st.dictionaries(PAIRS.map(lambda two: (min(two), max(two))), st.booleans(), max_size=3)
    )
    weighed = draw(st.dictionaries(PAIRS, st.sampled_from(list(Tier)), max_size=4))
    return graph_of(
        people,
        registers=(1,),
        decisions=tuple((a, b, joined) for (a, b), joined in decided.items()),
        accepted=tuple((a, b, 9.0 + a, tier) for (a, b), tier in weighed.items()),
    )


def by_record(found: Partition) -> dict[int, tuple[int, int, int]]:
    columns = (found.founder, found.confirmed, found.component)
    rows: Iterable[tuple[int, int, int]] = zip(*(c.tolist() for c in columns), strict=True)
    return dict(zip(found.record.tolist(), rows, strict=True))


@given(graphs(), st.integers(0, 2**32))
@settings(deadline=None, max_examples=60)
def test_the_order_of_rows_makes_no_difference(graph: Graph, seed: int) -> None:
    rng = np.random.default_rng(seed)
    tied = rng.permutation(len(graph.ties.record))
    mixed = graph._replace(
        records=taken(graph.records, rng.permutation(len(graph.records.id))),
        ties=Ties._make(column[tied] for column in graph.ties),
    )
    found, again = solve(graph), solve(mixed)

    assert by_record(again) == by_record(found)
    assert again.ties.state.tolist() == found.ties.state[tied].tolist()
    assert again.ties.reason.tolist() == found.ties.reason[tied].tolist()
    assert again.ties.joins.tolist() == found.ties.joins[tied].tolist()


@given(graphs())
@settings(deadline=None, max_examples=60)
def test_what_is_promised_holds_in_every_graph(graph: Graph) -> None:
    found = solve(graph)
    founder = dict(zip(found.record.tolist(), found.founder.tolist(), strict=True))
    sure = dict(zip(found.record.tolist(), found.confirmed.tolist(), strict=True))

    assert all(founder[first] == first and first <= record for record, first in founder.items())
    assert all(founder[first] == founder[record] for record, first in sure.items())
    for record, joins in zip(graph.ties.record.tolist(), found.ties.joins.tolist(), strict=True):
        assert founder[joins] == founder[record]
    for a, b, joined in zip(*(column.tolist() for column in graph.decisions), strict=True):
        if not joined and a in founder and b in founder:
            assert founder[a] != founder[b]


def test_each_kind_has_its_rule() -> None:
    assert [rule.kind for rule in RULES.kinds] == list(Kind)

"""Which rule answers, from when on, and which reservations were used."""

from datetime import UTC, datetime, time, timedelta

from campaigns.pressure.checks import (
    SENTENCES,
    Answer,
    Promised,
    Question,
    Rule,
    Sent,
    Standing,
    check,
    counting,
)
from campaigns.pressure.policy import Contact, Policy, Quiet

NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)  # a Wednesday
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
POLICY = Policy(3, DAY)
WILLING = Standing(allows=True)


def asked(policy: Policy | None = POLICY, *, serves: bool = False) -> Question:
    return Question("email", serves, policy, NOW)


def sent(*hours_ago: float, initiative: str = "", exempt: bool = False) -> list[Sent]:
    return [Sent(Contact(NOW - hours * HOUR, exempt, "email"), initiative) for hours in hours_ago]


def test_every_rule_has_its_sentence() -> None:
    assert set(SENTENCES) == set(Rule)


def test_a_willing_customer_with_room_may_be_contacted() -> None:
    assert check(WILLING._replace(sent=sent(25, 50)), asked()) == Answer(Rule.ALLOWED, NOW)


def test_what_no_waiting_mends_comes_before_what_passes() -> None:
    full = WILLING._replace(sent=sent(1, 2, 3), case_until=NOW + DAY)

    assert check(full._replace(asked_to_be_forgotten=True, allows=None), asked()).rule == (
        Rule.FORGOTTEN
    )
    for changed, rule in (
        ({"allows": None, "held_out": True}, Rule.CONSENT),
        ({"allows": False}, Rule.CONSENT),
        ({"held_out": True, "held_out_of_all": True}, Rule.HOLDOUT),
        ({"held_out_of_all": True}, Rule.COMPANY_HOLDOUT),
    ):
        assert check(full._replace(**changed), asked()) == Answer(rule)


def test_of_what_passes_the_rule_that_holds_longest_is_named() -> None:
    contacted = WILLING._replace(sent=sent(1, 30, 160))

    assert check(contacted, asked()) == Answer(Rule.GAP, NOW + 23 * HOUR)
    complained = contacted._replace(case_until=NOW + 9 * DAY)
    assert check(complained, asked()) == Answer(Rule.COMPLAINT, NOW + 9 * DAY)


def test_the_moment_keeps_the_other_limits_too() -> None:
    policy = Policy(3, DAY, quiet=Quiet(time(11), time(14)))

    answer = check(WILLING._replace(sent=sent(1)), asked(policy))

    assert answer == Answer(Rule.GAP, NOW + DAY + 2 * HOUR)


def test_what_is_never_allowed_has_no_moment() -> None:
    assert check(WILLING, asked(Policy(0, DAY))) == Answer(Rule.CAP)


def test_what_serves_them_needs_a_yes_and_spares_its_own_holdout() -> None:
    full = WILLING._replace(sent=sent(1, 2, 3), case_until=NOW + DAY, held_out_of_all=True)

    assert check(full, asked(serves=True)).is_allowed
    assert check(full._replace(allows=None), asked(serves=True)).rule == Rule.CONSENT
    assert check(full._replace(held_out=True), asked(serves=True)).rule == Rule.HOLDOUT


def test_without_a_policy_nobody_is_contacted() -> None:
    assert check(WILLING, asked(None)) == Answer(Rule.NO_POLICY)


def promised(hours_ago: float, initiative: str = "lights") -> Promised:
    return Promised(NOW - hours_ago * HOUR, "email", initiative)


def test_a_reservation_counts_until_its_contact_comes() -> None:
    waiting = WILLING._replace(promised=[promised(2)])
    used = waiting._replace(sent=sent(1, initiative="lights"))

    assert [one.at for one in counting(waiting, NOW)] == [NOW - 2 * HOUR]
    assert [one.at for one in counting(used, NOW)] == [NOW - HOUR]


def test_one_contact_uses_one_reservation_of_its_own_initiative() -> None:
    standing = WILLING._replace(
        promised=[promised(5), promised(4), promised(3, "candles")],
        sent=sent(1, initiative="lights"),
    )

    assert [one.at for one in counting(standing, NOW)] == [
        NOW - hours * HOUR for hours in (4, 3, 1)
    ]


def test_an_earlier_contact_uses_no_reservation() -> None:
    standing = WILLING._replace(promised=[promised(2)], sent=sent(3, initiative="lights"))

    assert len(counting(standing, NOW)) == 2


def test_what_is_exempt_is_not_counted() -> None:
    assert counting(WILLING._replace(sent=sent(1, exempt=True)), NOW) == []

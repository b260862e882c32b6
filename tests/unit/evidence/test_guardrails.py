import math

import pytest

from reports.evidence.guardrails import Guarded, Standing, guard
from reports.evidence.plan import Direction, Guardrail, Plan
from reports.evidence.sums import Sums
from tests.factories.evidence import close, events, guardrail, plan, spread


def judged(rail: Guardrail, at: Plan | None = None) -> Guarded:
    n = sum(sums.n for sums in rail.sums.values())
    return guard(rail, "treated", plan=at or plan(), planned=n, holdout_arm="holdout")


def test_z_is_non_inferiority_with_the_noise_of_both_arms() -> None:
    treated, holdout = events(25_000, 260), events(25_000, 250)
    v1, v0 = treated.mean_variance, holdout.mean_variance

    found = judged(guardrail(treated, holdout))

    assert found.z is not None
    assert found.p is not None
    assert close(found.z, -(0.0104 - 1.25 * 0.01) / math.sqrt(v1 + 1.25**2 * v0))
    assert close(found.p, 0.5 * math.erfc(found.z / math.sqrt(2)))
    assert found.standing is Standing.SAFE


def test_where_fewer_is_worse_the_margin_lies_below() -> None:
    treated, holdout = spread(20_000, 0.85, 0.3), spread(20_000, 0.87, 0.3)
    v = 0.09 / 20_000

    found = judged(guardrail(treated, holdout, direction=Direction.MORE, margin=0.05))

    assert found.z is not None
    assert close(found.z, (0.85 - 0.95 * 0.87) / math.sqrt(v + 0.95**2 * v))
    assert found.standing is Standing.SAFE


@pytest.mark.parametrize(
    ("treated", "holdout", "standing"),
    [
        (events(25_000, 250), events(25_000, 250), Standing.SAFE),
        (events(25_000, 750), events(25_000, 250), Standing.HARMED),
        (events(2_000, 20), events(2_000, 20), Standing.OPEN),
        (events(2_000, 0), events(2_000, 0), Standing.UNKNOWN),
        (events(0, 0), events(2_000, 20), Standing.UNKNOWN),
        (events(2_000, 20), events(2_000, 0), Standing.HARMED),
        (events(500_000, 5_400), events(500_000, 5_000), Standing.SAFE),
    ],
)
def test_standing_at_the_planned_end(treated: Sums, holdout: Sums, standing: Standing) -> None:
    """The last row is worse than the holdout beyond doubt, and inside the agreed margin."""
    assert judged(guardrail(treated, holdout)).standing is standing


def test_before_the_planned_end_only_the_sequence_counts() -> None:
    rail = guardrail(events(25_000, 260), events(25_000, 250))
    large = guardrail(events(400_000, 4_000), events(400_000, 4_000))
    tripled = guardrail(events(5_000, 150), events(5_000, 50))

    assert judged(rail, plan(day=20)).standing is Standing.OPEN
    assert judged(large, plan(day=20)).standing is Standing.SAFE
    assert judged(tripled, plan(day=2)).standing is Standing.HARMED


def test_extra_reads_ask_more_of_a_guardrail() -> None:
    rail = guardrail(events(25_000, 260), events(25_000, 250))

    assert judged(rail, plan(reads_made=4)).standing is Standing.OPEN


def test_past_the_limit_is_not_safe_unless_the_holdout_is_too() -> None:
    over = guardrail(events(90_000, 990), events(90_000, 880), limit=0.01)
    hair = guardrail(events(90_000, 930), events(90_000, 880), limit=0.01)
    both = guardrail(events(90_000, 990), events(90_000, 920), limit=0.01)
    floor = guardrail(
        spread(90_000, 0.83, 0.3),
        spread(90_000, 0.85, 0.3),
        direction=Direction.MORE,
        margin=0.05,
        limit=0.84,
    )

    assert (judged(over).standing, judged(over).standing.tag) == (Standing.OVER, "over")
    assert judged(over).reason == (
        "The treated had 1.10%, shown to be more than the limit of 1.00%."
    )
    assert judged(hair).standing is Standing.SAFE
    assert judged(both).standing is Standing.SAFE
    assert judged(floor).standing is Standing.OVER


def test_what_is_not_measured_says_why() -> None:
    nothing = judged(guardrail(events(2_000, 0), events(2_000, 0)))
    negative = judged(guardrail(spread(100, 1, 1), spread(100, -1, 1)))

    assert nothing.reason == "Every customer has the same value, so chance cannot be judged."
    assert (nothing.z, nothing.p) == (None, None)
    assert negative.standing is Standing.UNKNOWN
    assert "below zero" in negative.reason

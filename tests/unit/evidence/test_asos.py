"""ASOS's published tests: what was significant at some look, and was not at the end."""

from pathlib import Path

import pyarrow.parquet as pq
import pytest
from scipy.special import stdtrit

from reports.evidence.sequence import half_width
from reports.evidence.welch import Group, welch

FILE = Path(__file__).parents[4] / "shared" / "data" / "asos_experiments" / "public_half.parquet"
pytestmark = [
    pytest.mark.real_data,
    pytest.mark.skipif(not FILE.exists(), reason="ASOS's data are not beside the project"),
]


def test_more_than_half_of_what_was_significant_at_some_look_is_not_at_the_end() -> None:
    keys = ("experiment_id", "variant_id", "metric_id")
    table = pq.read_table(FILE).sort_by([(key, "ascending") for key in (*keys, "time_since_start")])
    columns = {name: table[name].to_numpy() for name in table.column_names if name not in keys}
    tests = welch(
        Group(columns["mean_t"], columns["variance_t"], columns["count_t"]),
        Group(columns["mean_c"], columns["variance_c"], columns["count_c"]),
    )
    n = columns["count_t"] + columns["count_c"]
    error = (tests.high - tests.low) / 2 / stdtrit(tests.freedom, 0.975)
    of = list(zip(*(table[key].to_pylist() for key in keys), strict=True))
    starts = [place for place, key in enumerate(of) if place == 0 or of[place - 1] != key]

    shown = lost = lost_by_sequence = 0
    for first, end in zip(starts, [*starts[1:], len(of)], strict=True):
        significant = tests.p[first:end] < 0.05
        if significant.any():
            shown += 1
            lost += not significant[-1]
        planned = float(n[end - 1])
        beyond = [
            abs(tests.effect[row]) > half_width(error[row], n[row], planned, 0.05)
            for row in range(first, end)
            if error[row] > 0
        ]
        lost_by_sequence += any(beyond) and not significant[-1]

    assert len(starts) == 236
    assert lost / shown == pytest.approx(0.53, abs=0.02)
    assert lost_by_sequence < lost / 4

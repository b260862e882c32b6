"""What a measurement says of itself, and the files that it is made with."""

import hashlib
from pathlib import Path

import pytest

from config.bench.figures import Figure, table
from config.bench.files import write_events, write_records


def test_rates_are_rows_over_seconds() -> None:
    figure = Figure("events", 1_000, 4.0, worker_seconds=1.0, server_seconds=1.5)

    assert (figure.rate, figure.worker_rate, figure.whole_rate) == (250.0, 1_000.0, 400.0)


def test_without_the_server_s_time_there_is_no_rate_of_both() -> None:
    assert Figure("events", 1_000, 4.0, worker_seconds=1.0).whole_rate is None


FIGURE = Figure("events", 1_000, 1.0, worker_seconds=0.5, ratio=0.6)


@pytest.mark.parametrize(
    ("figure", "goal", "is_met"),
    [
        (FIGURE, "", None),
        (FIGURE._replace(judged="worker", least=2_000), "≥ 2,000/worker CPU s", True),
        (FIGURE._replace(judged="worker", least=2_001), "≥ 2,001/worker CPU s", False),
        (FIGURE._replace(judged="ratio", least=0.5), "≥ 0.50 of baseline", True),
        (FIGURE._replace(judged="ratio", least=0.5, ratio=None), "≥ 0.50 of baseline", None),
        (
            FIGURE._replace(least=900, longest=0.2, longest_goal=0.25),
            "≥ 900/s, p99 < 0.25 s",
            True,
        ),
        (
            FIGURE._replace(least=900, longest=0.3, longest_goal=0.25),
            "≥ 900/s, p99 < 0.25 s",
            False,
        ),
        (
            FIGURE._replace(least=900, peak=2_499.0, peak_goal=2_500),
            "≥ 900/s, < 2,500 MB",
            True,
        ),
        (
            FIGURE._replace(least=900, peak=2_500.0, peak_goal=2_500),
            "≥ 900/s, < 2,500 MB",
            False,
        ),
    ],
)
def test_a_goal_is_met_or_not(figure: Figure, goal: str, is_met: bool | None) -> None:
    assert (figure.goal, figure.is_met) == (goal, is_met)


def test_the_table_has_one_line_a_figure_under_its_headings() -> None:
    lines = table([FIGURE._replace(judged="ratio", least=0.5, baseline="bare binary COPY")])

    heading, line = lines.split("\n")
    assert heading.split("  ")[0] == "what"
    assert line.split() == (
        [
            "events",
            "1,000",
            "1,000",
            "2,000",
            "bare",
            "binary",
            "COPY",
            "0.60",
            "≥",
            "0.50",
            "of",
            "baseline",
            "met",
        ]
    )


def test_a_seed_gives_the_same_files(tmp_path: Path) -> None:
    def written(seed: int) -> str:
        write_events(tmp_path / "e.csv", rows=500, people=50, seed=seed)
        write_records(tmp_path / "r.csv", rows=500, seed=seed)
        both = (tmp_path / "e.csv").read_bytes() + (tmp_path / "r.csv").read_bytes()
        return hashlib.sha256(both).hexdigest()

    assert written(1) == written(1)
    assert written(1) != written(2)

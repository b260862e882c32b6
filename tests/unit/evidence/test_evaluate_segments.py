"""What the command says of segments: only where they differ, and of which customers."""

from pathlib import Path

import numpy as np
import pytest
from scipy import stats

from tests.trial_files import as_json, evaluate, refused, regions


def test_segments_are_singled_out_only_where_they_differ(tmp_path: Path) -> None:
    apart, alike = tmp_path / "apart.csv", tmp_path / "alike.csv"
    regions(apart, north=40, south=20)
    regions(alike, north=30, south=30)

    (differ,), (same,) = (as_json(one, "--segment=region")["segments"] for one in (apart, alike))

    assert (differ["arm"], differ["outcome"], differ["reason"]) == ("mail", "bought", None)
    assert differ["found"]["sentence"] == "The segments differ; an effect shows in north."
    north, south = differ["found"]["rows"]
    assert (north["name"], north["treated"], north["holdout"]) == ("north", 1000, 1000)
    assert north["effect"] == pytest.approx(0.2)
    assert north["adjusted"] < 0.05 < south["adjusted"]
    assert not same["found"]["differ"]
    assert [row["adjusted"] for row in same["found"]["rows"]] == [None, None]


def test_segments_are_those_of_scipy(tmp_path: Path) -> None:
    path = regions(tmp_path / "test.csv", north=24, south=20)
    cells = [line.split(",") for line in path.read_text().splitlines()[1:]]
    ((found,),) = (as_json(path, "--segment=region")["segments"],)

    q = 0.0
    effects, weights = [], []
    for region in ("north", "south"):
        arms = [
            np.array([float(c[2]) for c in cells if (c[1], c[3]) == (arm, region)])
            for arm in ("mail", "none")
        ]
        effects.append(arms[0].mean() - arms[1].mean())
        weights.append(1 / sum(arm.var(ddof=1) / len(arm) for arm in arms))
    middle = np.average(effects, weights=weights)
    q = sum(w * (e - middle) ** 2 for w, e in zip(weights, effects, strict=True))

    assert found["found"]["q"] == pytest.approx(q, rel=1e-8)
    assert found["found"]["p"] == pytest.approx(stats.chi2.sf(q, 1), rel=1e-8)


def test_without_a_segment_there_is_none(file: Path) -> None:
    assert as_json(file)["segments"] == []


def test_customers_of_no_known_segment_are_one_of_their_own(tmp_path: Path) -> None:
    path = regions(tmp_path / "test.csv", north=40, south=20)
    path.write_text(path.read_text().replace("north", " "))

    (found,) = as_json(path, "--segment=region")["segments"]

    assert [row["name"] for row in found["found"]["rows"]] == ["No value", "south"]


def test_units_are_segmented_once(tmp_path: Path) -> None:
    path, twice = regions(tmp_path / "test.csv", north=40, south=20), tmp_path / "twice.csv"
    head, *lines = path.read_text().splitlines(keepends=True)
    twice.write_text(head + "".join(lines + lines))

    (once,), (added,) = (
        as_json(one, "--segment=region", "--unit=who")["segments"] for one in (path, twice)
    )

    assert [row["treated"] for row in added["found"]["rows"]] == [1000, 1000]
    assert added["found"]["q"] == pytest.approx(once["found"]["q"])
    assert added["found"]["rows"][0]["effect"] == pytest.approx(0.4)


def test_a_segment_that_a_unit_changes_is_none(tmp_path: Path) -> None:
    path = regions(tmp_path / "test.csv", north=40, south=20)
    path.write_text(path.read_text() + "c0,mail,1,south\n")

    assert refused(path, "--segment=region", "--unit=who").startswith(
        "“c0” has several values in “region”"
    )


def test_on_hold_segments_are_kept_back(tmp_path: Path) -> None:
    path = regions(tmp_path / "test.csv", north=40, south=20)

    found = as_json(path, "--segment=region", "--planned-split=none=1,mail=9")

    assert (found["verdict"], found["segments"][0]["found"]) == ("Hold", None)
    assert found["segments"][0]["reason"] == "The data must be explained first."


def test_extra_reads_widen_segments_too(tmp_path: Path) -> None:
    path = regions(tmp_path / "test.csv", north=40, south=20)

    (once,), (often,) = (
        as_json(path, "--segment=region", f"--reads={reads}")["segments"] for reads in (1, 4)
    )

    assert often["found"]["p"] == pytest.approx(4 * once["found"]["p"])
    assert often["found"]["rows"][0]["high"] > once["found"]["rows"][0]["high"]


def test_one_segment_alone_gets_its_reason(tmp_path: Path) -> None:
    path = regions(tmp_path / "test.csv", north=40, south=20)
    path.write_text(path.read_text().replace("north", "south"))

    (found,) = as_json(path, "--segment=region")["segments"]

    assert found["reason"] == "There are not two segments with both arms to compare."


def test_segments_in_words(tmp_path: Path) -> None:
    path = regions(tmp_path / "test.csv", north=40, south=20)

    lines = evaluate(path, "--segment=region").splitlines()

    said = "Bought, mail, by segment: The segments differ; an effect shows in north."
    head, north = lines[lines.index(said) + 1 :][:2]
    assert head.startswith("Segment  n treated  n held out  Difference")
    assert north.startswith("north    1,000      1,000       +20.000 points")

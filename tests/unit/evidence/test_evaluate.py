"""The command that judges any randomised test from a file: its figures, its words, its process."""

import gzip
import json
import math
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from reports.evidence import trial_file
from tests.trial_files import as_json, evaluate, rows

ROOT = Path(__file__).parents[3]


def test_the_promised_shape(file: Path) -> None:
    found = as_json(file, "--covariate=before")

    assert {"arm", "n", "mean", "low", "high"} <= found["arms"][0].keys()
    comparison = found["comparisons"][0]
    assert {"arm", "holdout", "outcome", "relative_reason", "low_base"} <= comparison.keys()
    assert comparison["absolute"].keys() == {"effect", "low", "high", "p"}
    assert comparison["cuped"].keys() == {"effect", "low", "high", "p", "variance_ratio"}
    assert {"p", "status"} <= found["sample_ratio"].keys()
    assert found["checks"][0].keys() == {"check", "status", "sentence"}
    assert (found["verdict"], found["grade"]) == ("Win", "C")
    assert found["sentence"]


def test_the_numbers_are_those_of_the_rows(file: Path) -> None:
    found = as_json(file, outcome="spend")

    holdout, treated = found["arms"]
    assert (holdout["arm"], holdout["n"], treated["arm"]) == ("none", 200, "mail")
    effect = found["comparisons"][0]["absolute"]["effect"]
    assert math.isclose(effect, treated["mean"] - holdout["mean"], rel_tol=1e-12)


def test_csv_json_lines_and_parquet_give_the_same(file: Path, tmp_path: Path) -> None:
    table = [line.split(",") for line in rows().splitlines()]
    records = [
        {"who": who, "arm": arm, "bought": bool(int(bought)), "spend": int(spend)}
        for who, arm, bought, spend, _ in table[1:]
    ]
    zipped, lines, parquet = (tmp_path / name for name in ("t.csv.gz", "t.jsonl", "t.parquet"))
    zipped.write_bytes(gzip.compress(file.read_bytes()))
    lines.write_text("\n".join(map(json.dumps, records)))
    pq.write_table(pa.Table.from_pylist(records), parquet)

    assert as_json(file) == as_json(zipped) == as_json(lines) == as_json(parquet)


def test_many_batches_are_one_sum(tmp_path: Path) -> None:
    path = tmp_path / "long.csv"
    path.write_text(rows(120_001))

    found = as_json(path)

    assert [arm["n"] for arm in found["arms"]] == [60_001, 60_000]
    assert math.isclose(found["arms"][1]["mean"], 0.3, rel_tol=1e-12)


def test_rows_of_a_unit_are_added_up_first(tmp_path: Path) -> None:
    rng = np.random.default_rng(14)
    stores = [(f"s{i}", "new" if i % 2 else "none", rng.poisson(9, 6), i % 5) for i in range(80)]
    path = tmp_path / "stores.csv"
    lines = [f"{store},{arm},{sold},{size}\n" for store, arm, days, size in stores for sold in days]
    path.write_text("store,arm,sold,size\n" + "".join(lines) + "s0,new,5,0\n")

    found = as_json(path, "--unit=store", "--covariate=size", outcome="sold")

    totals = [int(days.sum()) for _, arm, days, _ in stores[1:] if arm == "none"]
    assert (found["arms"][0]["n"], found["arms"][1]["n"]) == (39, 40)
    assert math.isclose(found["arms"][0]["mean"], float(np.mean(totals)), rel_tol=1e-12)
    both = next(check for check in found["checks"] if check["check"] == "both_arms")
    assert both["sentence"] == "One unit is in two arms and left out of the result."


def test_units_may_be_spread_over_the_whole_of_a_long_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "long.csv"
    lines = [f"c{i % 1000},{'mail' if i % 2 else 'none'},1\n" for i in range(120_000)]
    path.write_text("who,arm,bought\n" + "".join(lines) + "c0,none,1\n")
    monkeypatch.setattr(trial_file, "PARTIAL_ROWS", 1500)

    holdout, treated = as_json(path, "--unit=who")["arms"]

    assert (holdout["n"], treated["n"]) == (500, 500)
    assert math.isclose(holdout["mean"], 120 + 1 / 500, rel_tol=1e-12)
    assert treated["mean"] == 120


def test_a_planned_split_replaces_equal_shares(file: Path) -> None:
    equal = as_json(file, "--planned-split", "none=0.5,mail=0.5")
    uneven = as_json(file, "--planned-split", "none=1", "--planned-split", "mail=9")

    assert equal["sample_ratio"]["p"] == 1
    assert uneven["sample_ratio"]["status"] == "hold"
    assert (uneven["verdict"], uneven["grade"]) == ("Hold", "D")


def test_reads_beyond_the_plan_widen(file: Path) -> None:
    once = as_json(file)["comparisons"][0]["absolute"]
    planned = as_json(file, "--reads=4", "--planned-reads=4")["comparisons"][0]["absolute"]
    often = as_json(file, "--reads=4")["comparisons"][0]["absolute"]

    assert planned == once
    assert often["high"] > once["high"]


def test_what_cannot_be_computed_is_null_with_its_reason(tmp_path: Path) -> None:
    path = tmp_path / "zero.csv"
    path.write_text("arm,bought\n" + "none,0\n" * 50 + "mail,1\nmail,0\n" * 25)

    comparison = as_json(path)["comparisons"][0]

    assert comparison["relative"] is None
    assert comparison["relative_reason"].startswith("The holdout's mean is zero")
    assert comparison["low_base"] is None


def test_one_customer_an_arm_gets_reasons_not_numbers(tmp_path: Path) -> None:
    path = tmp_path / "two.csv"
    path.write_text("arm,bought\nnone,0\nmail,1\n")

    found = as_json(path)

    assert found["verdict"] == "Not measured"
    assert found["comparisons"][0]["absolute"] is None
    assert found["arms"][0]["low"] is None


def test_people_read_the_answer_first(file: Path) -> None:
    lines = evaluate(file, "--covariate=before").splitlines()

    assert lines[0] == "Win, evidence C"
    assert lines[1].startswith("It worked. Bought rose 50.0%. No guardrail was measured.")
    assert "Bought   none  200  20.000%  (14.408% to 25.592%)" in lines
    assert any(line.startswith("Sample ratio") for line in lines)


def manage(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Run manage.py in a process of its own, with servers that nobody can reach."""
    environment = os.environ | {
        "DATABASE_URL": "postgres://nobody:none@127.0.0.1:9/none",
        "CELERY_BROKER_URL": "redis://127.0.0.1:9/0",
        "SECRET_KEY": "only for this test, which signs nothing at all, in fifty letters",
        "IDENTITY_KEY": "only for this test, which matches nobody at all, in fifty letters",
        "IDENTIFIER_KEYS": "only for this test which seals nothing at all in fifty letters",
    }
    command = [sys.executable, "manage.py", *arguments]
    return subprocess.run(  # noqa: S603 - our own command with our own arguments
        command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )


def test_it_needs_no_database(file: Path) -> None:
    asked = ["evaluate", "--arm=arm", "--holdout=none", str(file)]

    good = manage(*asked, "--outcome=bought", "--json")
    bad = manage(*asked, "--outcome=profit")

    assert good.returncode == 0, good.stderr
    assert json.loads(good.stdout)["verdict"] == "Win"
    assert bad.returncode == 2
    assert bad.stderr.count("\n") == 1
    assert "no column “profit”" in bad.stderr

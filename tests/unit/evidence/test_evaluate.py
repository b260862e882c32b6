import gzip
import json
import math
import os
import subprocess
import sys
from io import StringIO
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from django.core.management import CommandError, call_command
from scipy import stats

from reports.evidence import trial_file

ROOT = Path(__file__).parents[3]
HEAD = "who,arm,bought,spend,before\n"


def rows(n: int = 400) -> str:
    """Build n customers, half of them treated; the treated buy more."""
    lines = []
    for i in range(n):
        arm = "mail" if i % 2 else "none"
        bought = int(i // 2 % 10 < (3 if i % 2 else 2))
        lines.append(f"c{i},{arm},{bought},{bought * (5 + i % 7)},{i % 13}\n")
    return HEAD + "".join(lines)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "test.csv"
    path.write_text(rows())
    return path


def evaluate(path: Path, *more: str, outcome: str = "bought") -> str:
    out = StringIO()
    call_command(
        "evaluate",
        str(path),
        "--arm=arm",
        "--holdout=none",
        f"--outcome={outcome}",
        *more,
        stdout=out,
    )
    return out.getvalue()


def as_json(path: Path, *more: str, outcome: str = "bought") -> Any:
    return json.loads(evaluate(path, "--json", *more, outcome=outcome))


def refused(path: Path, *more: str, outcome: str = "bought") -> str:
    with pytest.raises(CommandError) as error:
        evaluate(path, *more, outcome=outcome)
    assert error.value.returncode == 2
    return str(error.value)


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


def regions(path: Path, *, north: int, south: int, n: int = 4000) -> Path:
    """Write n customers of two regions, so many of each hundred treated buying; 20 held out do."""
    lines = []
    for i in range(n):
        arm, region = ("mail", "none")[i % 2], ("north", "south")[i // 2 % 2]
        bar = 20 if arm == "none" else {"north": north, "south": south}[region]
        lines.append(f"c{i},{arm},{int(i // 4 % 100 < bar)},{region}\n")
    path.write_text("who,arm,bought,region\n" + "".join(lines))
    return path


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


def test_people_read_the_answer_first(file: Path) -> None:
    lines = evaluate(file, "--covariate=before").splitlines()

    assert lines[0] == "Win, evidence C"
    assert lines[1].startswith("It worked. Bought rose 50.0%. No guardrail was measured.")
    assert "Bought   none  200  20.000%  (14.408% to 25.592%)" in lines
    assert any(line.startswith("Sample ratio") for line in lines)


@pytest.mark.parametrize(
    ("more", "outcome", "words"),
    [
        (
            ["--holdout=nobody"],
            "bought",
            "No row has “nobody” in “arm”; its values are: mail, none.",
        ),
        (["--arm=group"], "bought", "it has: who, arm, bought, spend, before."),
        ([], "profit", "test.csv has no column “profit”"),
        ([], "who", "Row 1 has “c0” in “who”, where a finite number is needed."),
        (["--arm=who"], "bought", "“who” has more than 20 different values"),
        (["--planned-split=none"], "bought", "“none” is no planned share"),
        (["--planned-split=none=-1"], "bought", "“none=-1” is no planned share"),
        (["--planned-split=none=1"], "bought", "The planned split gives no share to mail."),
        (["--planned-split=none=1,mail=1,letter=1"], "bought", "No row is in letter"),
        (["--unit=arm", "--arm=who"], "bought", "more than"),
        (["--segment=region"], "bought", "test.csv has no column “region”"),
        (["--segment=who"], "bought", "“who” has more than 50 different values"),
    ],
)
def test_a_question_that_the_file_cannot_answer(
    file: Path, more: list[str], outcome: str, words: str
) -> None:
    assert words in refused(file, *more, outcome=outcome)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "test.csv is empty"),
        (b"arm,bought\n", "no rows to judge"),
        (b"arm,bought\nnone,1\nnone,0\n", "nobody was treated"),
        (b"arm,bought\nnone,1\nmail,lots\n", "Row 2 has “lots” in “bought”"),
        (b"arm,bought\nnone,1\nmail,\n", "Row 2 has no value in “bought”"),
        (b"arm,bought\nnone,1\n,1\n", "Row 2 has no value in “arm”"),
        (b"arm,bought\nnone,1\nmail,nan\n", "Row 2 has “nan” in “bought”"),
        (b"arm,bought\nnone,1\nmail,-inf\n", "Row 2 has “-inf” in “bought”"),
        (b"arm,bought\nnone,1\nmail,1e300\n", "too large to compute with"),
        (b"arm,bought\nnone,1\nmail,1e308\nmail,1e308\n", "too large to compute with"),
        (b"arm,bought\nnone,1\nmail,1,2\n", "Row 2 cannot be read"),
        (b"\x1f\x8b\x08\x00broken", "test.csv"),
        (b"PAR1broken", "test.csv is cut short or damaged"),
    ],
)
def test_a_broken_file_gets_one_sentence(tmp_path: Path, content: bytes, words: str) -> None:
    path = tmp_path / "test.csv"
    path.write_bytes(content)

    assert words in refused(path)


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    assert "is not there" in refused(tmp_path / "none.csv")


def test_units_that_are_all_in_both_arms(tmp_path: Path) -> None:
    path = tmp_path / "both.csv"
    path.write_text("who,arm,bought\na,none,1\na,mail,1\n")

    assert refused(path, "--unit=who") == "Every “who” in both.csv is in more than one arm."


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

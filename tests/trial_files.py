"""Files of a randomised test, and what the command says of them."""

import json
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

HEAD = "who,arm,bought,spend,before\n"


def rows(n: int = 400) -> str:
    """Build n customers, half of them treated; the treated buy more."""
    lines = []
    for i in range(n):
        arm = "mail" if i % 2 else "none"
        bought = int(i // 2 % 10 < (3 if i % 2 else 2))
        lines.append(f"c{i},{arm},{bought},{bought * (5 + i % 7)},{i % 13}\n")
    return HEAD + "".join(lines)


def evaluate(path: Path, *more: str, outcome: str = "bought") -> str:
    """Judge a file whose held-out customers have the arm “none”; return what is printed."""
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
    """Judge it, and return what programs read."""
    return json.loads(evaluate(path, "--json", *more, outcome=outcome))


def refused(path: Path, *more: str, outcome: str = "bought") -> str:
    """Ask what cannot be answered; return the one sentence that says why."""
    with pytest.raises(CommandError) as error:
        evaluate(path, *more, outcome=outcome)
    assert error.value.returncode == 2
    return str(error.value)


def regions(path: Path, *, north: int, south: int, n: int = 4000) -> Path:
    """Write n customers of two regions, so many of each hundred treated buying; 20 held out do."""
    lines = []
    for i in range(n):
        arm, region = ("mail", "none")[i % 2], ("north", "south")[i // 2 % 2]
        bar = 20 if arm == "none" else {"north": north, "south": south}[region]
        lines.append(f"c{i},{arm},{int(i // 4 % 100 < bar)},{region}\n")
    path.write_text("who,arm,bought,region\n" + "".join(lines))
    return path

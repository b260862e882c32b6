"""`manage.py evaluate FILE`: judge any randomised test from a file. Needs no database."""

import json
import math
from argparse import ArgumentTypeError
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from reports.evidence.judge import judge
from reports.evidence.plan import Capped, Direction, Plan, Success
from reports.evidence.printed import as_json, as_text
from reports.evidence.trial_file import Columns, Trial, TrialFileError, read_trial

UNREADABLE = 2


class Command(BaseCommand):
    """Print means, differences, checks, verdict and grade of a file's test.

    The file is taken for the whole of the planned window. No plan can be seen locked before the
    start, so the grade is C at best whatever the numbers say.
    """

    help = "Judge a randomised test from a CSV, JSON lines or Parquet file (also .gz)."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", metavar="FILE", type=Path)
        parser.add_argument("--arm", required=True, metavar="COLUMN", help="who got what")
        parser.add_argument("--holdout", required=True, metavar="VALUE", help="the arm left alone")
        parser.add_argument(
            "--outcome",
            required=True,
            action="append",
            metavar="COLUMN",
            help="a number per row, more is better; may be given again, the leading one first",
        )
        parser.add_argument("--covariate", metavar="COLUMN", help="a number from before the start")
        parser.add_argument(
            "--unit", metavar="COLUMN", help="what was randomised; its rows are added up"
        )
        parser.add_argument(
            "--planned-split",
            action="append",
            default=[],
            metavar="ARM=SHARE,…",
            help="planned shares, such as A=0.9,B=0.1; without it equal shares",
        )
        parser.add_argument(
            "--cap",
            action="append",
            default=[],
            metavar="COLUMN=VALUE",
            help="show an outcome once more with nobody counted above this; may be given again",
        )
        parser.add_argument("--reads", type=_count, default=1, help="how often it has been read")
        parser.add_argument("--planned-reads", type=_count, default=1, help="as the plan said")
        parser.add_argument("--json", action="store_true", help="for programs")

    def handle(self, *_args: Any, **options: Any) -> None:
        holdout = options["holdout"].strip()
        outcomes = tuple(dict.fromkeys(options["outcome"]))
        try:
            caps = _caps(options["cap"], outcomes)
            columns = Columns(options["arm"], outcomes, options["covariate"], options["unit"], caps)
            trial = read_trial(options["file"], columns, holdout)
            shares = _shares(options["planned_split"], trial)
        except TrialFileError as error:
            raise CommandError(str(error), returncode=UNREADABLE) from None
        success = [_success(outcome, trial, columns) for outcome in outcomes]
        judgement = judge(
            sizes=trial.sizes,
            success=success,
            plan=Plan(
                holdout,
                shares,
                lock_seen=False,
                planned_reads=options["planned_reads"],
                reads_made=options["reads"],
                unit="unit" if columns.unit else "customer",
            ),
            in_both_arms=trial.in_both_arms,
        )
        if options["json"]:
            printed = json.dumps(as_json(judgement), allow_nan=False, ensure_ascii=False, indent=2)
        else:
            printed = as_text(judgement, success)
        self.stdout.write(printed)


def _success(outcome: str, trial: Trial, columns: Columns) -> Success:
    words = outcome.replace("_", " ").strip() or outcome
    return Success(
        key=outcome,
        name=words[:1].upper() + words[1:],
        unit="share" if outcome in trial.shares else "per customer",
        direction=Direction.MORE,
        sums=trial.sums[outcome],
        capped=(
            Capped(columns.caps[outcome], trial.capped[outcome])
            if outcome in columns.caps
            else None
        ),
    )


def _caps(given: Sequence[str], outcomes: Sequence[str]) -> dict[str, float]:
    """Return the cap of each outcome that has one; raises TrialFileError where it does not fit."""
    caps = {}
    for part in given:
        outcome, _, value = (word.strip() for word in part.rpartition("="))
        cap = _number(value)
        if not math.isfinite(cap):
            raise TrialFileError(
                f"“{part}” is no cap; write it as COLUMN=VALUE, such as spend=500."
            )
        if outcome not in outcomes:
            raise TrialFileError(f"“{part}” caps “{outcome}”, which is no outcome asked for.")
        caps[outcome] = cap
    return caps


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return math.nan


def _shares(given: Sequence[str], trial: Trial) -> dict[str, float] | None:
    """Return the planned weight of each arm; raises TrialFileError where it does not fit."""
    shares: dict[str, float] = {}
    for part in ",".join(given).split(",") if given else []:
        arm, _, share = (word.strip() for word in part.rpartition("="))
        weight = _number(share)
        if not arm or not math.isfinite(weight) or weight <= 0:
            raise TrialFileError(
                f"“{part}” is no planned share; write it as ARM=SHARE, such as "
                f"{next(iter(trial.sizes))}=0.5."
            )
        shares[arm] = weight
    if not shares:
        return None
    missing = [arm for arm in trial.sizes if arm not in shares]
    if missing:
        raise TrialFileError(f"The planned split gives no share to {', '.join(missing)}.")
    empty = [arm for arm in shares if arm not in trial.sizes]
    if empty:
        raise TrialFileError(f"No row is in {', '.join(empty)}, which the planned split names.")
    return shares


def _count(text: str) -> int:
    try:
        count = int(text)
    except ValueError:
        count = 0
    if count < 1:
        raise ArgumentTypeError(f"“{text}” is no count of reads; write 1, 2, …")
    return count

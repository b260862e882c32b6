"""`manage.py evaluate FILE`: judge any randomised test from a file. Needs no database."""

import json
from argparse import ArgumentTypeError
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from reports.evidence.evaluation import Asked, evaluate
from reports.evidence.printed import as_json, as_text
from reports.evidence.trial_file import TrialFileError

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
            "--segment",
            metavar="COLUMN",
            help="known before the start; did some of its values gain more than others?",
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
        asked = Asked(
            arm=options["arm"],
            holdout=options["holdout"].strip(),
            outcomes=tuple(dict.fromkeys(options["outcome"])),
            covariate=options["covariate"],
            unit=options["unit"],
            shares=tuple(options["planned_split"]),
            caps=tuple(options["cap"]),
            reads=options["reads"],
            planned_reads=options["planned_reads"],
            segment=options["segment"],
        )
        try:
            judgement, success, segmented = evaluate(options["file"], asked)
        except TrialFileError as error:
            raise CommandError(str(error), returncode=UNREADABLE) from None
        if options["json"]:
            shape = as_json(judgement, segmented)
            printed = json.dumps(shape, allow_nan=False, ensure_ascii=False, indent=2)
        else:
            printed = as_text(judgement, success, segmented)
        self.stdout.write(printed)


def _count(text: str) -> int:
    try:
        count = int(text)
    except ValueError:
        count = 0
    if count < 1:
        raise ArgumentTypeError(f"“{text}” is no count of reads; write 1, 2, …")
    return count

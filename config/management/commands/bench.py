"""`bench`: measure how fast data come in, beside the goals, on a database of its own."""

import json
import tempfile
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from config.bench.figures import Plan, table
from config.bench.scratch import scratch_database
from config.bench.subjects import SUBJECTS


class Command(BaseCommand):
    help = "Measure how fast data come in, on a database that is made for it and dropped."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--rows", type=int, default=1_000_000, help="rows of each file")
        parser.add_argument("--only", choices=SUBJECTS, help="measure this alone")
        parser.add_argument(
            "--growth-to",
            type=int,
            default=0,
            metavar="ROWS",
            help="bring in a million events after the other until there are so many",
        )
        parser.add_argument("--json", action="store_true")

    def handle(self, *_args: Any, **options: Any) -> None:
        names = [options["only"]] if options["only"] else list(SUBJECTS)
        figures = []
        with tempfile.TemporaryDirectory() as folder, scratch_database():
            plan = Plan(options["rows"], options["growth_to"], Path(folder))
            for name in names:
                for figure in SUBJECTS[name](plan):
                    figures.append(figure)
                    self.stderr.write(f"{figure.what}: {figure.rate:,.0f} rows/s")
        if options["json"]:
            self.stdout.write(json.dumps([figure.to_json() for figure in figures], indent=2))
        else:
            self.stdout.write(table(figures))

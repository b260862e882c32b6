"""`manage.py simulate`: how often the verdict errs, by tests with a known truth."""

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from reports.evidence.simulation import DAYS, SIZES, TRUTHS, WEEKLY, Rates, simulate
from strategy.language.numbers import percent

HEAD = ("Truth", "An arm", "Win", "Hollow", "Harm", "Unproven", "Hold", "Daily look", "No harm")


class Command(BaseCommand):
    help = "Print how often the rule calls what a win, a harm, a hold. Needs no database."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--runs", type=int, default=2000, help="tests of each kind")
        parser.add_argument("--seed", type=int, default=1, help="the same seed, the same table")
        parser.add_argument(
            "--every",
            type=int,
            default=WEEKLY,
            choices=range(1, DAYS + 1),
            metavar="DAYS",
            help="days between reads",
        )
        parser.add_argument("--json", action="store_true", help="for programs")

    def handle(self, *_args: Any, **options: Any) -> None:
        rows = [
            simulate(
                truth,
                customers,
                runs=max(1, options["runs"]),
                seed=options["seed"],
                every=options["every"],
            )
            for truth in TRUTHS
            for customers in SIZES
        ]
        if options["json"]:
            self.stdout.write(json.dumps([row._asdict() for row in rows], indent=2))
            return
        self.stdout.write("| " + " | ".join(HEAD) + " |")
        self.stdout.write("|" + "---|" * len(HEAD))
        names = {truth.key: truth.name for truth in TRUTHS}
        for row in rows:
            self.stdout.write(_line(row, names[row.truth]))


def _line(row: Rates, name: str) -> str:
    shares = (row.win, row.hollow, row.harm, row.unproven, row.hold, row.peeked, row.no_harm)
    return f"| {name} | {row.customers:,} | {' | '.join(percent(share) for share in shares)} |"

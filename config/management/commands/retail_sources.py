"""`retail_sources FOLDER`: files to try linking on, with the truth beside them."""

from pathlib import Path
from typing import Any

import numpy as np
from django.core.management.base import BaseCommand, CommandError, CommandParser

from config.retail import population, sources
from config.retail.hazards import Rates, rates


class Command(BaseCommand):
    help = (
        "Write seven sources' CSV files about made-up people, a mapping for `import` beside each,"
        " and truth.csv (source, external_id, person)."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        usual = ", ".join(f"{name}={rate}" for name, rate in Rates()._asdict().items())
        parser.add_argument("folder", type=Path)
        parser.add_argument("--people", type=int, default=160_000)
        parser.add_argument("--seed", type=int, default=1)
        parser.add_argument(
            "--rate",
            action="append",
            default=[],
            metavar="HAZARD=RATE",
            help=f"how often a hazard happens; as usual: {usual}",
        )

    def handle(self, *_args: Any, **options: Any) -> None:
        if options["people"] < 1:
            raise CommandError("There is to be at least one person.")
        try:
            chosen = rates(options["rate"])
        except ValueError as reason:
            raise CommandError(str(reason)) from None
        rng = np.random.default_rng(options["seed"])
        people = population.draw(rng, options["people"], chosen)
        written = sources.write(options["folder"], people=people, rates=chosen, rng=rng)
        self.stdout.write(
            f"{written.records:,} records of {written.people:,} people in {options['folder']}"
        )

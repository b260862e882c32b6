import csv
import os
import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from customers.queries.links import every_link


class Command(BaseCommand):
    help = "Print which customer each source's records belong to."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--format", choices=["csv"], default="csv")
        parser.add_argument(
            "--certain",
            action="store_true",
            help="leave out what is only probable",
        )

    def handle(self, *, certain: bool, **_options: Any) -> None:
        writer = csv.writer(self.stdout, lineterminator="\n")
        try:
            writer.writerow(["source", "external_id", "customer_id"])
            writer.writerows(every_link(certain=certain))
        except BrokenPipeError:  # whoever read has read enough, and Python would write once more
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())

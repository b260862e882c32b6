import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from customers.actions import work as ledger
from customers.actions.work import NotDoneError


class Command(BaseCommand):
    help = "Link all records from the start."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--probabilistic",
            action="store_true",
            help="compare people who share no identifier too, and link those who are alike enough",
        )
        parser.add_argument(
            "--train",
            action="store_true",
            help="with --probabilistic: learn anew how people are told apart",
        )
        parser.add_argument("--json", action="store_true", help="print the figures as JSON")

    def handle(self, *, probabilistic: bool, train: bool, **options: Any) -> None:
        work_id = ledger.give(
            kind="resolve",
            arguments={"probabilistic": probabilistic, "train": train},
            at=timezone.now(),
            ring_now=False,
        )
        try:
            work = ledger.do_now(work_id, clock=timezone.now)
        except NotDoneError as reason:
            raise CommandError(str(reason)) from None
        said = json.dumps(work.outcome) if options["json"] else sentence(work.outcome)
        self.stdout.write(said)


def sentence(figures: dict[str, Any]) -> str:
    """Return what a pass over everybody found, in words."""
    links = figures["links"]
    return (
        f"{figures['records']:,} records are {figures['customers']:,} customers, by"
        f" {links['deterministic']:,} links of identifiers, {links['probabilistic']:,} of likeness"
        f" and {links['manual']:,} that people made; {figures['review']:,} wait for review."
        f" The largest customer has {figures['largest']:,} records. {figures['seconds']} s."
    )

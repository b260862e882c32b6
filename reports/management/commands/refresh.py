"""`refresh`: count again what changed, here and now."""

import json
import time
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from customers.actions import work as ledger
from customers.actions.work import NotDoneError
from strategy.language.words import counted


class Command(BaseCommand):
    help = "Take the readings of stale weeks and judge the initiatives that they touch."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--all", action="store_true", help="every week and every initiative")
        parser.add_argument("--json", action="store_true", help="print the outcome as JSON")

    def handle(self, *_args: Any, **options: Any) -> None:
        begun = time.monotonic()
        work_id = ledger.give(
            kind="refresh",
            arguments={"everything": options["all"]},
            at=timezone.now(),
            ring_now=False,
        )
        try:
            work = ledger.do_now(work_id, clock=timezone.now)
        except NotDoneError as reason:
            raise CommandError(str(reason)) from None
        outcome = work.outcome | {"seconds": round(time.monotonic() - begun, 3)}
        if options["json"]:
            self.stdout.write(json.dumps(outcome))
        else:
            self.stdout.write(
                "Refreshed {weeks} weeks of {measures} measures and {initiatives} initiatives "
                "in {seconds} s.".format(**outcome)
            )
            if kept := outcome.get("kept"):
                self.stdout.write(
                    f"{counted(kept, 'week', capital=True)} of them began before all events are "
                    "kept from; what was read of them then stays as it was."
                )

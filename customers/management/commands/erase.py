"""`erase CUSTOMER`: forget a person, here and now."""

import json
from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from customers.actions import work as ledger
from customers.actions.erasure import NobodyError, ask
from customers.actions.work import NotDoneError
from strategy.language.numbers import number


class Command(BaseCommand):
    help = "Remove all that is held of a customer, for good, and print what went."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("customer", help="the customer's public id, or one that leads there")
        parser.add_argument("--json", action="store_true", help="print the certificate as JSON")

    def handle(self, *_args: Any, **options: Any) -> None:
        try:
            public_id = UUID(options["customer"])
        except ValueError:
            raise CommandError("This is no public id of a customer.") from None
        try:
            erasure = ask(
                public_id=public_id,
                confirmation=str(public_id),
                by=None,
                at=timezone.now(),
                ring_now=False,
            )
            ledger.do_now(erasure.work_id, clock=timezone.now)
        except (NobodyError, NotDoneError) as reason:
            raise CommandError(str(reason)) from None
        erasure.refresh_from_db()
        if options["json"]:
            said = {"customer": str(erasure.customer), "removed": erasure.removed}
            self.stdout.write(json.dumps(said))
            return
        self.stdout.write(f"Customer {erasure.customer} is forgotten. Removed:")
        for place, count in erasure.removed.items():
            self.stdout.write(f"{number(count):>9}  {place}")

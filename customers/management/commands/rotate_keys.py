"""`rotate_keys`: bring every identifier under the newest keys."""

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from customers.actions import work as ledger
from customers.actions.rotation import rotate_keys
from strategy.language.words import counted


class Command(BaseCommand):
    help = "Seal identifiers again by the newest of IDENTIFIER_KEYS, and hash them again."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", help="print the outcome as JSON")

    def handle(self, *_args: Any, **options: Any) -> None:
        done = rotate_keys()
        if done.hashed:
            ledger.give(kind="link", arguments={}, at=timezone.now(), once="all")
        if options["json"]:
            self.stdout.write(json.dumps(done._asdict()))
            return
        self.stdout.write(
            f"Sealed {counted(done.sealed, 'identifier')} again, "
            f"hashed {counted(done.hashed, 'identifier')} again."
        )
        if done.unknown:
            self.stdout.write(
                f"{counted(done.unknown, 'identifier', capital=True)} could not be opened and "
                "stay as they are until their sources tell them again."
            )
        if done.forgotten:
            self.stdout.write(
                "Keep IDENTITY_KEY_OLD set: people who were forgotten under it are known by it."
            )

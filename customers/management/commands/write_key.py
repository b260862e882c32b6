"""`write_key SOURCE`: make a key for live events, and print it this once."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from customers.actions.write_keys import make_write_key
from customers.queries.sources import UnknownSourceError, source_named


class Command(BaseCommand):
    help = "Make a write key for a source's live events and print it; it is never shown again."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("source", help="the source's key, such as web-shop")

    def handle(self, *_args: Any, **options: Any) -> None:
        try:
            source = source_named(options["source"])
        except UnknownSourceError as reason:
            raise CommandError(str(reason)) from None
        self.stdout.write(make_write_key(source=source, by=None, at=timezone.now()))

"""`readmit KIND VALUE`: take in again who has something that somebody forgotten was known by."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from customers.actions.suppression import EXTERNAL_ID, NotSuppressedError, readmit
from customers.models import IdentifierKind
from customers.queries.sources import UnknownSourceError, source_named


class Command(BaseCommand):
    help = "Take in again who has a number, an address or an id of somebody forgotten."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("kind", choices=[*IdentifierKind.values, EXTERNAL_ID])
        parser.add_argument("value", help="as a source would send it")
        parser.add_argument("--source", help="the key of the source whose external_id it is")

    def handle(self, *, kind: str, value: str, source: str | None, **_options: Any) -> None:
        if (kind == EXTERNAL_ID) != (source is not None):
            raise CommandError("An external_id is one of a source: name both or neither.")
        try:
            readmit(
                kind=kind,
                value=value,
                source=None if source is None else source_named(source),
                by=None,
                at=timezone.now(),
            )
        except (NotSuppressedError, UnknownSourceError) as reason:
            raise CommandError(str(reason)) from None
        self.stdout.write("What comes in by this from now on is taken. Nothing erased is back.")

"""`unsubscribe_links SOURCE`: everybody's link to unsubscribe, for the tool that sends."""

import csv
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.urls import reverse

from customers.actions.unsubscribing import CHANNELS, links_of
from customers.intake.rejected import inert
from customers.queries.sources import UnknownSourceError, source_named


class Command(BaseCommand):
    help = "Print CSV of everybody's external id and link to unsubscribe, for the sending tool."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("source", help="the source's key, such as mail-platform")
        parser.add_argument("--channel", choices=CHANNELS, default=CHANNELS[0])
        parser.add_argument("--initiative", default="", help="the key of what is being sent")

    def handle(self, *_args: Any, **options: Any) -> None:
        try:
            source = source_named(options["source"])
        except UnknownSourceError as reason:
            raise CommandError(str(reason)) from None
        if not settings.PUBLIC_ADDRESS.startswith("https://"):
            self.stderr.write("Mail programs follow https only: set PUBLIC_ADDRESS.")
        out = csv.writer(self.stdout, lineterminator="\n")
        out.writerow(["external_id", "address"])
        links = links_of(source, channel=options["channel"], initiative=options["initiative"])
        for external_id, token in links:
            address = settings.PUBLIC_ADDRESS + reverse("unsubscribe", args=[token])
            out.writerow([inert(external_id), address])

"""`demo`: fill an empty database with a retailer to try Hymnsheet on."""

import time
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction
from django.utils import timezone

from config import environment
from config.demo import company, hillstrom, story

CUSTOMERS = {"small": 20_000, "medium": 2_000_000, "large": 10_000_000}


class Command(BaseCommand):
    help = "Load Larkfield Home & Hardware, a retailer that the project makes up itself."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--scale", choices=CUSTOMERS, default="small")
        parser.add_argument("--seed", type=int, default=company.SEED)
        parser.add_argument("--once", action="store_true", help="do nothing if it is there")
        parser.add_argument("--logins", action="store_true", help="only print who may sign in")
        parser.add_argument(
            "--hillstrom",
            type=Path,
            default=settings.BASE_DIR.parent / "shared" / "data" / "hillstrom" / "hillstrom.csv.gz",
            help="the public mail test of 2008; left out where the file is not there",
        )

    def handle(self, *_args: Any, **options: Any) -> None:
        password = environment.secret(
            "DEMO_PASSWORD", keep_in=settings.LOCAL / "demo-password", random_bytes=9
        )
        if not options["logins"] and not (options["once"] and story.is_told()):
            self._tell(options, password)
        if story.is_told() and not options["once"]:
            self.stdout.write(f"Sign in with the password {password} as one of:")
            for email, who in story.logins():
                self.stdout.write(f"  {email:<32} {who}")

    def _tell(self, options: dict[str, Any], password: str) -> None:
        begun = time.monotonic()
        now = timezone.now()
        try:
            with transaction.atomic():  # broken off, it leaves nothing and can be told again
                told = story.tell(
                    seed=options["seed"],
                    customers=CUSTOMERS[options["scale"]],
                    until=timezone.localdate(now),
                    password=password,
                    at=now,
                    say=self._say,
                )
                if options["hillstrom"].exists():
                    self._say("Importing the Hillstrom mail test")
                    hillstrom.tell(options["hillstrom"], at=now)
        except story.StoryError as reason:
            raise CommandError(str(reason)) from None
        seconds = time.monotonic() - begun
        self._say(f"Loaded {told.read:,} rows in {seconds:.0f} s; {told.rejected:,} refused")

    def _say(self, sentence: str) -> None:
        self.stdout.write(f"  {sentence}")
        self.stdout.flush()

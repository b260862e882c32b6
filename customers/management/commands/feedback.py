"""`feedback SOURCE FILE`: abuse reports out of a mailbox that they were sent to."""

import sys
from collections import Counter
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from customers.actions.feedback import accept_report
from customers.intake.feedback import messages
from customers.intake.values import RefusedError
from customers.models import Source
from customers.queries.sources import UnknownSourceError, source_named
from strategy.language.words import count_words, counted

UNREADABLE = 2
SOME_REFUSED = 3


class Command(BaseCommand):
    help = "Bring in abuse reports (ARF) from an .eml file, an mbox, or standard input (-)."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("source", help="the source's key, such as mail-platform")
        parser.add_argument("file", help="an .eml file or an mbox; - for standard input")

    def handle(self, *_args: Any, **options: Any) -> None:
        try:
            source = source_named(options["source"])
        except UnknownSourceError as reason:
            raise CommandError(str(reason), returncode=UNREADABLE) from None
        try:
            if options["file"] == "-":
                with NamedTemporaryFile() as kept:
                    while piece := sys.stdin.buffer.read(1024**2):
                        kept.write(piece)
                    kept.flush()
                    counts = self._bring(source, Path(kept.name))
            else:
                counts = self._bring(source, Path(options["file"]))
        except OSError as error:
            raise CommandError(
                f"{options['file']} cannot be read: {error.strerror}.", returncode=UNREADABLE
            ) from None
        known = f"{count_words(counts['known'], zero='none')} known"
        refused = f", {count_words(counts['refused'])} refused" if counts["refused"] else ""
        self.stdout.write(
            f"{counted(counts['new'], 'new report', capital=True)}, {known}{refused}."
        )
        if refused:
            raise SystemExit(SOME_REFUSED)

    def _bring(self, source: Source, path: Path) -> Counter[str]:
        """Bring every message in; say of each that is refused which it is and why."""
        counts: Counter[str] = Counter()
        for number, sent in enumerate(messages(path), 1):
            try:
                accepted = accept_report(source=source, sent=sent, received_at=timezone.now())
            except RefusedError as reason:
                counts["refused"] += 1
                self.stderr.write(f"Message {number}: {reason}")
            else:
                counts["new" if accepted.new else "known"] += 1
        return counts

"""`import SOURCE FILE`: hand a file in, and with `--wait` see it through."""

import json
import time
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from customers.actions import work as ledger
from customers.actions.imports import errors_of, hand_in
from customers.actions.kinds import KINDS
from customers.actions.work import BrokeOffError, NotDoneError
from customers.intake.mapping import Mapping, MappingError, parse
from customers.intake.presets import preset
from customers.intake.streams import UnreadableFile
from customers.models import Import
from customers.queries.sources import UnknownSourceError, source_named

UNREADABLE = 2
SOME_REJECTED = 3
COUNTS = ("read", "accepted", "changed", "unchanged", "rejected", "dropped")


class Command(BaseCommand):
    help = "Import a CSV or JSON lines file (also .gz), Parquet or XLSX from a source."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("source", help="the source's key, such as web-shop")
        parser.add_argument("file", type=Path)
        parser.add_argument("--mapping", type=Path, help="a TOML file: see README.md")
        parser.add_argument("--preset", help="a mapping kept here, such as shopify-orders")
        parser.add_argument("--wait", action="store_true", help="do it here and now")
        parser.add_argument("--json", action="store_true", help="print the outcome as JSON")

    def handle(self, *_args: Any, **options: Any) -> None:
        try:
            file_import = hand_in(
                source=source_named(options["source"]),
                path=options["file"],
                file_name=options["file"].name,
                mapping=self._mapping(options["mapping"], options["preset"]),
                at=timezone.now(),
                by=None,
                ring_now=not options["wait"],
            )
        except (UnknownSourceError, UnreadableFile, MappingError) as reason:
            raise CommandError(str(reason), returncode=UNREADABLE) from None
        if not options["wait"]:
            self._say(options, {"import": file_import.pk}, f"Import {file_import.pk} waits.")
            return
        outcome = self._see_through(file_import)
        self._say(options, outcome, _sentence(outcome))
        if outcome["rejected"]:
            raise SystemExit(SOME_REJECTED)

    def _mapping(self, path: Path | None, name: str | None) -> Mapping | None:
        kinds = {name: registered.kind for name, registered in KINDS.items()}
        if path is not None and name is not None:
            raise MappingError("Both --mapping and --preset are given; keep one of them.")
        if name is not None:
            return preset(name, kinds)
        if path is None:
            return None
        try:
            text = path.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise MappingError(f"The mapping {path} could not be read: {error}.") from None
        return parse(text, kinds)

    def _see_through(self, file_import: Import) -> dict[str, Any]:
        begun = time.monotonic()
        try:
            work = ledger.do_now(file_import.work_id, clock=timezone.now)
        except BrokeOffError as reason:
            raise CommandError(str(reason)) from None
        except NotDoneError as reason:
            raise CommandError(str(reason), returncode=UNREADABLE) from None
        file_import.refresh_from_db()
        return {
            "import": file_import.pk,
            **{name: work.outcome[name] for name in COUNTS},
            "errors": str(errors) if (errors := errors_of(file_import)) else None,
            "seconds": round(time.monotonic() - begun, 3),
        }

    def _say(self, options: dict[str, Any], outcome: dict[str, Any], sentence: str) -> None:
        self.stdout.write(json.dumps(outcome) if options["json"] else sentence)


def _sentence(outcome: dict[str, Any]) -> str:
    kept = f"{outcome['accepted']:,} of {outcome['read']:,} rows taken, {outcome['changed']:,} new"
    if not outcome["rejected"]:
        return f"{kept} or changed."
    return f"{kept} or changed; {outcome['rejected']:,} could not be read: {outcome['errors']}"

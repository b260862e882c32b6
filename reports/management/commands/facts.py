"""`facts`: make the columnar copy of the facts anew, check it, or delete its old versions."""

import json
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from customers.actions import work as ledger
from customers.actions.work import NotDoneError
from reports.actions.facts import NO_COPY_WANTED, REBUILD, VACUUM
from reports.queries.copy import differences
from reports.queries.engine import NO_COPY, newest_version
from strategy.language.dates import long_day
from strategy.language.numbers import number
from strategy.language.words import counted


class Command(BaseCommand):
    help = "Make the columnar copy of the facts anew, check it, or delete its old versions."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("act", choices=["rebuild", "check", "vacuum"])
        parser.add_argument("--json", action="store_true", help="print the outcome as JSON")

    def handle(self, *_args: Any, **options: Any) -> None:
        act = {"rebuild": self.rebuild, "check": self.check_copy, "vacuum": self.vacuum}
        outcome, sentence = act[options["act"]]()
        self.stdout.write(json.dumps(outcome) if options["json"] else sentence)
        if outcome.get("ok") is False:
            raise SystemExit(1)

    def rebuild(self) -> tuple[dict[str, Any], str]:
        """Copy everything anew, here and now or by the worker that found it first."""
        outcome = _done(REBUILD)
        return outcome, f"Copied {counted(outcome['weeks'], 'week')}, version {outcome['version']}."

    def check_copy(self) -> tuple[dict[str, Any], str]:
        """Compare the copy with the tables, week by week."""
        if settings.FACTS_ENGINE == "postgres":
            return {"ok": True, "weeks": []}, NO_COPY_WANTED
        version = newest_version()
        if version is None:
            raise CommandError(NO_COPY)
        found = differences(version)
        outcome = {
            "ok": not found,
            "weeks": [one._asdict() | {"week_on": one.week_on.isoformat()} for one in found],
        }
        lines = [
            f"The week of {long_day(one.week_on)}: {counted(one.events, 'event')} worth "
            f"{number(one.amount)}; the copy has {number(one.copied_events)} worth "
            f"{number(one.copied_amount)}."
            for one in found
        ]
        return outcome, "\n".join(lines) or "The copy says what the tables say."

    def vacuum(self) -> tuple[dict[str, Any], str]:
        """Delete the files that no version needs."""
        outcome = _done(VACUUM)
        return outcome, f"Deleted {counted(outcome['files'], 'file')}."


def _done(kind: str) -> dict[str, Any]:
    work_id = ledger.give(kind=kind, arguments={}, at=timezone.now(), once="all", ring_now=False)
    try:
        return dict(ledger.do_now(work_id, clock=timezone.now).outcome)
    except NotDoneError as reason:
        raise CommandError(str(reason)) from None

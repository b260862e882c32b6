"""Judging a test from a file that somebody hands in; nothing of it is kept longer than a day."""

import shutil
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction

from customers.actions import work as ledger
from customers.actions.kept_files import place_for
from customers.intake.files import examine
from reports.evidence.evaluation import Asked, evaluate
from reports.evidence.printed import as_json
from reports.evidence.trial_file import TrialFileError
from reports.models import Evaluation
from strategy.models import Person
from strategy.permissions import check_can_evaluate

KIND = "evaluate"
MOST = 200 * 1024**2
"""Bytes of a file that a page or a program may have judged; the command takes any."""

AT_ONCE = 1024**2
"""Bytes that are judged in less than a second; larger files are work for the ledger."""

KEPT = timedelta(days=1)
LONGEST_NAME = 120


def hand_in_test(*, path: Path, file_name: str, by: Person, at: datetime) -> Evaluation:
    """Keep a copy of a test's file for a day, and read which columns it has.

    Raises:
        NotAllowed: `by` may not have files judged.
        UnreadableFile: in one sentence why it cannot be read; then nothing is kept.

    """
    check_can_evaluate(by)
    copy = place_for(file_name, under="test")
    try:
        shutil.copyfile(path, copy)
        facts = examine(copy, largest=MOST)
        return Evaluation.objects.create(
            file_name=copy.name[-LONGEST_NAME:],
            path=str(copy),
            size=facts.size,
            columns=list(facts.columns),
            asked_by=by,
            asked_at=at,
        )
    except BaseException:
        shutil.rmtree(copy.parent.parent, ignore_errors=True)
        raise


@transaction.atomic
def choose_columns(*, evaluation: Evaluation, asked: Asked, by: Person, at: datetime) -> Evaluation:
    """Say which columns mean what, and have the file judged: at once, or by the ledger.

    Raises NotAllowed where `by` may not have files judged.
    """
    check_can_evaluate(by)
    evaluation.asked, evaluation.judgement, evaluation.error = asked._asdict(), {}, ""
    evaluation.save(update_fields=["asked", "judgement", "error"])
    if evaluation.size <= AT_ONCE:
        _judge(evaluation)
    else:
        evaluation.work_id = ledger.give(
            kind=KIND, arguments={"evaluation_id": evaluation.pk}, at=at, by=by
        )
        evaluation.save(update_fields=["work"])
    return evaluation


def judge_file(*, evaluation_id: int, **_later: Any) -> dict[str, Any]:
    """Judge one file: the work of kind "evaluate". One that is gone by now is left."""
    found = Evaluation.objects.filter(pk=evaluation_id).first()
    if found is not None:
        _judge(found)
    return {"judged": found is not None}


def give_up(arguments: dict[str, Any]) -> None:
    """Say on an evaluation's page that its work has failed for good."""
    Evaluation.objects.filter(pk=arguments["evaluation_id"]).update(
        error="It could not be judged. The worker’s log says more."
    )


def forget_evaluations(*, at: datetime) -> int:
    """Delete what is older than a day, files and rows; return how many rows."""
    due = Evaluation.objects.filter(asked_at__lt=at - KEPT)
    count = due.count()
    due.delete()
    for path in settings.IMPORT_FOLDER.glob("*/test/*"):
        with suppress(FileNotFoundError):
            if path.stat().st_mtime < (at - KEPT).timestamp():
                shutil.rmtree(path.parent.parent, ignore_errors=True)
    return count


def _judge(evaluation: Evaluation) -> None:
    try:
        found = evaluate(Path(evaluation.path), Asked.from_json(evaluation.asked))
    except TrialFileError as error:
        evaluation.error = str(error)
    except FileNotFoundError:
        evaluation.error = "The file is no longer kept; hand it in again."
    else:
        units = {measure.key: measure.unit for measure in found.success}
        evaluation.judgement = as_json(found.judgement, found.segmented) | {"units": units}
    evaluation.save(update_fields=["judgement", "error"])

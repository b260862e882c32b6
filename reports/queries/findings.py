"""What an audit found, as a page shows it: of results and of claims alike."""

from typing import Any, NamedTuple

from reports.audit.finding import CHANGES, Picture
from reports.audit.kept import picture_from_json
from reports.models import Check


class FindingRow(NamedTuple):
    """One way to be misled: what was found, what it changes in the grade, what to draw."""

    key: str
    title: str
    status: str
    word: str
    sentence: str
    changes: str
    picture: Picture | None


def finding_row(
    *, key: str, title: str, status: str, sentence: str, best_grade: str, picture: Any, **_kept: Any
) -> FindingRow:
    """Return a check of a result, or what `reports.audit.kept` kept of a finding. No query."""
    return FindingRow(
        key,
        title,
        status,
        Check.Status(status).label,
        sentence,
        CHANGES[best_grade],
        picture_from_json(picture),
    )

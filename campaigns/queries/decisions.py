"""What was decided about an initiative after its verdict."""

from datetime import date
from typing import NamedTuple

from django.utils import timezone

from campaigns.models import Decision
from strategy.language.dates import day, day_with_year


class DecisionTaken(NamedTuple):
    """The decision that stands; `verdict` is the key of the verdict that it answers.

    `says` is a sentence such as "Decided on Sat 21 Nov: stop it."
    """

    verdict: str
    says: str
    reason: str
    by: str


def newest_decision(initiative_id: int, today: date) -> DecisionTaken | None:
    """Return the newest decision, None before the first. One query."""
    found = Decision.objects.select_related("decided_by").filter(initiative=initiative_id).first()
    if found is None:
        return None
    decided_on = timezone.localdate(found.decided_at)
    on = day(decided_on) if decided_on.year == today.year else day_with_year(decided_on)
    return DecisionTaken(
        verdict=found.verdict,
        says=f"Decided on {on}: {found.get_choice_display().lower()}.",
        reason=found.reason,
        by=found.decided_by.name,
    )

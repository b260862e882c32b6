"""Whom other initiatives reached while a test ran."""

from datetime import date
from zoneinfo import ZoneInfo

from django.conf import settings

from reports.facts.engines import Engine


def reached_by_others(
    engine: Engine, initiative_id: int, *, starts_on: date, ends_on: date
) -> dict[str, int]:
    """Return by arm the test's customers whom another initiative contacted. One question.

    Contacts of the days [starts_on, ends_on) that name another initiative, transactional ones
    aside. Customers in both arms, or assigned after these days, are left out as in `facts.trials`.
    """
    from reports.measures import overlap  # noqa: PLC0415  loads Ibis

    found = engine.execute(
        lambda facts: overlap.reached_by_others(
            facts,
            initiative_id=initiative_id,
            starts_on=starts_on,
            ends_on=ends_on,
            zone=ZoneInfo(settings.TIME_ZONE),
        )
    )
    return {row["arm"]: row["n"] for row in found.to_pylist()}

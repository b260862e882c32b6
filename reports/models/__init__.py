"""Readings of measures, and what each initiative's test came to. All of it can be recomputed."""

from reports.models.facts import FactsVersion
from reports.models.readings import Feed, Reading
from reports.models.results import Check, Outcome, Progress, Result

__all__ = [
    "Check",
    "FactsVersion",
    "Feed",
    "Outcome",
    "Progress",
    "Reading",
    "Result",
]

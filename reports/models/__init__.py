"""Readings of measures, and what each initiative's test came to. All of it can be recomputed."""

from reports.models.asks import Ask
from reports.models.facts import FactsVersion
from reports.models.readings import Feed, Reading
from reports.models.results import Check, Outcome, Progress, Result

__all__ = [
    "Ask",
    "Check",
    "FactsVersion",
    "Feed",
    "Outcome",
    "Progress",
    "Reading",
    "Result",
]

"""Readings of measures, what each initiative's test came to, claims, and what was learnt.

Readings and results can be recomputed; claims are what somebody said.
"""

from reports.models.claims import Claim, ClaimAnswer, ClaimFile
from reports.models.evaluations import Evaluation
from reports.models.learning import Notice, RetestResult
from reports.models.readings import Feed, Reading
from reports.models.results import Check, Outcome, Progress, Result

__all__ = [
    "Check",
    "Claim",
    "ClaimAnswer",
    "ClaimFile",
    "Evaluation",
    "Feed",
    "Notice",
    "Outcome",
    "Progress",
    "Reading",
    "Result",
    "RetestResult",
]

"""Readings of measures, what each initiative's test came to, claims, and what was learnt.

Readings, results and the copy of the facts can be made again; claims are what somebody said.
"""

from reports.models.asks import Ask
from reports.models.claims import Claim, ClaimAnswer, ClaimFile
from reports.models.doses import Dose
from reports.models.evaluations import Evaluation
from reports.models.facts import FactsVersion
from reports.models.learning import RetestResult
from reports.models.readings import Feed, Reading
from reports.models.results import Check, Outcome, Progress, Result

__all__ = [
    "Ask",
    "Check",
    "Claim",
    "ClaimAnswer",
    "ClaimFile",
    "Dose",
    "Evaluation",
    "FactsVersion",
    "Feed",
    "Outcome",
    "Progress",
    "Reading",
    "Result",
    "RetestResult",
]

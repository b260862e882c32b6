"""The tables of floor 0."""

from strategy.models.audit import AuditEntry
from strategy.models.goals import Goal, Guardrail
from strategy.models.measures import Measure
from strategy.models.people import Department, Membership, Person, Role
from strategy.models.sheets import Rule, Sheet, Signature, Term

__all__ = [
    "AuditEntry",
    "Department",
    "Goal",
    "Guardrail",
    "Measure",
    "Membership",
    "Person",
    "Role",
    "Rule",
    "Sheet",
    "Signature",
    "Term",
]

"""The tables of floor 0."""

from strategy.models.audit import AuditEntry
from strategy.models.contacts import ChannelLimit, ContactPolicy
from strategy.models.goals import Goal, Guardrail, Measure
from strategy.models.people import Department, Membership, Person, Role
from strategy.models.sheets import Rule, Sheet, Signature, Term

__all__ = [
    "AuditEntry",
    "ChannelLimit",
    "ContactPolicy",
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

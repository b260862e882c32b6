"""The tables of floor 0."""

from strategy.models.api import ApiToken, KeptAnswer
from strategy.models.audit import AuditEntry
from strategy.models.check_ins import GoalCheckIn
from strategy.models.contacts import ChannelLimit, ContactPolicy
from strategy.models.goals import Goal, Guardrail
from strategy.models.measures import Measure
from strategy.models.people import Department, Membership, Person, Role
from strategy.models.sheets import Rule, Sheet, Signature, Term

__all__ = [
    "ApiToken",
    "AuditEntry",
    "ChannelLimit",
    "ContactPolicy",
    "Department",
    "Goal",
    "GoalCheckIn",
    "Guardrail",
    "KeptAnswer",
    "Measure",
    "Membership",
    "Person",
    "Role",
    "Rule",
    "Sheet",
    "Signature",
    "Term",
]

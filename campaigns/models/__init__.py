"""Initiatives, their locked plans, waivers, decisions, and who was assigned to which arm."""

from campaigns.models.assignments import Assignment
from campaigns.models.initiatives import Initiative
from campaigns.models.plans import Decision, Plan, Waiver
from campaigns.models.reservations import Reservation

__all__ = [
    "Assignment",
    "Decision",
    "Initiative",
    "Plan",
    "Reservation",
    "Waiver",
]

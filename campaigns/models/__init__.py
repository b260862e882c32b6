"""Initiatives, their locked plans, waivers, decisions, and who was assigned to which arm."""

from campaigns.models.assignments import Assignment
from campaigns.models.breaches import Breach, CheckedDay
from campaigns.models.initiatives import OVER, RUNNING, Initiative
from campaigns.models.life import Approval, Retest
from campaigns.models.plans import Decision, Plan, Waiver
from campaigns.models.reservations import Reservation
from campaigns.models.sketches import Sketch

__all__ = [
    "OVER",
    "RUNNING",
    "Approval",
    "Assignment",
    "Breach",
    "CheckedDay",
    "Decision",
    "Initiative",
    "Plan",
    "Reservation",
    "Retest",
    "Sketch",
    "Waiver",
]

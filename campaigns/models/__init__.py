"""Initiatives, their plans, waivers, decisions, who was assigned to which arm, and the talk."""

from campaigns.models.assignments import Assignment
from campaigns.models.breaches import Breach, CheckedDay
from campaigns.models.initiatives import OVER, RUNNING, Initiative
from campaigns.models.life import Approval, Retest
from campaigns.models.mail import Mail
from campaigns.models.plans import Decision, Plan, Waiver
from campaigns.models.reservations import Reservation
from campaigns.models.sketches import Sketch
from campaigns.models.talk import Attachment, Comment, Follow, Notice

__all__ = [
    "OVER",
    "RUNNING",
    "Approval",
    "Assignment",
    "Attachment",
    "Breach",
    "CheckedDay",
    "Comment",
    "Decision",
    "Follow",
    "Initiative",
    "Mail",
    "Notice",
    "Plan",
    "Reservation",
    "Retest",
    "Sketch",
    "Waiver",
]

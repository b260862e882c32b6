"""Initiatives, their plans, waivers, decisions and sends, who is in them, and what overlaps."""

from campaigns.models.assignments import Assignment
from campaigns.models.clashes import ChangedMembers, Overlap, OverlapCount
from campaigns.models.feeds import CalendarFeed
from campaigns.models.initiatives import Initiative
from campaigns.models.plans import Decision, Plan, Waiver
from campaigns.models.sends import PlannedSend

__all__ = [
    "Assignment",
    "CalendarFeed",
    "ChangedMembers",
    "Decision",
    "Initiative",
    "Overlap",
    "OverlapCount",
    "Plan",
    "PlannedSend",
    "Waiver",
]

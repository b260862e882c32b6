"""Initiatives, their plans, decisions and talk; audiences, arms, and what overlaps or went out."""

from campaigns.models.assignments import Assignment, Forgotten
from campaigns.models.audiences import Audience, AudienceVersion
from campaigns.models.breaches import Breach, CheckedDay
from campaigns.models.clashes import ChangedMembers, Overlap, OverlapCount, Reach
from campaigns.models.contacts import ContactCount
from campaigns.models.deliveries import Delivered, Delivery, SentCount
from campaigns.models.feeds import CalendarFeed
from campaigns.models.holdout import DRAWN_BY, CompanyHoldout, Draw, Held, Joining, Spared
from campaigns.models.initiatives import OVER, RUNNING, UNAGREED, Initiative
from campaigns.models.life import Approval, Retest
from campaigns.models.mail import Mail
from campaigns.models.plans import Decision, Plan, Waiver
from campaigns.models.reservations import Reservation
from campaigns.models.sends import PlannedSend
from campaigns.models.sketches import Sketch
from campaigns.models.talk import Attachment, Comment, Follow, Notice
from campaigns.models.traits import Touched, TouchedInitiative, TouchedWeek, Trait, TraitState

__all__ = [
    "DRAWN_BY",
    "OVER",
    "RUNNING",
    "UNAGREED",
    "Approval",
    "Assignment",
    "Attachment",
    "Audience",
    "AudienceVersion",
    "Breach",
    "CalendarFeed",
    "ChangedMembers",
    "CheckedDay",
    "Comment",
    "CompanyHoldout",
    "ContactCount",
    "Decision",
    "Delivered",
    "Delivery",
    "Draw",
    "Follow",
    "Forgotten",
    "Held",
    "Initiative",
    "Joining",
    "Mail",
    "Notice",
    "Overlap",
    "OverlapCount",
    "Plan",
    "PlannedSend",
    "Reach",
    "Reservation",
    "Retest",
    "SentCount",
    "Sketch",
    "Spared",
    "Touched",
    "TouchedInitiative",
    "TouchedWeek",
    "Trait",
    "TraitState",
    "Waiver",
]

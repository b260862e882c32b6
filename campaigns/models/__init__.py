"""Initiatives, their plans, waivers and decisions; audiences, arms, and what was handed out."""

from campaigns.models.assignments import Assignment
from campaigns.models.audiences import Audience, AudienceVersion
from campaigns.models.deliveries import Delivered, Delivery
from campaigns.models.holdout import CompanyHoldout, Draw, Held, Spared
from campaigns.models.initiatives import Initiative
from campaigns.models.plans import Decision, Plan, Waiver
from campaigns.models.traits import Touched, TouchedInitiative, TouchedWeek, Trait, TraitState

__all__ = [
    "Assignment",
    "Audience",
    "AudienceVersion",
    "CompanyHoldout",
    "Decision",
    "Delivered",
    "Delivery",
    "Draw",
    "Held",
    "Initiative",
    "Plan",
    "Spared",
    "Touched",
    "TouchedInitiative",
    "TouchedWeek",
    "Trait",
    "TraitState",
    "Waiver",
]

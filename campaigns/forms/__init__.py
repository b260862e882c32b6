"""The forms of an initiative's life, and the filters of the list."""

from campaigns.forms.filters import InitiativeFilter
from campaigns.forms.initiatives import InitiativeForm
from campaigns.forms.sends import MoveForm, SendForm
from campaigns.forms.steps import (
    AmendForm,
    ApproveForm,
    DecideForm,
    EndForm,
    PauseForm,
    WaiveForm,
)
from campaigns.forms.talk import CommentForm, FollowForm, RewordForm

__all__ = [
    "AmendForm",
    "ApproveForm",
    "CommentForm",
    "DecideForm",
    "EndForm",
    "FollowForm",
    "InitiativeFilter",
    "InitiativeForm",
    "MoveForm",
    "PauseForm",
    "RewordForm",
    "SendForm",
    "WaiveForm",
]

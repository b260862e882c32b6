"""The forms of an initiative's life, and the filters of the list."""

from campaigns.forms.filters import InitiativeFilter
from campaigns.forms.initiatives import InitiativeForm
from campaigns.forms.sends import MoveForm, SendForm
from campaigns.forms.steps import (
    AmendForm,
    ApproveForm,
    CommentForm,
    DecideForm,
    EndForm,
    PauseForm,
    WaiveForm,
)

__all__ = [
    "AmendForm",
    "ApproveForm",
    "CommentForm",
    "DecideForm",
    "EndForm",
    "InitiativeFilter",
    "InitiativeForm",
    "MoveForm",
    "PauseForm",
    "SendForm",
    "WaiveForm",
]

"""The forms of pages that show results."""

from reports.forms.card import RevealForm, WrongLinkForm
from reports.forms.claims import ClaimForm, ClaimUpload
from reports.forms.evaluations import ColumnsForm, TestFileForm, TestUpload
from reports.forms.filters import ExplorerFilter, ResultFilter, TimelineFilter

__all__ = [
    "ClaimForm",
    "ClaimUpload",
    "ColumnsForm",
    "ExplorerFilter",
    "ResultFilter",
    "RevealForm",
    "TestFileForm",
    "TestUpload",
    "TimelineFilter",
    "WrongLinkForm",
]

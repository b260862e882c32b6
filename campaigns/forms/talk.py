"""The forms of talking: a comment with its files, a new wording, following."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile

from campaigns.actions.attachments import Given
from campaigns.forms.fields import Text

LONGEST = 2000


class SeveralFilesInput(forms.ClearableFileInput):
    """Where several files are chosen at once."""

    allow_multiple_selected = True


class FilesField(forms.FileField):
    """No file, or several."""

    widget = SeveralFilesInput

    def clean(self, data: Any, initial: Any = None) -> Any:
        """Return the files, each as a FileField takes it."""
        given: Iterable[Any] = data if isinstance(data, list | tuple) else [data] if data else []
        return [super(FilesField, self).clean(file, initial) for file in given]


class CommentForm(forms.Form):
    """A comment, and files beside it."""

    text = Text(max_length=LONGEST, missing="Write the comment first.")
    attached = FilesField(
        required=False,
        max_length=200,
        error_messages={
            "empty": "That file is empty. Attach another.",
            "max_length": "The name of that file is too long.",
        },
    )

    def given(self) -> list[Given]:
        """Return the files of a valid form."""
        files: list[UploadedFile[Any]] = self.cleaned_data["attached"]
        return [Given(file.name or "", file.size or 0, file) for file in files]


class RewordForm(forms.Form):
    """A comment in other words."""

    text = Text(max_length=LONGEST, missing="A comment says something. Write it anew.")


class FollowForm(forms.Form):
    """Whether to follow."""

    is_on = forms.BooleanField(required=False)

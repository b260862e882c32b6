"""The forms of a test's file that is judged on a page."""

from typing import Any

from django import forms

from campaigns.forms.fields import Text
from customers.forms import BoundedUpload
from reports.actions.evaluations import MOST
from reports.evidence.evaluation import Asked


class TestUpload(BoundedUpload):
    """Takes a test's file, up to what a page may have judged."""

    most = MOST


class TestFileForm(forms.Form):
    """A test's file."""

    file = forms.FileField(
        label="File", allow_empty_file=True, error_messages={"required": "Choose the file."}
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        most = f"CSV, JSON lines (both also .gz) or Parquet; at most {MOST // 1024**2} MB."
        self.fields["file"].help_text = most

    def refuse_as_too_large(self) -> None:
        """Say that the file was not read to its end, and so is not there."""
        self.fields["file"].error_messages["required"] = (
            f"The file is larger than {MOST // 1024**2} MB. The command “evaluate” takes any."
        )


class ColumnsForm(forms.Form):
    """Which columns of a test's file mean what."""

    arm = forms.ChoiceField(
        label="Who got what", error_messages={"required": "Choose the column of the arms."}
    )
    holdout = Text(
        label="What it says for those left alone",
        max_length=200,
        missing="Write the value of the holdout, as the file has it.",
    )
    outcomes = forms.MultipleChoiceField(
        label="What came of it",
        widget=forms.CheckboxSelectMultiple,
        help_text="Numbers of which more is better.",
        error_messages={"required": "Choose at least one outcome."},
    )
    covariate = forms.ChoiceField(
        label="A number from before the start", required=False, help_text="It takes noise out."
    )
    unit = forms.ChoiceField(
        label="What chance chose, where several rows are one",
        required=False,
        help_text="Such as the store; its rows are added up.",
    )
    segment = forms.ChoiceField(
        label="What may gain more or less",
        required=False,
        help_text="Something known before the start, such as the region.",
    )
    shares = Text(
        label="Planned split",
        max_length=300,
        required=False,
        help_text="Such as A=0.9,B=0.1; empty is equal shares.",
    )

    def __init__(self, data: object = None, *, columns: list[str], initial: dict[str, Any]) -> None:
        shares = ",".join(initial.get("shares", ()))
        super().__init__(data, initial=initial | {"shares": shares})  # type: ignore[arg-type]  # what a request holds
        named = [(name, name) for name in columns]
        for field in ("arm", "covariate", "unit", "segment"):
            empty = "Choose one" if field == "arm" else "None"
            self.fields[field].choices = [("", empty), *named]  # type: ignore[attr-defined]  # a field of this form has it
        self.fields["outcomes"].choices = named  # type: ignore[attr-defined]  # a field of this form has it

    @property
    def asked(self) -> Asked:
        """What was chosen, of a form that is valid."""
        said = self.cleaned_data
        return Asked(
            arm=said["arm"],
            holdout=said["holdout"].strip(),
            outcomes=tuple(said["outcomes"]),
            covariate=said["covariate"] or None,
            unit=said["unit"] or None,
            segment=said["segment"] or None,
            shares=(said["shares"],) if said["shares"] else (),
        )

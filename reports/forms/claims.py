"""The form of a claim."""

from datetime import timedelta
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.core.validators import MaxValueValidator, MinValueValidator

from campaigns.forms.fields import Text, day_field
from campaigns.models import Initiative
from customers.forms import BoundedUpload
from reports.actions.claims import Attached
from reports.models import Claim
from strategy.models import Department, Measure

ONE_DAY = timedelta(days=1)
HUNDRED = 100
LARGEST_CLAIM_FILE = 5 * 1024**2
"""Bytes of what may be attached to a claim."""


class ClaimUpload(BoundedUpload):
    """Takes what is attached to a claim, up to five megabytes."""

    most = LARGEST_CLAIM_FILE


class ClaimForm(forms.Form):
    """An uplift that somebody states. In per cent; the last day is inclusive."""

    source = Text(
        label="Who says it, and where?",
        max_length=200,
        missing="Say who states it, and where, such as “Supplier’s slide 14”.",
        help_text="Such as “Supplier’s slide 14, spring review”.",
    )
    uplift = forms.FloatField(
        label="Stated uplift, %",
        help_text="As it is stated: 29 for “+29%”, −20 for “20% less”.",
        validators=[
            MinValueValidator(-100, "Nothing falls by more than 100%."),
            MaxValueValidator(1_000_000, "Write the uplift in per cent, such as 29 or -20."),
        ],
        widget=forms.NumberInput(attrs={"step": "any", "inputmode": "decimal"}),
        error_messages=dict.fromkeys(
            ("required", "invalid"), "Write the uplift in per cent, such as 29 or -20."
        ),
    )
    measure = forms.ModelChoiceField(
        label="Of what?",
        queryset=Measure.objects.none(),
        empty_label="Choose one",
        help_text="The nearest measure of ours.",
        error_messages={"required": "Choose the measure that it is about."},
    )
    department = forms.ModelChoiceField(
        label="Whose is it?",
        queryset=Department.objects.all(),
        required=False,
        empty_label="The whole company’s",
        help_text="With a department, all others are compared with.",
    )
    initiative = forms.ModelChoiceField(
        label="Which initiative does it credit?",
        queryset=Initiative.objects.order_by("name"),
        required=False,
        empty_label="None of ours",
    )
    baseline = forms.ChoiceField(
        label="Compared with", choices=Claim.Baseline.choices, initial=Claim.Baseline.PREVIOUS
    )
    starts_on = day_field("First day", "Set the first day of the window.")
    last_on = day_field("Last day", "Set the last day of the window.")
    file = forms.FileField(label="Slide or file, where there is one", required=False)
    note = Text(label="Note", max_length=1000, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        newest = Measure.objects.order_by("key", "-version").distinct("key").values("pk")
        self.fields["measure"].queryset = Measure.objects.filter(pk__in=newest).order_by("name")  # type: ignore[attr-defined]  # a field of this form has it
        self.fields["file"].help_text = f"At most {LARGEST_CLAIM_FILE // 1024**2} MB."

    def refuse_as_too_large(self) -> None:
        """Say that the file was not read to its end."""
        self.add_error("file", f"The file is larger than {LARGEST_CLAIM_FILE // 1024**2} MB.")

    def clean(self) -> dict[str, Any]:
        """Hold the last day against the first."""
        said = super().clean() or self.cleaned_data
        starts_on, last_on = said.get("starts_on"), said.get("last_on")
        if starts_on and last_on and last_on < starts_on:
            self.add_error("last_on", "The last day lies before the first.")
        return said

    @property
    def claimed(self) -> dict[str, Any]:
        """What `record_claim` takes, of a form that is valid."""
        said = dict(self.cleaned_data)
        file: UploadedFile[bytes] | None = said.pop("file")
        ends_on = said.pop("last_on") + ONE_DAY
        return said | {
            "uplift": said["uplift"] / HUNDRED,
            "ends_on": ends_on,
            "file": Attached((file.name or "file")[-120:], file.read()) if file else None,
        }

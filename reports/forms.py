"""The filters of the list of initiatives, and the forms of a customer's card and of claims."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

import django_filters
from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db.models import Q, QuerySet

from campaigns.forms import InitiativeFilter
from campaigns.forms.fields import Text, day_field
from campaigns.models import Initiative
from customers.actions.looks import REASONS
from customers.forms import BoundedUpload
from reports.actions.claims import Attached
from reports.actions.evaluations import MOST
from reports.evidence.evaluation import Asked
from reports.models import Claim, Result
from strategy.models import Department, Measure

ONE_DAY = timedelta(days=1)
HUNDRED = 100
LARGEST_CLAIM_FILE = 5 * 1024**2
"""Bytes of what may be attached to a claim."""


class ResultFilter(InitiativeFilter):
    """The filters of the list, by verdict too; without a result an initiative is not measured."""

    verdict = django_filters.ChoiceFilter(
        label="Verdict", choices=Result.Verdict.choices, method="of_verdict", empty_label="All"
    )

    class Meta(InitiativeFilter.Meta):
        fields = [*InitiativeFilter.Meta.fields, "verdict"]

    def of_verdict(
        self, initiatives: QuerySet[Initiative], _name: str, verdict: str
    ) -> QuerySet[Initiative]:
        """Keep those with the verdict."""
        has_it = Q(result__verdict=verdict)
        if verdict == Result.Verdict.NONE:
            has_it |= Q(result=None)
        return initiatives.filter(has_it)


class RevealForm(forms.Form):
    """Why somebody needs to see a customer's name and contact details."""

    reason = forms.ChoiceField(
        label="Why do you need the name?", choices=[(reason, reason) for reason in REASONS]
    )


class WrongLinkForm(forms.Form):
    """Which of a customer's records is somebody else, and how we know."""

    record = forms.TypedChoiceField(label="Which record is somebody else’s?", coerce=int)
    reason = forms.CharField(
        label="How do you know?",
        max_length=300,
        help_text="Without names or numbers: it is kept.",
    )

    def __init__(self, data: object = None, *, records: Iterable[tuple[int, str]]) -> None:
        super().__init__(data)  # type: ignore[arg-type]  # what a request holds
        self.fields["record"].choices = list(records)  # type: ignore[attr-defined]


class TimelineFilter(forms.Form):
    """Whose events of a customer are shown, and which; nothing chosen is everything."""

    department = forms.ChoiceField(label="Department", required=False)
    group = forms.ChoiceField(label="What", required=False)

    def __init__(
        self,
        data: object,
        *,
        departments: Iterable[tuple[str, str]],
        groups: Iterable[tuple[str, str]],
    ) -> None:
        super().__init__(data)  # type: ignore[arg-type]  # what a request holds
        self.fields["department"].choices = [("", "All"), *departments]  # type: ignore[attr-defined]
        self.fields["group"].choices = [("", "Everything"), *groups]  # type: ignore[attr-defined]


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
        help_text="As it is stated: 29 for “+29%”.",
        validators=[
            MinValueValidator(-100, "Nothing falls by more than 100%."),
            MaxValueValidator(1_000_000, "Write the uplift in per cent, such as 29."),
        ],
        widget=forms.NumberInput(attrs={"step": "any", "inputmode": "decimal"}),
        error_messages=dict.fromkeys(
            ("required", "invalid"), "Write the uplift in per cent, such as 29."
        ),
    )
    measure = forms.ModelChoiceField(
        label="Of what?",
        queryset=Measure.objects.none(),
        empty_label="Choose one",
        help_text="The nearest measure of ours of which more is better.",
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
        risen = Measure.objects.filter(pk__in=newest, better=Measure.Better.MORE)
        self.fields["measure"].queryset = risen.order_by("name")  # type: ignore[attr-defined]
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
        for field in ("arm", "covariate", "unit"):
            empty = "Choose one" if field == "arm" else "None"
            self.fields[field].choices = [("", empty), *named]  # type: ignore[attr-defined]
        self.fields["outcomes"].choices = named  # type: ignore[attr-defined]

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
            shares=(said["shares"],) if said["shares"] else (),
        )

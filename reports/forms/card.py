"""The forms of a customer's card."""

from collections.abc import Iterable

from django import forms

from customers.actions.looks import REASONS


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
        # the page has another form with a reason
        super().__init__(data, auto_id="wrong_%s")  # type: ignore[arg-type]  # what a request holds
        self.fields["record"].choices = list(records)  # type: ignore[attr-defined]  # a field of this form has it

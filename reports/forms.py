"""The filters of the list of initiatives, and the forms of a customer's card."""

from collections.abc import Iterable

import django_filters
from django import forms
from django.db.models import Q, QuerySet

from campaigns.forms import InitiativeFilter
from campaigns.models import Initiative
from customers.actions.looks import REASONS
from reports.models import Result


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

"""What lists and charts are narrowed to, as it stands in their addresses."""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

import django_filters
from django import forms
from django.db.models import Q, QuerySet
from django.http import QueryDict  # noqa: TID251  what a form is filled from

from campaigns.forms import InitiativeFilter
from campaigns.models import Initiative
from reports.models import Result
from reports.queries.explorer import BY, COMPANY, SPANS, usual_days, windows_of

MOST_WINDOWS, FARTHEST = 120, 3 * 366
DAY = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


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
        self.fields["department"].choices = [("", "All"), *departments]  # type: ignore[attr-defined]  # a field of this form has it
        self.fields["group"].choices = [("", "Everything"), *groups]  # type: ignore[attr-defined]  # a field of this form has it


class ExplorerFilter(forms.Form):
    """Which windows of a measure are shown, by which cut; nothing chosen is week by week."""

    by = forms.ChoiceField(label="By", choices=list(BY.items()), required=False)
    span = forms.ChoiceField(label="Each", choices=list(SPANS.items()), required=False)
    initiative = forms.ModelChoiceField(
        label="Test",
        queryset=Initiative.objects.order_by("name"),
        to_field_name="key",
        required=False,
        empty_label="None",
    )
    first = forms.DateField(label="From", required=False, widget=DAY)
    last = forms.DateField(label="To", required=False, widget=DAY)

    def __init__(self, data: QueryDict, *, today: date) -> None:
        super().__init__({"by": COMPANY, "span": "week"} | data.dict())
        self.today = today

    def clean(self) -> dict[str, Any]:
        """Fill in what nobody said; refuse windows that are too many or none, and no test."""
        said: dict[str, Any] = super().clean() or {}
        if self.errors:
            return said
        said["by"], said["span"] = said["by"] or COMPANY, said["span"] or "week"
        first, last = usual_days(said["span"], self.today)
        said["last"] = min(said.get("last") or last, self.today - timedelta(days=1))
        said["first"] = said.get("first") or min(first, said["last"])
        if said["by"] == "arm" and not said.get("initiative"):
            self.add_error("initiative", "Choose the test whose arms you want to see.")
        if (said["last"] - said["first"]).days > FARTHEST:
            self.add_error("first", "Choose at most three years.")
        elif not 0 < len(windows_of(said["span"], said["first"], said["last"])) <= MOST_WINDOWS:
            self.add_error("first", f"Choose days with 1 to {MOST_WINDOWS} whole windows.")
        return said

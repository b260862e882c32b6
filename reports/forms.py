"""The filters of the list of initiatives."""

import django_filters
from django.db.models import Q, QuerySet

from campaigns.forms import InitiativeFilter
from campaigns.models import Initiative
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

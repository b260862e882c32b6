"""The filters of the list of initiatives."""

import django_filters
from django.db.models import Q, QuerySet

from campaigns.models import Initiative
from strategy.models import Department


class InitiativeFilter(django_filters.FilterSet):  # type: ignore[misc]  # the library is untyped
    """The filters of the list, as they stand in its address; unknown values filter nothing."""

    q = django_filters.CharFilter(label="Search", method="search")
    department = django_filters.ModelChoiceFilter(
        queryset=Department.objects.all(), to_field_name="key", empty_label="All"
    )
    kind = django_filters.ChoiceFilter(
        choices=[(value or "none", label) for value, label in Initiative.Kind.choices],
        method="of_kind",
        empty_label="All",
    )
    status = django_filters.ChoiceFilter(choices=Initiative.Status.choices, empty_label="All")

    class Meta:
        model = Initiative
        fields = ["q", "department", "kind", "status"]

    def search(
        self, initiatives: QuerySet[Initiative], _name: str, text: str
    ) -> QuerySet[Initiative]:
        """Keep those with every word in name, key, notice or audience."""
        for word in text.split():
            initiatives = initiatives.filter(
                Q(name__icontains=word)
                | Q(key__icontains=word)
                | Q(notice__icontains=word)
                | Q(audience__icontains=word)
            )
        return initiatives

    def of_kind(
        self, initiatives: QuerySet[Initiative], _name: str, kind: str
    ) -> QuerySet[Initiative]:
        """Keep those of the kind; "none" is the same for everyone."""
        return initiatives.filter(kind="" if kind == "none" else kind)

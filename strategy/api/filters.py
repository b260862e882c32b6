"""Filters in the address, checked like everything else that is sent."""

from typing import Any

from django_filters import Filter
from django_filters.rest_framework import DjangoFilterBackend, FilterSet
from rest_framework.exceptions import ValidationError


class Filters(DjangoFilterBackend):  # type: ignore[misc]  # it has no types
    """Filters a list; a parameter that it does not know is refused, not left aside.

    A program that misspells a filter would else take the whole list for what it asked for.
    """

    def filter_queryset(self, request: Any, queryset: Any, view: Any) -> Any:
        filters = self.get_filterset_class(view, queryset)
        known = {"cursor", "limit", *(filters.base_filters if filters else ())}
        unknown = sorted(set(request.query_params) - known)
        if unknown:
            raise ValidationError({name: ["There is no such filter here."] for name in unknown})
        return super().filter_queryset(request, queryset, view)


def by(**filters: Filter) -> type[FilterSet]:
    """Return the filters of a list, by the names that its address takes them by."""
    return type("By", (FilterSet,), filters)

"""Filters in the address, checked like everything else that is sent."""

from typing import Any

from django import forms
from django_filters import Filter, TypedChoiceFilter
from django_filters.rest_framework import DjangoFilterBackend, FilterSet
from drf_spectacular.utils import extend_schema_field
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
        twice = sorted(name for name, values in request.query_params.lists() if len(values) > 1)
        if twice:
            raise ValidationError({name: ["Say it once."] for name in twice})
        empty = sorted(name for name, value in request.query_params.items() if not value)
        if empty:
            raise ValidationError({name: ["Say which, or leave it out."] for name in empty})
        return super().filter_queryset(request, queryset, view)


class WholeFilter(Filter):  # type: ignore[misc]  # it has no types
    """A whole number that PostgreSQL can hold."""

    field_class = forms.IntegerField

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, min_value=0, max_value=2**31 - 1, **kwargs)


@extend_schema_field({"type": "string", "enum": ["true", "false"]})
class YesNoFilter(TypedChoiceFilter):  # type: ignore[misc]  # likewise
    """Either "true" or "false"."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        choices = [("true", "Yes"), ("false", "No")]
        super().__init__(*args, choices=choices, coerce=lambda text: text == "true", **kwargs)


def by(**filters: Filter) -> type[FilterSet]:
    """Return the filters of a list, by the names that its address takes them by."""
    return type("By", (FilterSet,), filters)

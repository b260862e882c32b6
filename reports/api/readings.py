"""Readings: what measures came to, each with how many it stands on and when it was counted."""

from typing import Any

from django_filters import CharFilter, ChoiceFilter, DateFilter
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.mixins import ListModelMixin

from reports.api.aged import STALE, Aged
from reports.models import Reading
from reports.queries.freshness import lacking
from strategy.api.amounts import AmountSerializer, amount
from strategy.api.filters import YesNoFilter, by
from strategy.api.resources import Resource


class ReadingSerializer(serializers.ModelSerializer[Reading]):
    """One value over a window [starts_on, ends_on); `value` is empty where `n` is 0."""

    measure = serializers.CharField(source="measure.key")
    measure_version = serializers.IntegerField(source="measure.version")
    department = serializers.CharField(source="department.key", allow_null=True, default=None)
    value = serializers.SerializerMethodField("measured")
    n = serializers.IntegerField(source="denominator", help_text="What it is counted over.")
    left_out = serializers.DictField(
        help_text="Events whose amount has no rate, by currency and kind."
    )
    stale = serializers.SerializerMethodField(help_text=STALE)

    class Meta:
        model = Reading
        fields = [
            *("id", "measure", "measure_version", "department", "span", "starts_on", "ends_on"),
            *("value", "n", "left_out", "as_of", "stale"),
        ]

    @extend_schema_field(AmountSerializer)
    def measured(self, reading: Reading) -> dict[str, Any]:
        return amount(reading.value, reading.measure)

    def get_stale(self, reading: Reading) -> str:
        """Return what the measure's page puts beside it."""
        return lacking([reading.measure], reading.ends_on, self.context["view"].sources)


class Readings(Aged, ListModelMixin, Resource[Reading]):
    """Every reading that is kept, the newest first."""

    queryset = Reading.objects.select_related("measure", "department")
    serializer_class = ReadingSerializer
    filterset_class = by(
        measure=CharFilter("measure__key"),
        department=CharFilter("department__key"),
        whole_company=YesNoFilter("department", lookup_expr="isnull"),
        span=ChoiceFilter(choices=Reading.Span.choices),
        ends_on=DateFilter(),
        ends_from=DateFilter("ends_on", lookup_expr="gte"),
    )

"""Measures: what each number means."""

from django_filters import CharFilter
from rest_framework import serializers
from rest_framework.mixins import ListModelMixin, RetrieveModelMixin

from strategy.api.filters import by
from strategy.api.resources import Resource
from strategy.models import Measure


class MeasureSerializer(serializers.ModelSerializer[Measure]):
    """One version of one definition."""

    counted = serializers.ListField(child=serializers.CharField())
    per_events = serializers.ListField(child=serializers.CharField())

    class Meta:
        model = Measure
        fields = [
            *("id", "key", "version", "name", "says", "fold", "counted", "per", "per_events"),
            *("scale", "weekly", "unit", "better"),
        ]


class Measures(ListModelMixin, RetrieveModelMixin, Resource[Measure]):
    """Every version of every definition."""

    queryset = Measure.objects.all()
    serializer_class = MeasureSerializer
    lookup_value_regex = "[0-9]{1,9}"
    filterset_class = by(key=CharFilter())

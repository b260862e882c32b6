"""Clashes: which initiatives want the same customers, and which reached them."""

from typing import Any

from django.utils import timezone
from drf_spectacular.helpers import forced_singular_serializer
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from campaigns.models import Overlap
from campaigns.queries.clashes import measured_clashes, planned_clashes
from strategy.api.resources import Resource


class PlannedClashSerializer(serializers.Serializer[Any]):
    """Two initiatives that may contact the same customers on the days [starts_on, ends_on)."""

    first = serializers.IntegerField(source="first.pk")
    second = serializers.IntegerField(source="second.pk")
    customers = serializers.IntegerField(help_text="Whom both plan to contact.")
    starts_on = serializers.DateField()
    ends_on = serializers.DateField()
    same_channel = serializers.BooleanField()
    yields = serializers.IntegerField(source="yields.pk", help_text="The one that gives way.")
    why = serializers.CharField()
    moves_to = serializers.DateField(
        allow_null=True, help_text="When the draft that yields would be clear; null for no draft."
    )


class MeasuredClashSerializer(serializers.Serializer[Any]):
    """Customers whom two initiatives contacted within the gap in the last 28 days."""

    first = serializers.IntegerField()
    second = serializers.IntegerField()
    customers = serializers.IntegerField()


class ClashesSerializer(serializers.Serializer[Any]):
    """All clashes, those of most customers first."""

    planned = PlannedClashSerializer(many=True)
    measured = MeasuredClashSerializer(many=True)


AS_ONE = forced_singular_serializer(ClashesSerializer)  # type: ignore[no-untyped-call]  # the library is untyped


class Clashes(Resource[Overlap]):
    """Clashes ahead, as last compared, and those that happened."""

    queryset = Overlap.objects.all()
    serializer_class = ClashesSerializer
    pagination_class = None

    @extend_schema(responses=AS_ONE)
    def list(self, _request: Request) -> Response:
        """Return the clashes ahead, and those of the last 28 days."""
        today = timezone.localdate()
        found = {"planned": planned_clashes(today), "measured": measured_clashes(today)}
        return Response(ClashesSerializer(found).data)

"""Clashes: which initiatives want the same customers, and which reached them."""

from typing import Any

from django.utils import timezone
from drf_spectacular.helpers import forced_singular_serializer
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from campaigns.actions.contact_counts import ask
from campaigns.models import Overlap, OverlapCount
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


class OverlapCountSerializer(serializers.ModelSerializer[OverlapCount]):
    """What the last count of all initiatives that were not over added up to."""

    class Meta:
        model = OverlapCount
        fields = ("at", "customers", "memberships", "at_once", "double")
        extra_kwargs = {
            "customers": {"help_text": "In at least one initiative."},
            "memberships": {"help_text": "Places of customers in initiatives."},
            "at_once": {"help_text": "Customers in at least two that run on the same day."},
            "double": {"help_text": "Customers in common, added up over pairs that do."},
        }


class ClashesSerializer(serializers.Serializer[Any]):
    """All clashes, those of most customers first."""

    counted = OverlapCountSerializer(allow_null=True, help_text="Null before the first count.")
    planned = PlannedClashSerializer(many=True)
    measured = MeasuredClashSerializer(many=True)
    measured_at = serializers.DateTimeField(
        allow_null=True, help_text="When contacts were last counted; null before the first time."
    )


AS_ONE = forced_singular_serializer(ClashesSerializer)  # type: ignore[no-untyped-call]  # the library is untyped


class Clashes(Resource[Overlap]):
    """Clashes ahead, as last compared, and those that happened."""

    queryset = Overlap.objects.all()
    serializer_class = ClashesSerializer
    pagination_class = None

    @extend_schema(responses=AS_ONE)
    def list(self, _request: Request) -> Response:
        """Return the clashes ahead, and those of the last 28 days as last counted.

        Asking has contacts counted again where that was not done today.
        """
        now = timezone.now()
        count = ask(at=now).found
        found = {
            "counted": OverlapCount.objects.order_by("-at").first(),
            "planned": planned_clashes(timezone.localdate(now)),
            "measured": measured_clashes(count),
            "measured_at": count and count.at,
        }
        return Response(ClashesSerializer(found).data)

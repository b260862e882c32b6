"""Deliveries: the people of an initiative, handed to the tool that sends."""

from typing import Any

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from campaigns.actions.deliveries import note_taken
from campaigns.actions.initiatives import RefusedError
from campaigns.models import Delivery
from campaigns.queries.deliveries import MOST_ROWS, delivered_rows
from strategy.api.resources import Resource


class DeliveredAskedSerializer(serializers.Serializer[Any]):
    """Which rows of a delivery."""

    after = serializers.IntegerField(
        default=0, min_value=0, max_value=2**63 - 1, help_text="The `next` of the rows before."
    )
    limit = serializers.IntegerField(default=MOST_ROWS, min_value=1, max_value=MOST_ROWS)


class DeliveredSerializer(serializers.Serializer[Any]):
    """A person for the sending tool, by the id that it knows."""

    customer = serializers.UUIDField()
    source = serializers.CharField()  # type: ignore[assignment]  # a field may have this name
    external_id = serializers.CharField()
    arm = serializers.CharField()


class DeliveredRowsSerializer(serializers.Serializer[Any]):
    """Some rows; `next` leads on and is null at the end."""

    rows = DeliveredSerializer(many=True)
    next = serializers.IntegerField(allow_null=True)


class Deliveries(Resource[Delivery]):
    """Who was handed over, without those who may no longer be reached. Each taking is logged."""

    queryset = Delivery.objects.select_related("initiative__department")
    serializer_class = DeliveredRowsSerializer
    pagination_class = None
    lookup_value_regex = "[0-9]{1,9}"
    refused = (RefusedError,)

    @extend_schema(parameters=[DeliveredAskedSerializer], responses=DeliveredRowsSerializer)
    def retrieve(self, request: Request, pk: str) -> Response:  # noqa: ARG002  named by the address
        """Return the next rows of a delivery."""
        asked = DeliveredAskedSerializer(data=request.query_params)
        asked.is_valid(raise_exception=True)
        delivery = self.get_object()
        note_taken(delivery=delivery, by=self.person, at=timezone.now())
        rows = delivered_rows(delivery, **asked.validated_data)
        found = {"rows": rows, "next": rows[-1].cursor if rows else None}
        return Response(DeliveredRowsSerializer(found).data)

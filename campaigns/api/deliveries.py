"""Deliveries: the people of an initiative, handed to the tool that sends."""

from typing import Any

from django.utils import timezone
from django_filters import CharFilter
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.mixins import ListModelMixin
from rest_framework.request import Request
from rest_framework.response import Response

from campaigns.actions.deliveries import make_delivery, note_taken
from campaigns.actions.initiatives import RefusedError
from campaigns.models import Delivery, Initiative
from campaigns.queries.deliveries import MOST_ROWS, delivered_rows
from customers.models import Source
from strategy.api.fields import KeyField
from strategy.api.filters import by
from strategy.api.resources import Resource
from strategy.permissions import check_can_see_customers


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


class DeliverySerializer(serializers.ModelSerializer[Delivery]):
    """One handing over: how many, and how many had not allowed the channel."""

    initiative = serializers.CharField(source="initiative.key")
    source = serializers.CharField(source="source.key", allow_null=True, default=None)  # type: ignore[assignment]  # a field may have this name
    made_by = serializers.CharField(source="made_by.name")

    class Meta:
        model = Delivery
        fields = [
            *("id", "initiative", "source", "channel", "purpose", "with_holdout"),
            *("made_at", "made_by", "row_count", "left_out_count"),
        ]


class HandedSerializer(serializers.Serializer[Any]):
    """Whose people are handed over, by whose ids, and whether the holdout comes along."""

    initiative = KeyField(
        slug_field="key", queryset=Initiative.objects.select_related("department")
    )
    source = KeyField(  # type: ignore[assignment]  # a field may have this name
        slug_field="key",
        queryset=Source.objects.all(),
        default=None,
        help_text="The sending tool’s key; without one each person’s eldest record’s id is given.",
    )
    with_holdout = serializers.BooleanField(default=False)


class Deliveries(ListModelMixin, Resource[Delivery]):
    """Who was handed over, without those who may no longer be reached. Each taking is logged."""

    may = {"list": check_can_see_customers}
    queryset = Delivery.objects.select_related("initiative__department", "source", "made_by")
    serializer_class = DeliverySerializer
    lookup_value_regex = "[0-9]{1,9}"
    filterset_class = by(initiative=CharFilter("initiative__key"))
    refused = (RefusedError,)

    @extend_schema(request=HandedSerializer, responses={201: DeliverySerializer})
    def create(self, _request: Request) -> Response:
        """Choose who is handed over now; their rows are read under the id of the answer."""
        made = make_delivery(**self.valid(HandedSerializer), by=self.person, at=timezone.now())
        return Response(DeliverySerializer(made).data, status=201)

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

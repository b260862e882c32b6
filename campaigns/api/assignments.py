"""Assignments: who is in which arm. They come in as a file of them would, with the same care."""

import json
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any

from django.utils import timezone
from django_filters import CharFilter, ChoiceFilter
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.mixins import ListModelMixin
from rest_framework.request import Request
from rest_framework.response import Response

from campaigns.actions.assignments import KIND
from campaigns.models import Assignment, Initiative
from customers.actions.imports import hand_in
from customers.api.imports import ImportSerializer
from customers.intake.picking import propose
from customers.models import Source
from strategy.api.fields import KeyField
from strategy.api.filters import WholeFilter, by
from strategy.api.resources import Resource
from strategy.permissions import check_can_import, check_can_see_customers

MOST = 10_000


class AssignmentSerializer(serializers.ModelSerializer[Assignment]):
    """One record's arm. The customer is the one that the record belongs to now."""

    initiative = serializers.CharField(source="initiative.key")
    customer = serializers.UUIDField(source="record.customer.public_id")
    source = serializers.CharField(source="record.source.key")  # type: ignore[assignment]  # a field may have this name

    class Meta:
        model = Assignment
        fields = ["id", "initiative", "customer", "source", "arm", "at", "unit"]


class AssignedSerializer(serializers.Serializer[Any]):
    """One person of the source, and the arm."""

    external_id = serializers.CharField(max_length=200)
    arm = serializers.ChoiceField(choices=Assignment.Arm.choices)
    at = serializers.DateTimeField()
    unit = serializers.CharField(max_length=80, required=False)


class ArmsSerializer(serializers.Serializer[Any]):
    """Who is put into which arm of which initiative, as a source names them."""

    source = KeyField(slug_field="key", queryset=Source.objects.all())  # type: ignore[assignment]  # a field may have this name
    initiative = KeyField(slug_field="key", queryset=Initiative.objects.all())
    rows = serializers.ListField(
        child=AssignedSerializer(), allow_empty=False, min_length=1, max_length=MOST
    )


class Assignments(ListModelMixin, Resource[Assignment]):
    """Who is in which arm of which initiative's test."""

    may = {"list": check_can_see_customers, "create": check_can_import}
    queryset = Assignment.objects.select_related("initiative", "record__customer", "record__source")
    serializer_class = AssignmentSerializer
    filterset_class = by(
        initiative=CharFilter("initiative__key"),
        initiative_id=WholeFilter(),
        arm=ChoiceFilter(choices=Assignment.Arm.choices),
    )

    @extend_schema(request=ArmsSerializer, responses={202: ImportSerializer})
    def create(self, _request: Request) -> Response:
        """Give up to 10,000 assignments to the import; its resource says what became of them."""
        said = self.valid(ArmsSerializer)
        columns = ("initiative", "external_id", "arm", "at", "unit")
        with NamedTemporaryFile("w", suffix=".jsonl") as file:
            for row in said["rows"]:
                told = row | {"initiative": said["initiative"].key, "at": row["at"].isoformat()}
                file.write(json.dumps({name: told.get(name, "") for name in columns}) + "\n")
            file.flush()
            file_import = hand_in(
                source=said["source"],
                path=Path(file.name),
                file_name="assignments.jsonl",
                mapping=propose(columns, {KIND.name: KIND}),
                at=timezone.now(),
                by=self.person,
            )
        return Response(ImportSerializer(file_import).data, status=202)

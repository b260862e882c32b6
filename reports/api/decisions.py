"""Decisions: what becomes of initiatives after their verdicts."""

from typing import Any

from django.utils import timezone
from django_filters import CharFilter, ChoiceFilter
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.mixins import ListModelMixin
from rest_framework.request import Request
from rest_framework.response import Response

from campaigns.actions.initiatives import RefusedError
from campaigns.models import Decision, Initiative
from reports.actions.decisions import answer_verdict
from strategy.api.fields import KeyField, TextField
from strategy.api.filters import by
from strategy.api.resources import Resource


class DecisionSerializer(serializers.ModelSerializer[Decision]):
    """What was decided, and the verdict that it answers."""

    initiative = serializers.CharField(source="initiative.key")
    decided_by = serializers.CharField(source="decided_by.name")

    class Meta:
        model = Decision
        fields = ["id", "initiative", "verdict", "choice", "reason", "decided_by", "decided_at"]


class DecidedSerializer(serializers.Serializer[Any]):
    """What becomes of which initiative, and why."""

    initiative = KeyField(slug_field="key", queryset=Initiative.objects.all(), help_text="Its key.")
    choice = serializers.ChoiceField(choices=Decision.Choice.choices)
    reason = TextField(max_length=300)


class Decisions(ListModelMixin, Resource[Decision]):
    """What was decided, the newest first; of each initiative the newest stands."""

    queryset = Decision.objects.select_related("initiative", "decided_by")
    serializer_class = DecisionSerializer
    filterset_class = by(
        initiative=CharFilter("initiative__key"),
        choice=ChoiceFilter(choices=Decision.Choice.choices),
    )
    refused = (RefusedError,)

    @extend_schema(request=DecidedSerializer, responses={201: DecisionSerializer})
    def create(self, _request: Request) -> Response:
        """Decide what becomes of an initiative, in answer to its newest verdict."""
        made = answer_verdict(**self.valid(DecidedSerializer), by=self.person, at=timezone.now())
        return Response(DecisionSerializer(made).data, status=201)

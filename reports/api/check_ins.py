"""Check-ins: a word on a goal beside what its measure reads today."""

from typing import Any

from django.utils import timezone
from django_filters import CharFilter
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.mixins import ListModelMixin
from rest_framework.request import Request
from rest_framework.response import Response

from reports.queries.goals import newest_reading
from strategy.actions.check_ins import Measured, NothingSaidError, check_in
from strategy.api.amounts import AmountSerializer, amount
from strategy.api.fields import KeyField
from strategy.api.filters import by
from strategy.api.resources import Resource
from strategy.models import Goal, GoalCheckIn


class CheckInSerializer(serializers.ModelSerializer[GoalCheckIn]):
    """A word, and the reading of that day: `value` over `n`, in the window before `ends_on`."""

    goal = serializers.CharField(source="goal.key")
    by = serializers.CharField(source="by.name")
    value = serializers.SerializerMethodField("measured")

    class Meta:
        model = GoalCheckIn
        fields = ["id", "goal", "at", "by", "note", "value", "n", "ends_on", "as_of"]

    @extend_schema_field(AmountSerializer)
    def measured(self, check_in: GoalCheckIn) -> dict[str, Any]:
        return amount(check_in.value, check_in.goal.measure)


class SaidSerializer(serializers.Serializer[Any]):
    """What is said of which goal."""

    goal = KeyField(slug_field="key", queryset=Goal.objects.select_related("measure", "department"))
    note = serializers.CharField(max_length=1000)


class CheckIns(ListModelMixin, Resource[GoalCheckIn]):
    """What people said of goals, the newest first."""

    queryset = GoalCheckIn.objects.select_related("goal__measure", "by")
    serializer_class = CheckInSerializer
    filterset_class = by(goal=CharFilter("goal__key"))
    refused = (NothingSaidError,)

    @extend_schema(request=SaidSerializer, responses={201: CheckInSerializer})
    def create(self, _request: Request) -> Response:
        """Say where a goal stands; its measure's newest thirteen weeks are kept beside it."""
        said, now = self.valid(SaidSerializer), timezone.now()
        reading = newest_reading(said["goal"].measure, timezone.localdate(now))
        measured = None
        if reading is not None and reading.value is not None:
            measured = Measured(reading.value, reading.denominator, reading.ends_on, reading.as_of)
        made = check_in(**said, measured=measured, by=self.person, at=now)
        return Response(CheckInSerializer(made).data, status=201)

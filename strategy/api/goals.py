"""Goals: what the company wants of its measures."""

from typing import Any

from django_filters import CharFilter
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.mixins import ListModelMixin, RetrieveModelMixin

from strategy.api.amounts import AmountSerializer, amount
from strategy.api.filters import by
from strategy.api.resources import Resource
from strategy.models import Goal


class GoalSerializer(serializers.ModelSerializer[Goal]):
    """A goal; its department is null where the whole company answers for it."""

    measure = serializers.CharField(source="measure.key")
    measure_version = serializers.IntegerField(source="measure.version")
    department = serializers.CharField(source="department.key", allow_null=True, default=None)
    owner = serializers.CharField(source="owner.name")
    baseline = serializers.SerializerMethodField()
    commit = serializers.SerializerMethodField()
    target = serializers.SerializerMethodField()

    class Meta:
        model = Goal
        fields = [
            *("key", "name", "measure", "measure_version", "department", "owner"),
            *("baseline", "commit", "target", "starts_on", "due_on"),
        ]

    @extend_schema_field(AmountSerializer)
    def get_baseline(self, goal: Goal) -> dict[str, Any]:
        return amount(goal.baseline, goal.measure)

    @extend_schema_field(AmountSerializer)
    def get_commit(self, goal: Goal) -> dict[str, Any]:
        return amount(goal.commit, goal.measure)

    @extend_schema_field(AmountSerializer)
    def get_target(self, goal: Goal) -> dict[str, Any]:
        return amount(goal.target, goal.measure)


class Goals(ListModelMixin, RetrieveModelMixin, Resource[Goal]):
    """What each measure shall be by a day; where it stands, `readings` and `check-ins` say."""

    queryset = Goal.objects.select_related("measure", "department", "owner")
    serializer_class = GoalSerializer
    lookup_field = "key"
    lookup_value_regex = "[-a-zA-Z0-9_]+"
    filterset_class = by(
        department=CharFilter("department__key"), measure=CharFilter("measure__key")
    )

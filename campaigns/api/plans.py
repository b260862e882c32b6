"""Plans: what was promised of each initiative's analysis when it was locked."""

from rest_framework import serializers
from rest_framework.mixins import ListModelMixin, RetrieveModelMixin

from campaigns.api.drafts import GuardrailField
from campaigns.models import Plan
from strategy.api.fields import KeyField
from strategy.api.filters import WholeFilter, by
from strategy.api.resources import Resource


class PlanSerializer(serializers.ModelSerializer[Plan]):
    """One version of a plan; its window is [starts_on, ends_on), its shares are from 0 to 1."""

    success_measure = serializers.CharField(source="success_measure.key")
    further_measures = KeyField(slug_field="key", many=True, read_only=True)
    guardrails = GuardrailField(many=True, read_only=True)
    holdout_share = serializers.FloatField()
    smallest_effect = serializers.FloatField()
    locked_by = serializers.CharField(source="locked_by.name")

    class Meta:
        model = Plan
        fields = [
            *("id", "initiative", "version", "success_measure", "further_measures", "cap"),
            *(
                "guardrails",
                "unit",
                "places",
                "holdout_share",
                "smallest_effect",
                "starts_on",
                "ends_on",
                "locked_at",
                "locked_by",
            ),
        ]


class Plans(ListModelMixin, RetrieveModelMixin, Resource[Plan]):
    """Locked plans; a later change is a further version."""

    queryset = Plan.objects.select_related("success_measure", "locked_by").prefetch_related(
        "guardrails__measure", "further_measures"
    )
    serializer_class = PlanSerializer
    lookup_value_regex = "[0-9]{1,9}"
    filterset_class = by(initiative=WholeFilter("initiative_id"))

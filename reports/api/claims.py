"""Claims: uplifts that somebody states, beside what the data say."""

from typing import Any

from django.utils import timezone
from django_filters import CharFilter
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.mixins import ListModelMixin, RetrieveModelMixin
from rest_framework.response import Response

from campaigns.models import Initiative
from reports.actions.claims import (
    EmptyWindowError,
    ImpossibleUpliftError,
    SourceMissingError,
    record_claim,
)
from reports.models import Claim, ClaimAnswer
from strategy.api.fields import KeyField
from strategy.api.filters import by
from strategy.api.resources import Resource
from strategy.models import Department, Measure
from strategy.permissions import check_can_record_claim

LARGEST_UPLIFT = 1e6


class FindingSerializer(serializers.Serializer[Any]):
    """One way to be misled, and what it leaves of the grade."""

    key = serializers.CharField()
    title = serializers.CharField()
    status = serializers.CharField()
    sentence = serializers.CharField()
    best_grade = serializers.CharField()


class ClaimAnswerSerializer(serializers.ModelSerializer[ClaimAnswer]):
    """What the data say; what cannot be worked out is null, and `gaps` say why."""

    findings = FindingSerializer(many=True)
    gaps = serializers.ListField(child=serializers.CharField())

    class Meta:
        model = ClaimAnswer
        fields = [
            *("grade", "sentence", "recomputed", "median", "convenience", "window_count"),
            *("findings", "gaps", "as_of"),
        ]


class ClaimSerializer(serializers.ModelSerializer[Claim]):
    """As stated, over the window [starts_on, ends_on); `answer` is null until it is there."""

    measure = serializers.CharField(source="measure.key")
    department = serializers.CharField(source="department.key", allow_null=True, default=None)
    initiative = serializers.CharField(source="initiative.key", allow_null=True, default=None)
    source = serializers.CharField()  # type: ignore[assignment]  # a field may have this name
    recorded_by = serializers.CharField(source="recorded_by.name")
    answer = ClaimAnswerSerializer(allow_null=True, default=None)

    class Meta:
        model = Claim
        fields = [
            *("id", "uplift", "measure", "department", "initiative", "starts_on", "ends_on"),
            *("baseline", "source", "note", "recorded_by", "recorded_at", "answer"),
        ]


class StatedSerializer(serializers.Serializer[Any]):
    """An uplift of a measure's newest version, relative: 0.29 is +29 %, −0.2 is 20 % less."""

    uplift = serializers.FloatField(min_value=-1, max_value=LARGEST_UPLIFT)
    measure = serializers.CharField()
    starts_on = serializers.DateField()
    ends_on = serializers.DateField()
    source = serializers.CharField(max_length=200)  # type: ignore[assignment]  # likewise
    department = KeyField(slug_field="key", queryset=Department.objects.all(), required=False)
    initiative = KeyField(slug_field="key", queryset=Initiative.objects.all(), required=False)
    baseline = serializers.ChoiceField(choices=Claim.Baseline.choices, required=False)
    note = serializers.CharField(max_length=1000, required=False, allow_blank=True)

    def validate_measure(self, key: str) -> Measure:
        """Return the newest version of the measure."""
        found = Measure.objects.filter(key=key).order_by("-version").first()
        if found is None:
            raise serializers.ValidationError("There is no such measure.")
        return found


class Claims(ListModelMixin, RetrieveModelMixin, Resource[Claim]):
    """What people state, the newest first."""

    may = {"create": check_can_record_claim}
    queryset = Claim.objects.select_related(
        "measure", "department", "initiative", "recorded_by", "answer"
    )
    serializer_class = ClaimSerializer
    lookup_value_regex = "[0-9]{1,9}"
    filterset_class = by(
        measure=CharFilter("measure__key"),
        department=CharFilter("department__key"),
        initiative=CharFilter("initiative__key"),
        grade=CharFilter("answer__grade"),
    )
    refused = (EmptyWindowError, ImpossibleUpliftError, SourceMissingError)

    @extend_schema(request=StatedSerializer, responses={201: ClaimSerializer})
    def create(self, _request: Any) -> Response:
        """Record a claim; it is held against the data in the background."""
        said = self.valid(StatedSerializer)
        made = record_claim(**said, by=self.person, at=timezone.now())
        return Response(ClaimSerializer(made).data, status=201)

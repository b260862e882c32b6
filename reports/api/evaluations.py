"""Evaluations: any randomised test from a file, judged and forgotten after a day."""

from pathlib import Path
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.mixins import RetrieveModelMixin
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from customers.api.uploads import FileResource
from customers.intake.streams import UnreadableFile
from reports.actions.evaluations import choose_columns, hand_in_test
from reports.evidence.evaluation import Asked
from reports.forms import TestUpload
from reports.models import Evaluation
from strategy.permissions import check_can_evaluate

LONGEST = 200


class EvaluationSerializer(serializers.ModelSerializer[Evaluation]):
    """`judgement` is what `evaluate --json` prints, empty until it is there; `error` says why not.

    `units` beside it has each outcome's unit.
    """

    id = serializers.UUIDField(source="public_id")
    judgement = serializers.DictField()
    columns = serializers.ListField(child=serializers.CharField())

    class Meta:
        model = Evaluation
        fields = ["id", "file_name", "size", "columns", "judgement", "error", "asked_at"]


class TestSerializer(serializers.Serializer[Any]):
    """A test's file, and which columns mean what."""

    file = serializers.FileField(allow_empty_file=True)
    arm = serializers.CharField(max_length=LONGEST)
    holdout = serializers.CharField(max_length=LONGEST, help_text="The arm left alone.")
    outcomes = serializers.ListField(
        child=serializers.CharField(max_length=LONGEST), min_length=1, max_length=20
    )
    covariate = serializers.CharField(max_length=LONGEST, required=False, allow_blank=True)
    unit = serializers.CharField(max_length=LONGEST, required=False, allow_blank=True)
    segment = serializers.CharField(
        max_length=LONGEST,
        required=False,
        allow_blank=True,
        help_text="Known before the start, such as the region.",
    )
    planned_split = serializers.CharField(
        max_length=LONGEST, required=False, allow_blank=True, help_text="Such as A=0.9,B=0.1."
    )


class Evaluations(RetrieveModelMixin, FileResource[Evaluation]):
    """Tests that the asking person handed in during the last day."""

    may = {"retrieve": check_can_evaluate, "create": check_can_evaluate}
    queryset = Evaluation.objects.all()
    serializer_class = EvaluationSerializer
    lookup_field = "public_id"
    lookup_value_regex = "[0-9a-f-]{36}"
    parser_classes = [MultiPartParser]
    upload = TestUpload
    too_large = "The file is larger than may be judged here. Use the command."

    def get_queryset(self) -> QuerySet[Evaluation]:
        if not self.request.user.is_authenticated:  # the schema is drawn without a person
            return super().get_queryset().none()
        return super().get_queryset().filter(asked_by=self.person)

    @extend_schema(
        request={"multipart/form-data": TestSerializer}, responses={201: EvaluationSerializer}
    )
    def create(self, _request: Request) -> Response:
        """Judge a file: at once up to a megabyte, else in the background."""
        said, file = self.sent(TestSerializer)
        now = timezone.now()
        try:
            made = hand_in_test(
                path=Path(file.temporary_file_path()),
                file_name=file.name or "file",
                by=self.person,
                at=now,
            )
        except UnreadableFile as reason:
            raise serializers.ValidationError({"file": [str(reason)]}) from None
        split = said.get("planned_split")
        asked = Asked(
            arm=said["arm"],
            holdout=said["holdout"],
            outcomes=tuple(dict.fromkeys(said["outcomes"])),
            covariate=said.get("covariate") or None,
            unit=said.get("unit") or None,
            segment=said.get("segment") or None,
            shares=(split,) if split else (),
        )
        choose_columns(evaluation=made, asked=asked, by=self.person, at=now)
        return Response(EvaluationSerializer(made).data, status=201)

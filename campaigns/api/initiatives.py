"""Initiatives: logged, changed as drafts, and taken through their steps."""

from datetime import timedelta
from decimal import Decimal
from typing import Any, cast

from django.utils import timezone
from django_filters import CharFilter, ChoiceFilter
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.mixins import ListModelMixin, RetrieveModelMixin
from rest_framework.request import Request
from rest_framework.response import Response

from campaigns.actions.initiatives import (
    Fields,
    RefusedError,
    change_initiative,
    discard_draft,
    log_initiative,
)
from campaigns.actions.plans import amend_plan, end, launch, lock_plan, pause, resume
from campaigns.actions.proposals import NotAskedError, approve, propose, send_back, take_back
from campaigns.actions.talk import comment
from campaigns.actions.waivers import waive_rule
from campaigns.models import Approval, Initiative
from strategy.api.fields import KeyField
from strategy.api.filters import by
from strategy.api.resources import Resource
from strategy.models import Department, Goal, Guardrail, Measure, Rule

LONGEST_RUN = timedelta(days=10 * 366)
MOST_CUSTOMERS = 1_000_000_000


@extend_schema_field(OpenApiTypes.STR)
class GuardrailField(KeyField):
    """A guardrail by the key of its measure."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(slug_field="measure__key", **kwargs)


class InitiativeSerializer(serializers.ModelSerializer[Initiative]):
    """An initiative; its window is [starts_on, ends_on), its shares are from 0 to 1."""

    department = KeyField(slug_field="key", queryset=Department.objects.all())
    goals = KeyField(slug_field="key", queryset=Goal.objects.all(), many=True, allow_empty=False)
    uses = serializers.MultipleChoiceField(choices=Initiative.Uses.choices, required=False)
    success_measure = serializers.PrimaryKeyRelatedField(
        queryset=Measure.objects.all(), help_text="The id of a version of a measure."
    )
    further_measures = serializers.PrimaryKeyRelatedField(
        queryset=Measure.objects.all(),
        many=True,
        required=False,
        help_text="Ids of those that are judged together with the leading one.",
    )
    cap = serializers.DecimalField(
        max_digits=14,
        decimal_places=2,
        min_value=Decimal("0.01"),
        allow_null=True,
        required=False,
        help_text="The most that one customer counts for where the measure is shown capped.",
    )
    guardrails = GuardrailField(
        queryset=Guardrail.objects.select_related("measure"),
        many=True,
        required=False,
        help_text="By the keys of their measures.",
    )
    holdout_share = serializers.FloatField(min_value=0, max_value=0.9)
    smallest_effect = serializers.FloatField(
        min_value=0.001, max_value=10, help_text="Relative change worth having: 0.05 is 5%."
    )
    owner = serializers.CharField(source="owner.name", read_only=True)

    class Meta:
        model = Initiative
        fields = [
            *("id", "key", "name", "notice", "department", "owner", "goals", "uses", "kind"),
            *("mode", "channel", "audience", "audience_version"),
            *("unit", "holdout_share", "no_holdout_reason", "places"),
            *("success_measure", "further_measures", "cap", "guardrails"),
            *("smallest_effect", "starts_on", "ends_on"),
            *("status", "created_at", "launched_at", "ended_at"),
        ]
        read_only_fields = ["key", "kind", "status", "created_at", "launched_at", "ended_at"]

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Refuse windows without a day, and a holdout of 0 without a reason."""
        starts_on, ends_on = attrs["starts_on"], attrs["ends_on"]
        if not starts_on < ends_on <= starts_on + LONGEST_RUN:
            raise serializers.ValidationError(
                {"ends_on": "It is after the first day, in 10 years."}
            )
        if not attrs["holdout_share"] and not attrs.get("no_holdout_reason"):
            raise serializers.ValidationError(
                {"no_holdout_reason": "Say why nobody can be held out."}
            )
        return attrs

    def to_fields(self) -> Fields:
        """Return what was sent as the actions take it."""
        said = dict(self.validated_data)
        for name, digits in (("holdout_share", 3), ("smallest_effect", 3)):
            said[name] = round(Decimal(str(said[name])), digits)
        said["uses"] = sorted(said.get("uses", ()))
        for name in ("guardrails", "further_measures"):
            said[name] = said.get(name, [])
        said["no_holdout_reason"] = said.get("no_holdout_reason", "")
        return cast("Fields", said)


class ReasonSerializer(serializers.Serializer[Any]):
    """Why."""

    reason = serializers.CharField(max_length=300)


class ApprovalSerializer(serializers.Serializer[Any]):
    """Which approval: the data team's, or that of a goal's owner."""

    part = serializers.ChoiceField(choices=Approval.Part.choices)
    goal = KeyField(
        slug_field="key",
        queryset=Goal.objects.all(),
        default=None,
        help_text="The key of the goal; only for its owner.",
    )


class SentBackSerializer(ApprovalSerializer, ReasonSerializer):
    """Which approval is refused, and why."""


class WaiverSerializer(ReasonSerializer):
    """Which rule it may break, until when and why."""

    rule = serializers.PrimaryKeyRelatedField(queryset=Rule.objects.all())
    ends_on = serializers.DateField(help_text="The first day without leave.")


class AmendmentSerializer(ReasonSerializer):
    """What of a locked plan changes, and why; all of it is said anew."""

    ends_on = serializers.DateField(help_text="The first day after its window.")
    smallest_effect = serializers.FloatField(min_value=0.001, max_value=10)
    planned_customers = serializers.IntegerField(
        allow_null=True, min_value=1, max_value=MOST_CUSTOMERS
    )
    planned_reads = serializers.IntegerField(min_value=1, max_value=52)
    guardrails = GuardrailField(queryset=Guardrail.objects.select_related("measure"), many=True)


class CommentSerializer(serializers.Serializer[Any]):
    """What somebody says."""

    text = serializers.CharField(max_length=2000)


class Initiatives(ListModelMixin, RetrieveModelMixin, Resource[Initiative]):
    """What departments do to customers. Refused steps are a conflict, with the reason."""

    queryset = Initiative.objects.select_related("department", "owner").prefetch_related(
        "goals", "guardrails__measure", "further_measures"
    )
    serializer_class = InitiativeSerializer
    lookup_value_regex = "[0-9]{1,9}"
    filterset_class = by(
        department=CharFilter("department__key"),
        status=ChoiceFilter(choices=Initiative.Status.choices),
        kind=ChoiceFilter(choices=[each for each in Initiative.Kind.choices if each[0]]),
        key=CharFilter(),
    )
    refused = (RefusedError,)

    @extend_schema(responses={201: InitiativeSerializer})
    def create(self, _request: Request) -> Response:
        """Log a draft."""
        made = log_initiative(by=self.person, at=timezone.now(), **self._said())
        return Response(self.get_serializer(made).data, status=201)

    def update(self, _request: Request, pk: str) -> Response:  # noqa: ARG002  named by the address
        """Change a draft; everything is said anew."""
        found = self.get_object()
        changed = change_initiative(
            initiative=found, by=self.person, at=timezone.now(), **self._said()
        )
        return Response(self.get_serializer(changed).data)

    @extend_schema(responses={204: None})
    def destroy(self, _request: Request, pk: str) -> Response:  # noqa: ARG002  likewise
        """Throw a draft away; what it said stays in the log."""
        discard_draft(initiative=self.get_object(), by=self.person, at=timezone.now())
        return Response(status=204)

    @extend_schema(request=None, responses=InitiativeSerializer)
    @action(detail=True, methods=["post"])
    def lock(self, _request: Request, pk: str) -> Response:  # noqa: ARG002  likewise
        """Lock the plan, which is a promise from then on."""
        found = self.get_object()
        lock_plan(initiative=found, by=self.person, at=timezone.now())
        return self._afresh()

    @extend_schema(request=None, responses=InitiativeSerializer)
    @action(detail=True, methods=["post"])
    def launch(self, _request: Request, pk: str) -> Response:  # noqa: ARG002  likewise
        """Say that it now reaches customers."""
        launch(initiative=self.get_object(), by=self.person, at=timezone.now())
        return self._afresh()

    @extend_schema(request=None, responses=InitiativeSerializer)
    @action(detail=True, methods=["post"])
    def propose(self, _request: Request, pk: str) -> Response:  # noqa: ARG002  likewise
        """Put a draft to those whose approval the sheet asks for."""
        propose(initiative=self.get_object(), by=self.person, at=timezone.now())
        return self._afresh()

    @extend_schema(request=None, responses=InitiativeSerializer)
    @action(detail=True, methods=["post"], url_path="take-back")
    def take_back(self, _request: Request, pk: str) -> Response:  # noqa: ARG002  likewise
        """Make a proposal a draft again."""
        take_back(initiative=self.get_object(), by=self.person, at=timezone.now())
        return self._afresh()

    @extend_schema(request=ApprovalSerializer, responses=InitiativeSerializer)
    @action(detail=True, methods=["post"])
    def approve(self, _request: Request, pk: str) -> Response:  # noqa: ARG002  likewise
        """Give one approval; the last makes it agreed."""
        asked = self._approval(self.valid(ApprovalSerializer))
        approve(approval=asked, by=self.person, at=timezone.now())
        return self._afresh()

    @extend_schema(request=SentBackSerializer, responses=InitiativeSerializer)
    @action(detail=True, methods=["post"], url_path="send-back")
    def send_back(self, _request: Request, pk: str) -> Response:  # noqa: ARG002  likewise
        """Send a proposal back with a reason, as one whose approval is asked."""
        said = self.valid(SentBackSerializer)
        asked = self._approval(said)
        send_back(approval=asked, reason=said["reason"], by=self.person, at=timezone.now())
        return self._afresh()

    @extend_schema(request=AmendmentSerializer, responses=InitiativeSerializer)
    @action(detail=True, methods=["post"])
    def amend(self, _request: Request, pk: str) -> Response:  # noqa: ARG002  likewise
        """Lock a further version of its plan, with a reason."""
        said = self.valid(AmendmentSerializer)
        said["smallest_effect"] = round(Decimal(str(said["smallest_effect"])), 3)
        amend_plan(initiative=self.get_object(), by=self.person, at=timezone.now(), **said)
        return self._afresh()

    @extend_schema(request=ReasonSerializer, responses=InitiativeSerializer)
    @action(detail=True, methods=["post"])
    def pause(self, _request: Request, pk: str) -> Response:  # noqa: ARG002  likewise
        """Say that it reaches nobody for now."""
        said = self.valid(ReasonSerializer)
        pause(initiative=self.get_object(), by=self.person, at=timezone.now(), **said)
        return self._afresh()

    @extend_schema(request=None, responses=InitiativeSerializer)
    @action(detail=True, methods=["post"])
    def resume(self, _request: Request, pk: str) -> Response:  # noqa: ARG002  likewise
        """Say that it reaches customers again."""
        resume(initiative=self.get_object(), by=self.person, at=timezone.now())
        return self._afresh()

    @extend_schema(request=WaiverSerializer, responses=InitiativeSerializer)
    @action(detail=True, methods=["post"])
    def waive(self, _request: Request, pk: str) -> Response:  # noqa: ARG002  likewise
        """Let it break a rule until a day, with a reason."""
        said = self.valid(WaiverSerializer)
        waive_rule(initiative=self.get_object(), by=self.person, at=timezone.now(), **said)
        return self._afresh()

    @extend_schema(request=CommentSerializer, responses=InitiativeSerializer)
    @action(detail=True, methods=["post"])
    def comment(self, _request: Request, pk: str) -> Response:  # noqa: ARG002  likewise
        """Add a comment to its history."""
        said = self.valid(CommentSerializer)
        comment(initiative=self.get_object(), by=self.person, at=timezone.now(), **said)
        return self._afresh()

    @extend_schema(request=ReasonSerializer, responses=InitiativeSerializer)
    @action(detail=True, methods=["post"])
    def end(self, _request: Request, pk: str) -> Response:  # noqa: ARG002  likewise
        """End it, or call it off before its launch."""
        said = self.valid(ReasonSerializer)
        end(initiative=self.get_object(), by=self.person, at=timezone.now(), **said)
        return self._afresh()

    def _said(self) -> Fields:
        serializer = InitiativeSerializer(data=self.request.data)
        serializer.is_valid(raise_exception=True)
        return serializer.to_fields()

    def _approval(self, said: dict[str, Any]) -> Approval:
        found = self.get_object().approvals.filter(part=said["part"], goal=said["goal"]).first()
        if found is None:
            raise NotAskedError("This approval is not asked.")
        return found

    def _afresh(self) -> Response:
        return Response(self.get_serializer(self.get_object()).data)
